// Reads a JSDoc comment: its text and its tags, where TSDoc and TypeScript both see tags.

import { ts } from '#typescript';

export interface JsDocTag {
  readonly name: string;
  /** The text up to the next tag, lines trimmed and joined by a space. */
  readonly text: string;
  /** Offset of its `@` in the source file. */
  readonly start: number;
  /** Lines of the comment that belong to it, for {@link JsDoc.textWithout}. */
  readonly lines: readonly string[];
}

export interface JsDoc {
  /** The lines above the first tag. */
  readonly description: readonly string[];
  readonly tags: readonly JsDocTag[];
}

const EMPTY: JsDoc = { description: [], tags: [] };

/**
 * The JSDoc comment right above a declaration. TypeScript's own tag nodes are not used: they do not know code
 * fences, and `@throws {@link X}` breaks them. A tag starts a line; inside a line only the names that
 * `isAnnotation` knows are tags, as `@oneway` in `@priority 5 @oneway`, everything else is prose.
 */
export function readJsDoc(node: ts.Node, isAnnotation: (name: string) => boolean): JsDoc {
  const { text } = node.getSourceFile();
  const comment = commentBefore(node, text) ?? commentOnSameLine(node, text);
  if (comment === undefined) return EMPTY;
  return parseJsDoc(text.slice(comment.pos, comment.end), comment.pos, isAnnotation);
}

/** The last JSDoc comment of those that TypeScript counts as the node's. */
function commentBefore(node: ts.Node, text: string): ts.TextRange | undefined {
  const leading = ts.getLeadingCommentRanges(text, node.pos) ?? [];
  const trailing = (ts.isParameter(node) && ts.getTrailingCommentRanges(text, node.pos)) || [];
  return [...trailing, ...leading].findLast(({ pos }) => isJsDoc(text, pos));
}

/** The comment in `{ /** @opaque *\/ meta: unknown }`, which TypeScript gives to the brace before it. */
function commentOnSameLine(node: ts.Node, text: string): ts.TextRange | undefined {
  if (!ts.isTypeElement(node) && !ts.isClassElement(node)) return undefined;
  const comment = ts.getTrailingCommentRanges(text, node.pos)?.at(-1);
  if (comment === undefined || !text.startsWith('/**', comment.pos)) return undefined;
  return text.slice(comment.end, node.getStart()).includes('\n') ? undefined : comment;
}

const isJsDoc = (text: string, start: number): boolean =>
  text.startsWith('/**', start) && text[start + 3] !== '/';

/** The comment as plain text without the tags that `isDropped` names. `undefined` if nothing is left. */
export function docText(
  { description, tags }: JsDoc,
  isDropped: (name: string) => boolean,
): string | undefined {
  const kept = tags.filter((tag) => !isDropped(tag.name)).flatMap((tag) => tag.lines);
  const text = [...description, ...kept]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return text === '' ? undefined : text;
}

/** `source` is a whole comment, from its opening to its end; `offset` is its place in the file. */
export function parseJsDoc(source: string, offset: number, isAnnotation: (name: string) => boolean): JsDoc {
  const description: string[] = [];
  const tags: { name: string; start: number; lines: string[] }[] = [];
  let isFenced = false;
  for (const line of commentLines(source)) {
    if (/^\s*(```|~~~)/.test(line.text)) isFenced = !isFenced;
    const starts = isFenced ? [] : tagStarts(line.text, isAnnotation);
    const before = line.text.slice(0, starts[0]?.index).trimEnd();
    if (before !== '' || starts.length === 0) (tags.at(-1)?.lines ?? description).push(before);
    for (const [position, { index, name }] of starts.entries()) {
      const text = line.text.slice(index, starts[position + 1]?.index).trimEnd();
      tags.push({ name, start: offset + line.start + index, lines: [text] });
    }
  }
  return { description, tags: tags.map((tag) => ({ ...tag, text: valueText(tag) })) };
}

function valueText({ name, lines }: { name: string; lines: readonly string[] }): string {
  const words = lines.map((line) => line.trim()).filter((line) => line !== '');
  return words
    .join(' ')
    .slice(name.length + 1)
    .trim();
}

/** The lines between the comment's delimiters without their leading asterisks. */
function* commentLines(source: string): Generator<{ text: string; start: number }> {
  const body = source.slice(0, source.length - 2);
  let start = 0;
  for (const raw of body.split('\n')) {
    const margin = (start === 0 ? /^\s*\/\*\*+ ?/ : /^\s*(\*(?!\/) ?)?/).exec(raw)?.[0].length ?? 0;
    yield { text: raw.slice(margin).trimEnd(), start: start + margin };
    start += raw.length + 1;
  }
}

const TAG = /(?<=^|\s)@([A-Za-z_][\w.-]*)/g;

function tagStarts(line: string, isAnnotation: (name: string) => boolean): { index: number; name: string }[] {
  const prose = blankCodeAndLinks(line);
  return [...prose.matchAll(TAG)]
    .map((match) => ({ index: match.index, name: (match[1] as string).replace(/[.-]+$/, '') }))
    .filter(({ index, name }) => prose.slice(0, index).trim() === '' || isAnnotation(name));
}

/** Inline code and `{@link …}` hold no tags; blanks of the same length keep the offsets right. */
function blankCodeAndLinks(line: string): string {
  return line.replace(/`[^`]*`|\{@[^}]*\}?/g, (text) => '.'.repeat(text.length));
}
