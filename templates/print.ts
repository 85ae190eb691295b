// Prints code: resolves the names of imports, indents, quotes and escapes.

import { type Block, type Code, type Condition, isMemberName } from './code.js';
import { importLines, importsOf, type LocalNames, localNames } from './imports.js';
import { memberName, quote, spell, spellPattern } from './quote.js';

/** A generated file: a comment, the imports that its code needs, and the code. */
export interface SourceFile {
  readonly header: Code;
  /** Names that the file declares. Imports that clash with them get another name. */
  readonly declares: readonly string[];
  readonly body: Code;
}

/** The text of a file. Equal input gives equal bytes. */
export function printFile(file: SourceFile): string {
  const imports = importsOf(file.body);
  const names = localNames(imports, file.declares);
  const parts = [print(file.header, names), importLines(imports, names), print(file.body, names)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function print(value: Code, names: LocalNames): string {
  if (value === undefined) return '';
  if (isList(value)) return printAll(value, names).join('\n');
  switch (value.kind) {
    case 'block':
      return printBlock(value, names);
    case 'name':
      return value.text;
    case 'member':
      return memberName(value.name);
    case 'access':
      return isMemberName(value.name) ? `.${value.name}` : `[${quote(value.name)}]`;
    case 'comment':
      return printComment(value.text);
    case 'literal':
      return spell(value.value);
    case 'pattern':
      return spellPattern(value.source);
    case 'type':
      return oneLine(value.source);
    case 'doc':
      return printDoc(value.text);
    case 'import':
      return names(value);
    case 'joined':
      return printAll(value.items, names).join(value.separator);
    case 'wrapped':
      return wrap(printAll(value.items, names));
    case 'condition':
      return printCondition(printAll(value.items, names), value);
  }
}

const isList = (value: Code): value is readonly Code[] => Array.isArray(value);

const printAll = (values: readonly Code[], names: LocalNames): string[] =>
  values.map((value) => print(value, names)).filter((text) => text !== '');

/** Interpolations take the indentation of their line; a line that holds only an empty one is left out. */
function printBlock({ texts, values }: Block, names: LocalNames): string {
  let text = texts[0] ?? '';
  for (const [index, value] of values.entries()) {
    const printed = print(value, names);
    const next = texts[index + 1] ?? '';
    if (printed !== '') text += indented(printed, text) + next;
    else text = withoutEmptyLine(text, next);
  }
  return text;
}

/** Joins the texts before and after an empty interpolation, without the line that it had for itself. */
function withoutEmptyLine(before: string, after: string): string {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const isAlone = line.trim() === '' && (after === '' || after.startsWith('\n'));
  if (!isAlone) return before + after;
  const rest = before.slice(0, before.length - line.length);
  return after === '' ? rest.replace(/\n$/, '') : rest + after.slice(1);
}

/** The text with the indentation of the line that it comes to stand in. */
function indented(text: string, before: string): string {
  if (!text.includes('\n')) return text;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const indent = line.slice(0, line.length - line.trimStart().length);
  return indent === '' ? text : text.replaceAll(/\n(?!\n)/g, `\n${indent}`);
}

const QUOTED_OR_LINE_END = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\s*\n\s*/gs;

/** Types take one line: indenting them could change the text of a template literal type in them. */
const oneLine = (source: string): string =>
  source.replaceAll(QUOTED_OR_LINE_END, (part) => (isQuoted(part) ? part.replaceAll('\n', '\\n') : ' '));

const isQuoted = (part: string): boolean => /^['"`]/.test(part);

/** The end of a comment within it would end the comment, and line separators would start a line of their own. */
function printDoc(text: string): string {
  const safe = text
    .trim()
    .replaceAll('*/', '*\\/')
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n');
  const lines = safe.split('\n').map((line) => line.trimEnd());
  if (lines.length === 1) return `/** ${safe} */`;
  return `/**\n${lines.map((line) => (line === '' ? ' *' : ` * ${line}`)).join('\n')}\n */`;
}

/** Names of files and services stay on their line of a comment. */
const printComment = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');

const WIDTH = 90;

/** One line, if the items fit in one; else a line for each. */
function wrap(items: readonly string[]): string {
  const line = items.join(', ');
  return line.length <= WIDTH ? line : `\n  ${items.join(',\n  ')},\n`;
}

/** Without any condition, `any of` holds never and `all of` always. */
function printCondition(items: readonly string[], { operator, isFilled }: Condition): string {
  if (items.length < 2) return items[0] ?? String(operator === '&&');
  const line = items.join(` ${operator} `);
  const isShort = line.length <= WIDTH && !line.includes('\n');
  if (isShort) return operator === '&&' ? line : `(${line})`;
  const lines = items.map((item) => item.replaceAll('\n', '\n  '));
  return `(\n  ${(isFilled ? fill(lines, ` ${operator} `) : lines).join(` ${operator}\n  `)}\n)`;
}

const FILLED_WIDTH = 105;

/** As few lines as hold the items. */
function fill(items: readonly string[], separator: string): readonly string[] {
  const lines: string[] = [];
  for (const item of items) {
    const line = lines.at(-1);
    const longer = line === undefined ? undefined : line + separator + item;
    if (longer !== undefined && longer.length <= FILLED_WIDTH && !longer.includes('\n'))
      lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}
