// The `markdown` tag: Markdown as values. Text of a contract enters as text, prose or code, and can become neither
// markup nor HTML.

/** Anything that can stand in a Markdown file. Deliberately not a string. */
export interface Markdown {
  readonly kind: 'markdown';
  readonly source: string;
}

/** Several pieces are blocks, with an empty line between them. */
export type Piece = Markdown | readonly Markdown[] | undefined;

const made = (source: string): Markdown => ({ kind: 'markdown', source });

/** Markdown from a template, dedented; a line that holds only an empty interpolation disappears. */
export function markdown(texts: TemplateStringsArray, ...values: readonly Piece[]): Markdown {
  const whole = texts.map((part, index) => part.replaceAll(/\n +/g, '\n') + sourceOf(values[index])).join('');
  return made(whole.replaceAll(/\n{3,}/g, '\n\n').trim());
}

const sourceOf = (value: Piece): string => {
  if (value === undefined) return '';
  return 'kind' in value ? value.source : value.map(({ source }) => source).join('\n\n');
};

/** What Markdown, HTML and the site generators that evaluate braces give a meaning to. */
const SPECIAL = /[\\`*_[\]<>&|~$^{}]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '|': '&#124;',
  '{': '&#123;',
  '}': '&#125;',
};

/** An underscore within a word is only that. */
function escaped(character: string, offset: number, whole: string): string {
  const isWithinWord = WORD.test(whole[offset - 1] ?? '') && WORD.test(whole[offset + 1] ?? '');
  return character === '_' && isWithinWord ? character : (ENTITIES[character] ?? `\\${character}`);
}

const WORD = /[\p{L}\p{N}]/u;

/** What would start a heading, a list or a line at the beginning of a paragraph. */
const LINE_START = /^(?:([#+=-])|(\d{1,9})([.)])(?=\s|$))/;

const printable = (text: string): string =>
  text.replaceAll(/\r\n?|[\u2028\u2029]/g, '\n').replaceAll(/[^\P{Cc}\n\t]/gu, '\ufffd');

/** Text on one line. */
export const text = (value: string): Markdown =>
  made(
    spelled(value.trim()).replace(
      LINE_START,
      (_, mark = '', digits = '', end = '') => `${digits}\\${mark}${end}`,
    ),
  );

/** Text within a line, with the spaces at its ends. */
export const exactText = (value: string): Markdown => made(spelled(value));

const spelled = (value: string): string =>
  printable(value)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(SPECIAL, escaped);

/** Code on one line, in more backticks than stand in it. */
export function codeSpan(value: string): Markdown {
  const line = printable(value).replaceAll(/\s*\n\s*/g, ' ');
  const fence = '`'.repeat(longestRun(line, '`') + 1);
  const isTight = !/^[` ]|[` ]$/.test(line) && line !== '';
  return made(isTight ? fence + line + fence : `${fence} ${line} ${fence}`);
}

/** Code on lines of its own. */
export function codeBlock(value: string): Markdown {
  const lines = printable(value);
  const fence = '`'.repeat(Math.max(3, longestRun(lines, '`') + 1));
  return made(`${fence}\n${lines}\n${fence}`);
}

const longestRun = (value: string, character: string): number =>
  value.split(new RegExp(`[^${character}]`)).reduce((most, run) => Math.max(most, run.length), 0);

/** Text of a doc comment in one line: code in backticks stays code. */
export function inline(value: string): Markdown {
  const parts = printable(value)
    .replaceAll(/\s*\n\s*/g, ' ')
    .split(/(`+[^`]+`+)/);
  const pieces = parts.map((part, index) => {
    const code = /^(`+)([^`]+)\1$/.exec(part)?.[2];
    if (code !== undefined) return codeSpan(code.trim()).source;
    return index === 0 ? text(part).source + (/\s$/.test(part) ? ' ' : '') : exactText(part).source;
  });
  return made(pieces.join('').trim());
}

/** Text of a doc comment: its paragraphs, lists, code spans and fenced code, and nothing else of Markdown. */
export function prose(value: string): Markdown {
  const blocks = printable(value).split(/(^[ \t]*```[^\n]*\n[\s\S]*?\n[ \t]*```[ \t]*$)/m);
  return made(
    blocks
      .map(proseBlock)
      .filter((block) => block !== '')
      .join('\n\n'),
  );
}

function proseBlock(block: string): string {
  const fenced = /^[ \t]*```[^\n]*\n([\s\S]*?)\n[ \t]*```[ \t]*$/.exec(block)?.[1];
  if (fenced !== undefined) return codeBlock(fenced).source;
  const paragraphs = block.split(/\n\s*\n/).map((paragraph) => paragraph.trim());
  return paragraphs
    .filter((paragraph) => paragraph !== '')
    .map(proseParagraph)
    .join('\n\n');
}

/** A paragraph; lines that begin with `-` or `*` are items of a list. */
function proseParagraph(paragraph: string): string {
  const items = paragraph.split(/\n(?=\s*[-*]\s)/);
  return items
    .map((item) => {
      const [, content] = /^\s*[-*]\s+([\s\S]*)$/.exec(item) ?? [];
      return content === undefined ? inline(item).source : `- ${inline(content).source}`;
    })
    .join('\n');
}

/** A link to an anchor of the same file. */
export const link = (label: Markdown, anchor: string): Markdown =>
  made(`[${label.source}](#${identifier(anchor)})`);

/** A place that links lead to, whatever the heading below it is called. */
export const anchor = (name: string): Markdown => made(`<a id="${identifier(name)}"></a>`);

const identifier = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9.-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);

/** Pieces in the typeface of code, in which links can stand. */
export const typeface = (pieces: readonly Markdown[]): Markdown =>
  made(`<code>${pieces.map(({ source }) => source).join('')}</code>`);

/** Pieces one after the other, with a text between them. */
export const joined = (pieces: readonly Markdown[], separator: ', ' | ' · ' | ' '): Markdown =>
  made(
    pieces
      .map(({ source }) => source)
      .filter((source) => source !== '')
      .join(separator),
  );

/** A table; nothing without rows. Cells that hold code with a bar get it escaped, as tables want it. */
export function table(head: readonly string[], rows: readonly (readonly Piece[])[]): Markdown | undefined {
  if (rows.length === 0) return undefined;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (piece: Piece): string => sourceOf(piece).replaceAll('\n', ' ').replaceAll('|', '\\|');
  return made(
    [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n'),
  );
}
