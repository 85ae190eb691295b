// Source: whether code that was written for a type of one contract compiles with a type of another.

import type { ObjectModel, ParameterModel, TupleItem, TypeModel } from '../model.js';
import { isEmptyObject } from '../plan/objects.js';
import { allOf, anyOf, type Condition, Conditions } from './conditions.js';
import { indexesFor } from './indexes.js';
import { isNarrower } from './literals.js';
import { namesOf, type Relation } from './relation.js';
import { areTold, memberOf, type Side, unchecked } from './side.js';

/**
 * What code does with the values.
 * - `write`: it makes them, as literals too, in which every member has to be known. It was written for `from`.
 * - `read`: it looks at them, and every member that it knows has to be there. It was written for `to`.
 */
export type SourceUse = 'write' | 'read';

/** Whether code compiles that is given values of `from` where it has to do with `to`. */
export function createCompiles(from: Side, to: Side, use: SourceUse): Relation {
  const conditions = new Conditions();

  function type(a: TypeModel, b: TypeModel): Condition {
    const [first, second] = [from.idOf(a), to.idOf(b)];
    if (first === undefined || second === undefined) return branchesCompile(a, b);
    return conditions.pair(`${first} ${second}`, () => branchesCompile(a, b));
  }

  function branchesCompile(a: TypeModel, b: TypeModel): Condition {
    const targets = to.graph.branches(b);
    return allOf(from.graph.branches(a), (branch) => branchCompiles(branch, targets));
  }

  function branchCompiles(branch: TypeModel, targets: readonly TypeModel[]): Condition {
    const shape = unchecked(from, branch).type;
    const shapes = targets.map((target) => unchecked(to, target).type);
    if (isListed(shape, shapes)) return true;
    return anyOf(targets, (target) => {
      const wanted = unchecked(to, target).type;
      if (areTold(from, shape, to, wanted)) return false;
      if (shape.kind === 'union' || wanted.kind === 'union') return type(shape, wanted);
      const compare = (): Condition => shapeCompiles(shape, wanted);
      if (branch.kind !== 'reference' || target.kind !== 'reference') return compare();
      return conditions.pair(`shape ${branch.name} ${target.name}`, compare);
    });
  }

  /** Both are neither unions nor references. */
  function shapeCompiles(a: TypeModel, b: TypeModel): Condition {
    if (b.kind === 'opaque') return true;
    if (isEmptyObject(b)) return !['null', 'undefined', 'opaque'].includes(a.kind);
    if (isEmptyObject(a)) return false;
    switch (a.kind) {
      case 'never':
        return true;
      case 'literal':
        return takes(b, a.value, false);
      case 'enum':
        return a.values.every((value) => takes(b, value, true));
      case 'template':
        return b.kind === 'string' || (b.kind === 'template' && isNarrower(a, b));
      case 'bigintLiteral':
        return b.kind === 'bigint' || (b.kind === 'bigintLiteral' && b.value === a.value);
      case 'array':
        if (b.kind === 'tuple') return arrayCompiles(a.item, b.items);
        return b.kind === 'array' && type(a.item, b.item);
      case 'set':
        return b.kind === 'set' && type(a.item, b.item);
      case 'map':
        return (
          b.kind === 'map' &&
          allOf([0, 1], (part) => (part === 0 ? type(a.key, b.key) : type(a.value, b.value)))
        );
      case 'tuple':
        return b.kind === 'array'
          ? allOf(a.items, (item) => type(item.type, b.item))
          : b.kind === 'tuple' && tupleCompiles(a.items, b.items);
      case 'object':
        return b.kind === 'object' && objectCompiles(a, b);
      case 'string':
      case 'number':
      case 'boolean':
      case 'bigint':
      case 'null':
      case 'undefined':
      case 'date':
      case 'bytes':
      case 'url':
        return b.kind === a.kind;
      case 'buffer':
        return b.kind === 'buffer' || b.kind === 'bytes';
      case 'opaque':
      case 'union':
      case 'checked':
      case 'reference':
        return false;
    }
  }

  const arrayCompiles = (item: TypeModel, items: readonly TupleItem[]): Condition =>
    items.some(({ rest }) => rest) &&
    allOf(items, (each) => (each.optional || each.rest) && type(item, each.type));

  /** Item by item: rests at different places are taken for different tuples. */
  const tupleCompiles = (a: readonly TupleItem[], b: readonly TupleItem[]): Condition =>
    allOf(Array.from({ length: Math.max(a.length, b.length) }).keys(), (index) => {
      const [first, second] = [a[index], b[index]];
      if (first === undefined)
        return use === 'write' && second !== undefined && (second.optional || second.rest);
      if (second === undefined) return false;
      const fits = first.rest ? second.rest : !second.rest && (!first.optional || second.optional);
      return fits && type(first.type, second.type);
    });

  const objectCompiles = (a: ObjectModel, b: ObjectModel): Condition =>
    allOf([...namesOf(a, b), undefined], (name) =>
      name === undefined ? othersCompile(a, b) : memberCompiles(name, a, b),
    );

  function memberCompiles(name: string, a: ObjectModel, b: ObjectModel): Condition {
    const given = memberOf(a, name);
    const wanted = memberOf(b, name);
    if (given === undefined) {
      if (wanted === undefined) return true;
      if (use === 'write') return wanted.optional;
      const [index] = indexesFor(a, name);
      return index !== undefined && wanted.optional && type(index.type, wanted.type);
    }
    if (wanted === undefined) {
      const indexes = indexesFor(b, name);
      if (indexes.length === 0) return use === 'read';
      return allOf(indexes, (index) => type(given.type, index.type));
    }
    if (given.optional && !wanted.optional) return false;
    const withNothing: TypeModel = { kind: 'union', members: [wanted.type, { kind: 'undefined' }], text: '' };
    return type(given.type, wanted.optional && wanted.exact !== true ? withNothing : wanted.type);
  }

  const othersCompile = (a: ObjectModel, b: ObjectModel): Condition =>
    use === 'write'
      ? allOf(a.indexes, (given) => indexCompiles(given, b))
      : allOf(b.indexes, (wanted) => {
          const given = a.indexes.find(({ key }) => isSameKey(key, wanted.key));
          return given !== undefined && type(given.type, wanted.type);
        });

  function indexCompiles(given: ObjectModel['indexes'][number], b: ObjectModel): Condition {
    const wanted = b.indexes.find(({ key }) => key.kind === 'string' || isSameKey(key, given.key));
    return wanted !== undefined && type(given.type, wanted.type);
  }

  function parametersCompile(a: readonly ParameterModel[], b: readonly ParameterModel[]): Condition {
    return allOf(Array.from({ length: Math.max(a.length, b.length) }).keys(), (index) => {
      const given = a[index];
      const wanted = b[index] ?? (b.at(-1)?.isRest === true ? b.at(-1) : undefined);
      if (given === undefined) return wanted === undefined || wanted.optional || wanted.isRest;
      if (wanted === undefined || (given.isRest && !wanted.isRest)) return false;
      if (given.optional && !wanted.optional && !wanted.isRest) return false;
      if (!wanted.optional) return type(given.type, wanted.type);
      return allOf(
        from.graph.branches(given.type).filter((branch) => from.graph.resolve(branch).kind !== 'undefined'),
        (branch) => type(branch, wanted.type),
      );
    });
  }

  return {
    value: (a, b) => conditions.solve(type(a, b)),
    whole: (a, b) => conditions.solve(type(a, b)),
    item: (a, b) => conditions.solve(type(a, b)),
    member: (name, a, b) => conditions.solve(memberCompiles(name, a, b)),
    others: (a, b) => conditions.solve(othersCompile(a, b)),
    parameters: (a, b) => conditions.solve(parametersCompile(a, b)),
  };
}

type Literal = string | number | boolean;

/** Members of an enum are their values elsewhere, but a text is no member of an enum. */
function takes(type: TypeModel, value: Literal, isEnumMember: boolean): boolean {
  if (type.kind === 'enum')
    return (isEnumMember || typeof value === 'number') && (type.values as readonly Literal[]).includes(value);
  return type.kind === typeof value || (type.kind === 'literal' && type.value === value);
}

/** Whether all values of an enum, or both of `boolean`, are there one by one. */
function isListed(type: TypeModel, targets: readonly TypeModel[]): boolean {
  const values = type.kind === 'boolean' ? [true, false] : type.kind === 'enum' ? type.values : undefined;
  return (
    values?.every((value) => targets.some((target) => takes(target, value, type.kind === 'enum'))) === true
  );
}

const isSameKey = (a: TypeModel, b: TypeModel): boolean => JSON.stringify(a) === JSON.stringify(b);
