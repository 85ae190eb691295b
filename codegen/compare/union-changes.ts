// Differences of unions: which of their branches belong together, and which are new or gone.

import { describeType } from '../extract/describe-type.js';
import type { ObjectModel, TypeModel } from '../model.js';
import type { Difference } from './change.js';
import { additionOf, type Comparison, removalOf } from './comparison.js';
import { literalsIn } from './literals.js';
import { type Side, unchecked } from './side.js';
import { type Position, type Walk, wholeChange } from './type-changes.js';

/** Null or undefined that one of the types has and the other has not. */
export function nothingChanges(
  { comparison }: Walk,
  before: TypeModel,
  after: TypeModel,
  path: string,
  position: Position,
): Difference[] {
  return (['null', 'undefined'] as const).flatMap((kind): Difference[] => {
    const [had, has] = [comparison.old.graph.has(before, kind), comparison.new.graph.has(after, kind)];
    if (had === has) return [];
    const nothing: TypeModel = { kind };
    const question = kind === 'undefined' && position === 'value' ? 'whole' : position;
    if (has) {
      const message = `${path} can be ${kind}`;
      return [additionOf(comparison, { rule: `${kind}-added`, path, message }, [before, nothing], question)];
    }
    const message = `${path} cannot be ${kind} any more`;
    return [removalOf(comparison, { rule: `${kind}-removed`, path, message }, [nothing, after], question)];
  });
}

/** Differences of two unions without null and undefined, one of which may have one branch only. */
export function unionChanges(
  walk: Walk,
  before: readonly TypeModel[],
  after: readonly TypeModel[],
  path: string,
): Difference[] {
  const { comparison } = walk;
  const [old, next] = [split(comparison.old, before), split(comparison.new, after)];
  const pairs = matchBranches(comparison, old.others, next.others);
  const changed = pairs.matched.flatMap(([a, b]) => walk.branches(a, b, path));
  const gone = [...pairs.old, ...literalTypes(old.literals, next.literals)];
  const added = [...pairs.new, ...literalTypes(next.literals, old.literals)];
  const [only, other] = [gone[0], added[0]];
  const isReplaced = before.length === 1 && after.length === 1 && gone.length === 1 && added.length === 1;
  if (isReplaced && only !== undefined && other !== undefined)
    return wholeChange(comparison, only, other, path);
  return [
    ...changed,
    ...removals(comparison, gone, unionOf(after), path),
    ...additions(comparison, added, unionOf(before), path),
  ];
}

const unionOf = (members: readonly TypeModel[]): TypeModel => ({ kind: 'union', members, text: '' });

function removals(comparison: Comparison, gone: readonly TypeModel[], after: TypeModel, path: string) {
  return [true, false].flatMap((isLiteral): Difference[] => {
    const types = gone.filter((type) => (type.kind === 'literal') === isLiteral);
    if (types.length === 0) return [];
    const message = `${path} cannot be ${listed(types)} any more`;
    const rule = isLiteral ? 'literal-removed' : 'branch-removed';
    return notNothing(removalOf(comparison, { rule, path, message }, [unionOf(types), after]));
  });
}

function additions(comparison: Comparison, added: readonly TypeModel[], before: TypeModel, path: string) {
  return [true, false].flatMap((isLiteral): Difference[] => {
    const types = added.filter((type) => (type.kind === 'literal') === isLiteral);
    if (types.length === 0) return [];
    const message = `${path} can be ${listed(types)}`;
    const rule = isLiteral ? 'literal-added' : 'branch-added';
    return notNothing(additionOf(comparison, { rule, path, message }, [before, unionOf(types)]));
  });
}

/** What the other branches take anyway, is no difference: `string | 'a'` is `string`. */
const notNothing = (found: Difference): Difference[] =>
  found.isOldRead && found.isNewRead && found.isWritten && found.isLookedAt ? [] : [found];

const listed = (types: readonly TypeModel[]): string =>
  describeType({ kind: 'union', members: types, text: '' });

interface Split {
  readonly literals: readonly (string | number | boolean)[];
  /** Branches that are no literals. */
  readonly others: readonly TypeModel[];
}

function split(side: Side, branches: readonly TypeModel[]): Split {
  const literals = branches.map((branch) => {
    const { type, checks } = unchecked(side, branch);
    return checks.length === 0 ? literalsIn(type) : undefined;
  });
  return {
    literals: literals.flatMap((values) => values ?? []),
    others: branches.filter((_, index) => literals[index] === undefined),
  };
}

const literalTypes = (values: Split['literals'], known: Split['literals']): readonly TypeModel[] => {
  const others = new Set(known);
  return values.filter((value) => !others.has(value)).map((value) => ({ kind: 'literal', value }));
};

interface Matches {
  readonly matched: readonly (readonly [TypeModel, TypeModel])[];
  readonly old: readonly TypeModel[];
  readonly new: readonly TypeModel[];
}

/** Branches that belong together: the same ones, those of one name, of one literal member, and the last of a kind. */
function matchBranches(
  comparison: Comparison,
  old: readonly TypeModel[],
  next: readonly TypeModel[],
): Matches {
  let left: Matches = { matched: [], old, new: next };
  for (const keyOf of KEYS)
    left = matchBy(
      left,
      (type) => keyOf(comparison.old, type),
      (type) => keyOf(comparison.new, type),
    );
  return left;
}

type KeyOf = (side: Side, type: TypeModel) => string | undefined;

const KEYS: readonly KeyOf[] = [
  (side, type) => (type.kind === 'reference' ? side.hashOf(type.name) : JSON.stringify(type)),
  (_, type) => (type.kind === 'reference' ? type.name : undefined),
  (side, type) => {
    const { type: shape } = unchecked(side, type);
    return shape.kind === 'object' ? tagOf(side, shape) : undefined;
  },
  (side, type) => unchecked(side, type).type.kind,
];

/** The first member that tells objects apart, as `kind: 'circle'`. */
const tagOf = (side: Side, type: ObjectModel): string | undefined =>
  [...side.tagsOf(type)].map((tag) => JSON.stringify(tag)).sort()[0];

/** Matches what has a key that nothing else on its side has. */
function matchBy(
  left: Matches,
  oldKey: (type: TypeModel) => string | undefined,
  newKey: typeof oldKey,
): Matches {
  const olds = uniqueBy(left.old, oldKey);
  const news = uniqueBy(left.new, newKey);
  const matched = [...olds].flatMap(([key, type]): [TypeModel, TypeModel][] => {
    const other = news.get(key);
    return other === undefined ? [] : [[type, other]];
  });
  const taken = new Set(matched.flat());
  return {
    matched: [...left.matched, ...matched],
    old: left.old.filter((type) => !taken.has(type)),
    new: left.new.filter((type) => !taken.has(type)),
  };
}

function uniqueBy(
  types: readonly TypeModel[],
  keyOf: (type: TypeModel) => string | undefined,
): Map<string, TypeModel> {
  const byKey = new Map<string, TypeModel | undefined>();
  for (const type of types) {
    const key = keyOf(type);
    if (key !== undefined) byKey.set(key, byKey.has(key) ? undefined : type);
  }
  return new Map([...byKey].filter((entry): entry is [string, TypeModel] => entry[1] !== undefined));
}
