// Finds members of a union that JSON cannot tell apart, as the two of `Date | string`.

import { isNamed } from '../src/wire/index-names.js';
import { isBase64, isBigintText, isDateText, isHref } from '../src/wire/instances.js';
import { MAX_DEPTH } from './extract/limits.js';
import {
  type IndexModel,
  type MemberModel,
  type NamedType,
  type ObjectModel,
  partsOf,
  type TypeModel,
  type UnionModel,
} from './model.js';

/** Finds the first two members of a union that one JSON value can stand for with different meanings. */
export type LookAlikeFinder = (union: UnionModel) => readonly [TypeModel, TypeModel] | undefined;

/** A finder for the unions of one service, whose types it looks through once. */
export function createLookAlikeFinder(types: ReadonlyMap<string, NamedType>): LookAlikeFinder {
  const translated = translatedTypes(types);
  // Where JSON is the value itself all the way down, it does not matter which member it is taken for.
  const isPlain = (type: TypeModel) =>
    !hasOwnForm(type) && !referencesOf(type).some((name) => translated.has(name));
  return (union) => {
    const suspects = union.members.filter((member) => !isPlain(member));
    for (const member of suspects) {
      const areAlike = createComparison(types);
      const other = union.members.find((item) => item !== member && areAlike(member, item));
      if (other !== undefined) return [member, other];
    }
    return undefined;
  };
}

type Kind = TypeModel['kind'];

/** What travels as a string that means something else, and how to recognise one. */
const FORMS: Partial<Record<Kind, (text: unknown) => boolean>> = {
  date: isDateText,
  url: isHref,
  bigint: isBigintText,
  bytes: isBase64,
  buffer: isBase64,
};

type Comparison = (a: TypeModel, b: TypeModel) => boolean;

function createComparison(types: ReadonlyMap<string, NamedType>): Comparison {
  const compared = new Set<string>();

  function resolve(type: TypeModel): TypeModel {
    if (type.kind === 'checked') return resolve(type.type);
    const named = type.kind === 'reference' ? types.get(type.name)?.type : undefined;
    return named === undefined ? type : resolve(named);
  }

  function areAlike(first: TypeModel, second: TypeModel, depth = 0): boolean {
    // No call's data is nested deeper.
    if (depth > MAX_DEPTH) return false;
    if (JSON.stringify(first) === JSON.stringify(second)) return false;
    const pair = `${JSON.stringify(first)} ${JSON.stringify(second)}`;
    if (first.kind === 'reference' || second.kind === 'reference') {
      // Going around in a circle finds nothing new.
      if (compared.has(pair)) return false;
      compared.add(pair);
    }
    const a = resolve(first);
    const b = resolve(second);
    if (a.kind === 'union') return a.members.some((member) => areAlike(member, b, depth + 1));
    if (b.kind === 'union') return b.members.some((member) => areAlike(a, member, depth + 1));
    if (isArrayOnWire(a) && isArrayOnWire(b)) return areAlikeArrays(a, b, depth + 1);
    if (a.kind === 'object' && b.kind === 'object') return areAlikeObjects(a, b, depth + 1);
    return areAlikeTexts(a, b);
  }

  function areAlikeArrays(a: TypeModel, b: TypeModel, depth: number): boolean {
    if (isCollection(a) !== isCollection(b)) return true;
    if (isCollection(a) && a.kind !== b.kind) return true;
    return partsOf(a).some((part) => partsOf(b).some((other) => areAlike(part, other, depth)));
  }

  /** Alike if a member they share is, unless another member that both must have tells them apart. */
  function areAlikeObjects(a: ObjectModel, b: ObjectModel, depth: number): boolean {
    const shared = [...sharedMembers(a, b), ...sharedMembers({ ...b, members: membersOnlyIn(b, a) }, a)];
    const isToldApart = shared.some(
      ({ member, other }) =>
        !member.optional && !other.optional && areApart(resolve(member.type), resolve(other.type)),
    );
    if (isToldApart) return false;
    const isIndexAlike = a.indexes.some((index) =>
      b.indexes.some((other) => areAlike(index.type, other.type, depth)),
    );
    return isIndexAlike || shared.some(({ member, other }) => areAlike(member.type, other.type, depth));
  }

  return areAlike;
}

