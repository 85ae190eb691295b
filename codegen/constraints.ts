// The constraints of JSON Schema: what each is for, what several of them come to, and which contradict each other.

import { type CheckedModel, type CheckModel, isForeignCheck, type TypeModel } from './model.js';

/** What a constraint is about. */
type Subject = 'number' | 'text' | 'list' | 'object';

/** Every constraint by its tag, in the order in which types have them. */
export const CONSTRAINTS = {
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
  minLength: 'text',
  maxLength: 'text',
  minItems: 'list',
  maxItems: 'list',
  minProperties: 'object',
  maxProperties: 'object',
  pattern: 'text',
  format: 'text',
  uniqueItems: 'list',
} as const satisfies Record<OwnCheckModel['kind'], Subject>;

/** A check that is no code of the contract's author. */
export type OwnCheckModel = Exclude<CheckModel, { readonly kind: 'class' | 'schema' }>;

export type ConstraintName = keyof typeof CONSTRAINTS;

export const isConstraint = (name: string): name is ConstraintName => Object.hasOwn(CONSTRAINTS, name);

const KINDS: Readonly<Record<Subject, ReadonlySet<TypeModel['kind']>>> = {
  number: new Set(['number', 'bigint']),
  text: new Set(['string', 'template']),
  list: new Set(['array', 'tuple', 'set']),
  object: new Set(['object', 'map']),
};

/** The types that a constraint is for, in words. */
export const SUBJECTS: Readonly<Record<Subject, string>> = {
  number: 'number and bigint',
  text: 'string and template literals',
  list: 'arrays, tuples and Set',
  object: 'objects, records and Map',
};

/** Whether values of a kind can be asked for it. */
export const isFor = (name: ConstraintName, kind: TypeModel['kind']): boolean =>
  KINDS[CONSTRAINTS[name]].has(kind);

/** The check that an annotation asks for. */
export const checkOf = (name: ConstraintName, value: unknown): OwnCheckModel =>
  name === 'uniqueItems' ? { kind: name } : ({ kind: name, value } as OwnCheckModel);

/** The type with one more check: of two limits the stricter one counts, everything else has to hold as well. */
export function withCheck(type: TypeModel, check: OwnCheckModel): CheckedModel {
  if (type.kind !== 'checked') return { kind: 'checked', type, checks: [check] };
  const others = type.checks.filter((known) => !isSameLimit(known, check));
  const same = type.checks.find((known) => isSameLimit(known, check));
  const checks = [...others, same === undefined ? check : stricter(same as OwnCheckModel, check)];
  return { kind: 'checked', type: type.type, checks: inOrder(checks) };
}

/** Both hold if the stricter one does. */
function isSameLimit(known: CheckModel, check: OwnCheckModel): boolean {
  if (known.kind !== check.kind) return false;
  const isRepeatable = check.kind === 'pattern' || check.kind === 'format' || check.kind === 'multipleOf';
  return !isRepeatable || JSON.stringify(known) === JSON.stringify(check);
}

function stricter(a: OwnCheckModel, b: OwnCheckModel): OwnCheckModel {
  if (!('value' in a && 'value' in b)) return a;
  const isLower = /^(?:min|exclusiveMin)/.test(a.kind);
  return isLower === a.value > b.value ? a : b;
}

function inOrder(checks: readonly CheckModel[]): readonly CheckModel[] {
  const names: readonly string[] = Object.keys(CONSTRAINTS);
  // Several patterns of one type stand in an order that does not depend on where they were written.
  const rank = (check: CheckModel) => (isForeignCheck(check) ? names.length : names.indexOf(check.kind));
  const text = (check: CheckModel) => JSON.stringify(check);
  return checks.toSorted((a, b) => rank(a) - rank(b) || (text(a) < text(b) ? -1 : 1));
}

/** Which of a type's checks a further one contradicts, and how. */
export interface Conflict {
  readonly other: string;
  readonly why: string;
}

/** Pairs of a lower and an upper limit; `isStrict` if they cannot be equal either. */
const LIMITS = [
  { lower: 'minimum', upper: 'maximum', isStrict: false },
  { lower: 'minimum', upper: 'exclusiveMaximum', isStrict: true },
  { lower: 'exclusiveMinimum', upper: 'maximum', isStrict: true },
  { lower: 'exclusiveMinimum', upper: 'exclusiveMaximum', isStrict: true },
  { lower: 'minLength', upper: 'maxLength', isStrict: false },
  { lower: 'minItems', upper: 'maxItems', isStrict: false },
  { lower: 'minProperties', upper: 'maxProperties', isStrict: false },
] as const;

/** What contradicts a check among those that a type has already, or in the type itself. */
export function findConflict(type: TypeModel, check: OwnCheckModel): Conflict | undefined {
  const known = type.kind === 'checked' ? type.checks : [];
  for (const { lower, upper, isStrict } of LIMITS) {
    if (check.kind !== lower && check.kind !== upper) continue;
    const other = known.find(({ kind }) => kind === (check.kind === lower ? upper : lower));
    if (other === undefined || !('value' in other && 'value' in check)) continue;
    const [least, most] = check.kind === lower ? [check.value, other.value] : [other.value, check.value];
    if (isStrict ? least >= most : least > most)
      return { other: `@${other.kind} ${other.value}`, why: 'no value meets both' };
  }
  const size = sizeOf(type.kind === 'checked' ? type.type : type);
  return size && conflictWithSize(size, check);
}

/** How many items, characters or members the values of a type have. */
export interface Size {
  readonly least: number;
  readonly most: number;
}

/** Whether a limit leaves none of them. */
export function conflictWithSize(size: Size, check: OwnCheckModel): Conflict | undefined {
  if (!('value' in check)) return undefined;
  const isTooMany = check.kind.startsWith('min') && Number(check.value) > size.most;
  const isTooFew = check.kind.startsWith('max') && Number(check.value) < size.least;
  if (!isTooMany && !isTooFew) return undefined;
  const limit = isTooMany ? `${size.most} at most` : `${size.least} at least`;
  return { other: `its type, which has ${limit}`, why: 'no value meets both' };
}

/** How many items a tuple has, and how many characters a template literal. */
function sizeOf(type: TypeModel): Size | undefined {
  if (type.kind === 'template')
    return { least: [...type.texts.join('')].length, most: Number.POSITIVE_INFINITY };
  if (type.kind !== 'tuple') return undefined;
  const { items } = type;
  const least = items.filter(({ optional, rest }) => !optional && !rest).length;
  return { least, most: items.some(({ rest }) => rest) ? Number.POSITIVE_INFINITY : items.length };
}
