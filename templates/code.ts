// The `code` tag: generated code as values. Text of a contract enters as a name, a literal, a type or a doc
// comment, each of which is checked or escaped; only a template's own text is taken as it is.

/** Anything that can stand in generated code. Deliberately not a string. */
export type Code =
  | Block
  | Name
  | Member
  | Literal
  | Pattern
  | TypeSource
  | Doc
  | Comment
  | Import
  | Joined
  | Wrapped
  | Condition
  | readonly Code[]
  | undefined;

/** What the `code` tag makes. */
export interface Block {
  readonly kind: 'block';
  readonly texts: readonly string[];
  readonly values: readonly Code[];
}

export interface Name {
  readonly kind: 'name';
  readonly text: string;
}

/** A member's name: as a key of an object literal, or with what it takes to read it. */
export interface Member {
  readonly kind: 'member' | 'access';
  readonly name: string;
}

/** Data as constants can spell it. Members that are `undefined` are left out. */
export type Data = string | number | boolean | null | undefined | readonly Data[] | DataObject;
export interface DataObject {
  readonly [name: string]: Data;
}

export interface Literal {
  readonly kind: 'literal';
  readonly value: Data;
}

/** A regular expression with the flag `u`. */
export interface Pattern {
  readonly kind: 'pattern';
  readonly source: string;
}

/** The source of a type. */
export interface TypeSource {
  readonly kind: 'type';
  readonly source: string;
  readonly imports: readonly Import[];
}

export interface Doc {
  readonly kind: 'doc';
  readonly text: string;
}

/** Text within a line comment. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
}

/** A name of another module: printing it adds the import. */
export interface Import {
  readonly kind: 'import';
  readonly name: string;
  readonly from: string;
  /** Whether only the type is needed. */
  readonly isType: boolean;
  /** Whether the name cannot be changed when it clashes, because the source of types contains it. */
  readonly isFixed: boolean;
}

/** Several pieces with one text between them. */
export interface Joined {
  readonly kind: 'joined';
  readonly separator: ', ' | ' | ' | ' & ' | '\n\n';
  readonly items: readonly Code[];
}

/** A list on one line, or with a line for each item if that is too long. */
export interface Wrapped {
  readonly kind: 'wrapped';
  readonly items: readonly Code[];
}

/** Conditions of which any or all have to hold. */
export interface Condition {
  readonly kind: 'condition';
  readonly operator: '&&' | '||';
  readonly items: readonly Code[];
  /** Whether conditions share lines where all of them do not fit in one. */
  readonly isFilled: boolean;
}

/**
 * Code from a template. It is dedented; what is interpolated takes the indentation of its line; arrays become
 * lines; a line that holds only an empty interpolation disappears.
 */
export function code(texts: TemplateStringsArray, ...values: readonly Code[]): Block {
  return { kind: 'block', texts: dedent(texts), values };
}

/** An identifier. Throws a `TypeError` for anything else. */
export function name(text: string): Name {
  if (isIdentifier(text)) return { kind: 'name', text };
  throw new TypeError(`expected an identifier, got ${JSON.stringify(text)}`);
}

/** A constant: strings are quoted and escaped. */
export const literal = (value: Data): Literal => ({ kind: 'literal', value });

/** A regular expression with the flag `u`; `source` is any that `new RegExp` accepts. */
export const pattern = (source: string): Pattern => ({ kind: 'pattern', source });

/** The key of a member in an object literal. */
export const key = (text: string): Member => ({ kind: 'member', name: text });
/** `.name`, or `['name']` where the name is no identifier. */
export const access = (text: string): Member => ({ kind: 'access', name: text });
export const comment = (text: string): Comment => ({ kind: 'comment', text });

/** A doc comment, or nothing. */
export const doc = (text: string | undefined): Doc | undefined =>
  text === undefined || text.trim() === '' ? undefined : { kind: 'doc', text };

export const commas = (items: readonly Code[]): Joined => ({ kind: 'joined', separator: ', ', items });
export const union = (items: readonly Code[]): Joined => ({ kind: 'joined', separator: ' | ', items });
export const intersection = (items: readonly Code[]): Joined => ({
  kind: 'joined',
  separator: ' & ',
  items,
});
export const anyOf = (items: readonly Code[]): Condition => condition('||', items, false);
export const allOf = (items: readonly Code[]): Condition => condition('&&', items, false);
/** The same on fewer lines, for conditions that nobody reads one by one. */
export const allOfFilled = (items: readonly Code[]): Condition => condition('&&', items, true);
export const wrapped = (items: readonly Code[]): Wrapped => ({ kind: 'wrapped', items });
const condition = (
  operator: Condition['operator'],
  items: readonly Code[],
  isFilled: boolean,
): Condition => ({ kind: 'condition', operator, items, isFilled });
/** Pieces with an empty line between them. */
export const paragraphs = (items: readonly Code[]): Joined => ({ kind: 'joined', separator: '\n\n', items });

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

const RESERVED = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends
  false finally for function if implements import in instanceof interface let new null package private protected
  public return static super switch this throw true try typeof var void while with yield`.split(/\s+/),
);

/** Most names, recognised without the tables of Unicode, which take their time. */
const ASCII_IDENTIFIER = /^[A-Za-z$_][\w$]*$/;

/** Whether the text can stand after a dot. */
export const isMemberName = (text: string): boolean => ASCII_IDENTIFIER.test(text) || IDENTIFIER.test(text);

/** Whether the text can name a declaration in a module. */
export const isIdentifier = (text: string): boolean => isMemberName(text) && !RESERVED.has(text);

const dedented = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Removes the indentation that all lines of a template share, and the line ends at its start and its end. */
function dedent(texts: TemplateStringsArray): readonly string[] {
  const known = dedented.get(texts);
  if (known !== undefined) return known;
  const starts = texts.flatMap(indents);
  const margin = `\n${' '.repeat(starts.length === 0 ? 0 : Math.min(...starts))}`;
  const result = texts.map((text) => text.replaceAll(margin, '\n').replaceAll(/\n +(?=\n)/g, '\n'));
  result[0] = (result[0] ?? '').replace(/^\n/, '');
  result.push((result.pop() ?? '').replace(/\n *$/, ''));
  dedented.set(texts, result);
  return result;
}

/** How far the lines that start in a piece of a template are indented, empty ones aside. */
function indents(text: string, index: number, texts: readonly string[]): number[] {
  const lines = text.split('\n').slice(1);
  const isEmpty = (line: string, at: number) =>
    line.trim() === '' && (at < lines.length - 1 || index === texts.length - 1);
  return lines.filter((line, at) => !isEmpty(line, at)).map((line) => line.length - line.trimStart().length);
}