/** The members of one object type, with what the other one has at the same name. */
function sharedMembers(a: ObjectModel, b: ObjectModel): { member: MemberModel; other: MemberModel }[] {
  return a.members.flatMap((member) => {
    const named = b.members.filter(({ name }) => name === member.name);
    const indexes = b.indexes.filter(({ key }) => isNameOf(key, member.name));
    const indexed = indexes.map(({ type }) => ({ ...member, optional: true, type }));
    return (named.length > 0 ? named : indexed).map((other) => ({ member, other }));
  });
}

const isNameOf = (key: IndexModel['key'], name: string): boolean =>
  isNamed(key.kind === 'template' ? key : key.kind, name);

const membersOnlyIn = (a: ObjectModel, b: ObjectModel): MemberModel[] =>
  a.members.filter((member) => !b.members.some(({ name }) => name === member.name));

/** Names of the types that hold, however deep, something whose JSON is not the value itself. */
function translatedTypes(types: ReadonlyMap<string, NamedType>): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  const found = new Set<string>();
  for (const { name, type } of types.values()) {
    if (hasOwnForm(type)) found.add(name);
    for (const used of referencesOf(type)) {
      const known = users.get(used);
      if (known === undefined) users.set(used, [name]);
      else known.push(name);
    }
  }
  // A set's iteration reaches what is added on the way.
  for (const name of found) for (const user of users.get(name) ?? []) found.add(user);
  return found;
}

/** Whether a type holds something that JSON writes in another form, types that it refers to not counted. */
const hasOwnForm = (type: TypeModel): boolean =>
  type.kind in FORMS || type.kind === 'bigintLiteral' || isCollection(type) || partsOf(type).some(hasOwnForm);

const referencesOf = (type: TypeModel): readonly string[] =>
  type.kind === 'reference' ? [type.name] : partsOf(type).flatMap(referencesOf);

const isCollection = (type: TypeModel): boolean => type.kind === 'map' || type.kind === 'set';

const isArrayOnWire = (type: TypeModel): boolean =>
  isCollection(type) || type.kind === 'array' || type.kind === 'tuple';

/** Two types that may both be a string in JSON, at least one of which means something else by it. */
function areAlikeTexts(a: TypeModel, b: TypeModel): boolean {
  if (a.kind === 'bigintLiteral') return textsOf(b)?.includes(a.value) ?? isAnyText(b);
  if (b.kind === 'bigintLiteral') return areAlikeTexts(b, a);
  const form = FORMS[a.kind];
  if (form === undefined) return FORMS[b.kind] !== undefined && areAlikeTexts(b, a);
  return textsOf(b)?.some(form) ?? (isAnyText(b) || FORMS[b.kind] !== undefined);
}

const isAnyText = (type: TypeModel): boolean => type.kind === 'string' || type.kind === 'template';

/** The strings that a type consists of; `undefined` if it does not consist of known ones. */
function textsOf(type: TypeModel): readonly string[] | undefined {
  if (type.kind === 'literal') return typeof type.value === 'string' ? [type.value] : [];
  if (type.kind === 'enum') return type.values.filter((value) => typeof value === 'string');
  return undefined;
}

/** Whether no JSON value stands for both: different literals, or values of different JSON kinds. */
function areApart(a: TypeModel, b: TypeModel): boolean {
  const first = literalsOf(a);
  const second = literalsOf(b);
  if (first !== undefined && second !== undefined) return !first.some((value) => second.includes(value));
  const kinds = [jsonKind(a), jsonKind(b)];
  return !kinds.includes(undefined) && kinds[0] !== kinds[1];
}

function literalsOf(type: TypeModel): readonly unknown[] | undefined {
  if (type.kind === 'literal') return [type.value];
  if (type.kind === 'enum') return type.values;
  if (type.kind !== 'union') return undefined;
  const values = type.members.map(literalsOf);
  return values.some((value) => value === undefined) ? undefined : values.flatMap((value) => value ?? []);
}

function jsonKind(type: TypeModel): string | undefined {
  if (type.kind in FORMS || type.kind === 'bigintLiteral' || type.kind === 'template') return 'string';
  if (isArrayOnWire(type)) return 'array';
  if (type.kind === 'literal') return typeof type.value;
  return ['string', 'number', 'boolean', 'null', 'object'].includes(type.kind) ? type.kind : undefined;
}
