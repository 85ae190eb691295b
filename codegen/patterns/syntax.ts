// Takes a regular expression with the flag `u` apart, as far as judging its cost needs.

/** A part of a regular expression. What it says stays text; only what repeats, chooses or looks around counts. */
export type Part =
  /** One character, or an assertion that takes none. */
  | { readonly kind: 'atom'; readonly text: string; readonly length: 0 | 1 }
  | { readonly kind: 'reference' }
  | { readonly kind: 'group'; readonly options: readonly Sequence[] }
  | { readonly kind: 'look'; readonly isAhead: boolean; readonly options: readonly Sequence[] }
  | {
      readonly kind: 'repeat';
      readonly part: Part;
      readonly most: number;
      /** As written, as in `{2,5}?`. */
      readonly text: string;
    };

/** Parts that follow each other. */
export type Sequence = readonly Part[];

/** The alternatives that a regular expression consists of. It has to be one that `new RegExp` accepts. */
export function parsePattern(source: string): readonly Sequence[] {
  const scanner: Scanner = { source, at: 0 };
  return parseOptions(scanner);
}

interface Scanner {
  readonly source: string;
  at: number;
}

function parseOptions(scanner: Scanner): readonly Sequence[] {
  const options: Part[][] = [[]];
  for (; scanner.at < scanner.source.length && scanner.source[scanner.at] !== ')'; ) {
    if (scanner.source[scanner.at] === '|') {
      scanner.at++;
      options.push([]);
    } else {
      const part = parsePart(scanner);
      options.at(-1)?.push(parseRepeat(scanner, part));
    }
  }
  return options;
}

const GROUP = /\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:))?/y;
const CLASS = /\[(?:\\.|[^\]\\])*\]/sy;
const REFERENCE = /\\(?:[1-9]\d*|k<[^>]*>)/y;
const BOUNDARY = /\\[bB]|[$^]/y;
const CHARACTER = /\\(?:[pPu]\{[^}]*\}|u[\da-f]{4}\\u[\da-f]{4}|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|.)|./isuy;
const REPEAT = /(?:[*+?]|\{(\d+)(,)?(\d*)\})\??/y;

function parsePart(scanner: Scanner): Part {
  const group = take(scanner, GROUP);
  if (group !== undefined) return parseGroup(scanner, group[0]);
  if (take(scanner, REFERENCE) !== undefined) return { kind: 'reference' };
  const boundary = take(scanner, BOUNDARY);
  if (boundary !== undefined) return { kind: 'atom', text: boundary[0], length: 0 };
  const character = take(scanner, CLASS) ?? take(scanner, CHARACTER);
  return { kind: 'atom', text: character?.[0] ?? '', length: 1 };
}

function parseGroup(scanner: Scanner, start: string): Part {
  const options = parseOptions(scanner);
  scanner.at++;
  const look = /^\(\?(<?)[=!]/.exec(start);
  return look === null ? { kind: 'group', options } : { kind: 'look', isAhead: look[1] === '', options };
}

function parseRepeat(scanner: Scanner, part: Part): Part {
  const repeat = take(scanner, REPEAT);
  if (repeat === undefined) return part;
  const [text, least, comma, most] = repeat;
  return { kind: 'repeat', part, text, most: mostOf(text, least, comma, most) };
}

function mostOf(text: string, least?: string, comma?: string, most?: string): number {
  if (least === undefined) return text.startsWith('?') ? 1 : Number.POSITIVE_INFINITY;
  if (comma === undefined) return Number(least);
  return most === '' ? Number.POSITIVE_INFINITY : Number(most);
}

function take(scanner: Scanner, token: RegExp): RegExpExecArray | undefined {
  token.lastIndex = scanner.at;
  const found = token.exec(scanner.source);
  if (found === null) return undefined;
  scanner.at = token.lastIndex;
  return found;
}

/** The most characters that a part takes; looking around takes none. */
export function longest(part: Part): number {
  switch (part.kind) {
    case 'atom':
      return part.length;
    case 'reference':
      return Number.POSITIVE_INFINITY;
    case 'look':
      return 0;
    case 'group':
      return Math.max(...part.options.map(longestOf));
    case 'repeat': {
      const length = longest(part.part);
      return length === 0 ? 0 : length * part.most;
    }
  }
}

export const longestOf = (parts: Sequence): number => parts.reduce((sum, part) => sum + longest(part), 0);
