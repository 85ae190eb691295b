// Judges whether a text exists for which matching a pattern takes catastrophically long.

import { type Cost, costOf } from './recheck.js';
import { longest, longestOf, type Part, parsePattern, type Sequence } from './syntax.js';

/** `safe`: no text takes longer than in proportion to its length. Else why it may, as a part of a sentence. */
export type Verdict = { readonly kind: 'safe' } | { readonly kind: 'slow' | 'unclear'; readonly why: string };

const SAFE: Verdict = { kind: 'safe' };

/** Longer patterns are not judged. */
const LONGEST_PATTERN = 2_000;

/** Judges a regular expression with the flag `u`, as `test` uses it. The same pattern gets the same verdict. */
export function judgePattern(source: string): Verdict {
  const known = judged.get(source);
  if (known !== undefined) return known;
  const verdict = judge(source);
  judged.set(source, verdict);
  return verdict;
}

/** Contracts are read up to twice, and share patterns. */
const judged = new Map<string, Verdict>();

function judge(source: string): Verdict {
  if (source.length > LONGEST_PATTERN) return unclear(`it has more than ${LONGEST_PATTERN} characters`);
  const pieces: Piece[] = [{ options: parsePattern(source), isWhole: true }];
  // Taking the looks around out of a piece finds further pieces: the loop goes on until there are no more.
  for (const piece of pieces) {
    const verdict = judgePiece(piece, pieces);
    if (verdict.kind !== 'safe') return verdict;
  }
  return SAFE;
}

const unclear = (why: string): Verdict => ({ kind: 'unclear', why });

/** The pattern, or what one of its looks around looks for: they are matched apart from each other. */
interface Piece {
  readonly options: readonly Sequence[];
  readonly isWhole: boolean;
}

function judgePiece(piece: Piece, pieces: Piece[]): Verdict {
  const writer: Writer = { pieces, problem: undefined, isLoose: false, hasGaps: false, bound: 0 };
  const exact = writePiece(writer, piece);
  if (writer.problem !== undefined) return unclear(writer.problem);
  const loose: Writer = { ...writer, pieces: [], isLoose: true };
  const text = writePiece(loose, piece);
  if (text.length > LONGEST_TEXT) return unclear('it repeats what repeats too often');
  const cost = costOf(text);
  if (cost.kind === 'linear') return SAFE;
  const isExact = loose.bound === 0;
  return isExact ? verdictOf(cost) : judgeBounded(exact, cost, loose.bound);
}

/** What is left of a pattern with so many repetitions is no longer analysed. */
const LONGEST_TEXT = 20_000;
const MOST_REPETITIONS = 1_000;
/** Steps for each character of a text that bounded repetitions may cost. */
const MOST_STEPS = 65_536;

/** Repetitions without a bound would be slow: with it, there may be few enough of them. */
function judgeBounded(exact: string, loose: Cost, bound: number): Verdict {
  const cost = bound <= MOST_REPETITIONS ? costOf(exact) : loose;
  if (cost.kind !== 'linear') return verdictOf(cost);
  if (loose.kind === 'polynomial' && bound ** loose.degree <= MOST_STEPS) return SAFE;
  return { kind: 'slow', why: 'its repetitions can share a text in too many ways' };
}

function verdictOf(cost: Cost): Verdict {
  switch (cost.kind) {
    case 'linear':
      return SAFE;
    case 'unknown':
      return unclear('it uses what cannot be analysed');
    case 'exponential':
      return { kind: 'slow', why: `each further character can double the time, as in ${cost.attack}` };
    case 'polynomial':
      return {
        kind: 'slow',
        why: `time grows with the ${power(cost.degree)} of the length, as in ${cost.attack}`,
      };
  }
}

const power = (degree: number): string =>
  degree === 2 ? 'square' : degree === 3 ? 'cube' : `power of ${degree}`;

/** Writes a piece as a regular expression that can be analysed: without what looks around. */
interface Writer {
  readonly pieces: Piece[];
  problem: string | undefined;
  /** Whether bounded repetitions are written without their bounds, which they then share a text in more ways. */
  readonly isLoose: boolean;
  /** Whether something that can fail was left out. */
  hasGaps: boolean;
  /** The sum of the bounds that were left out. */
  bound: number;
}

/** No text of an attack has this character: what ends with it fails, as late as it can. */
const END = '\\u{10FFFF}';

function writePiece(writer: Writer, { options, isWhole }: Piece): string {
  const text = options.map((option) => writeOption(writer, option, isWhole)).join('|');
  const anchored = isWhole ? `(?:${text})` : `^(?:${text})`;
  return writer.hasGaps || writer.bound > 0 ? anchored + END : anchored;
}

/** What stands right after the start of the text is looked for once, however long it is. */
function writeOption(writer: Writer, option: Sequence, isWhole: boolean): string {
  let isStart = !isWhole;
  const texts = option.map((part) => {
    if (part.kind === 'look') return writeLook(writer, part, isStart);
    isStart = part.kind === 'atom' && (part.text === '^' || (isStart && part.length === 0));
    return writePart(writer, part);
  });
  return texts.join('');
}

function writeLook(writer: Writer, look: Part & { kind: 'look' }, isStart: boolean): string {
  const isShort = look.options.every((option) => Number.isFinite(longestOf(option)));
  if (!isShort && !(isStart && look.isAhead))
    writer.problem ??= 'it looks around for something without a bound, other than right after ^';
  writer.pieces.push({ options: look.options, isWhole: false });
  writer.hasGaps = true;
  return '';
}

function writePart(writer: Writer, part: Part): string {
  switch (part.kind) {
    case 'atom':
      return part.text;
    case 'reference':
      writer.problem ??= 'it refers to what a group has matched';
      return '';
    case 'look':
      return writeLook(writer, part, false);
    case 'group':
      return `(?:${part.options.map((option) => writeOption(writer, option, true)).join('|')})`;
    case 'repeat':
      return writeRepeat(writer, part);
  }
}

/** So many characters can be shared by so few repetitions in few ways. */
const FEW_CHARACTERS = 12;

/**
 * Without its bound, a repetition stands for two: what repeats can be empty, or one text be one repetition and two
 * at once, and both show only if there is more than one.
 */
function writeRepeat(writer: Writer, repeat: Part & { kind: 'repeat' }): string {
  const inner = `(?:${writePart(writer, repeat.part)})`;
  const isBounded = Number.isFinite(repeat.most) && repeat.most > 1;
  if (!writer.isLoose || !isBounded || longest(repeat) <= FEW_CHARACTERS) return inner + repeat.text;
  writer.bound += Math.min(longest(repeat), Number.MAX_SAFE_INTEGER);
  return `(?:${inner}${inner})*`;
}
