// The wire: whether what is written for a type of one contract can be read as a type of another.

import type { ObjectModel, ParameterModel, TypeModel } from '../model.js';
import { isEmptyObject } from '../plan/objects.js';
import { isImplied, literalMeets } from './checks.js';
import { allOf, anyOf, type Condition, Conditions } from './conditions.js';
import { ANY_OTHER, indexesFor, mayShareNames, othersOf, takesAllNames } from './indexes.js';
import { listCondition } from './lists.js';
import { isAnyString, isNarrower, literalsIn, takesLiteral } from './literals.js';
import { namesOf, type Relation } from './relation.js';
import { areTold, mayBeAbsent, memberOf, type Side, unchecked } from './side.js';

/** How values stand where they do: as items of lists, `undefined` is written as null. */
export type Position = 'value' | 'item';

/** Conditions on types of two contracts. */
export interface Reading {
  readonly from: Side;
  readonly to: Side;
  readonly type: (from: TypeModel, to: TypeModel, position: Position) => Condition;
}

/** Whether JSON that `from` encodes is data that `to` decodes. */
export function createReadable(from: Side, to: Side): Relation {
  const conditions = new Conditions();

  const type: Reading['type'] = (a, b, position) => {
    const [first, second] = [from.idOf(a), to.idOf(b)];
    if (first === undefined || second === undefined) return branchesReadable(a, b, position);
    if (isSame(a, b)) return true;
    return conditions.pair(`${position} ${first} ${second}`, () => branchesReadable(a, b, position));
  };
  const isSame = (a: TypeModel, b: TypeModel): boolean =>
    a.kind === 'reference' && b.kind === 'reference' && from.hashOf(a.name) === to.hashOf(b.name);
  const reading: Reading = { from, to, type };

  /** Each branch of `a` has to be readable as one of `b`. */
  function branchesReadable(a: TypeModel, b: TypeModel, position: Position): Condition {
    const targets = to.graph.branches(b);
    return allOf(from.graph.branches(a), (branch) => {
      const { kind } = unchecked(from, branch).type;
      if (kind === 'undefined') return position === 'value' || takesNothing(b);
      if (kind === 'null' && position === 'item' && takesNothing(b)) return true;
      return branchReadable(branch, targets);
    });
  }

  const takesNothing = (b: TypeModel): boolean => to.graph.has(b, 'undefined') || to.graph.acceptsNull(b);

  function branchReadable(branch: TypeModel, targets: readonly TypeModel[]): Condition {
    const { type: shape, checks } = unchecked(from, branch);
    const literals = literalsIn(shape);
    if (literals !== undefined) {
      const isRead = literals.every((literal) => targets.some((target) => readsLiteral(literal, target)));
      if (isRead) return true;
    }
    if (targets.some((target) => isSame(branch, target))) return true;
    return anyOf(targets, (target) => {
      const { type: wanted, checks: wantedChecks } = unchecked(to, target);
      if (areTold(from, shape, to, wanted)) return false;
      if (!wantedChecks.every((check) => isImplied(check, checks))) return false;
      const isNamed = branch.kind === 'reference' && target.kind === 'reference';
      const compare = (): Condition => shapeReadable(shape, wanted);
      if (shape.kind === 'union' || wanted.kind === 'union') return type(shape, wanted, 'value');
      if (!isNamed) return compare();
      return conditions.pair(`shape ${branch.name} ${target.name}`, compare);
    });
  }

  function readsLiteral(value: string | number | boolean, target: TypeModel): boolean {
    const { type: wanted, checks } = unchecked(to, target);
    return takesLiteral(value, wanted) && checks.every((check) => literalMeets(value, check));
  }

  /** Both are neither unions nor references. */
  function shapeReadable(a: TypeModel, b: TypeModel): Condition {
    if (b.kind === 'opaque') return a.kind !== 'undefined';
    if (isEmptyObject(b)) return a.kind !== 'null' && a.kind !== 'opaque';
    if (isEmptyObject(a)) return false;
    switch (a.kind) {
      case 'never':
        return true;
      case 'string':
        return isAnyString(b);
      case 'template':
        return isAnyString(b) || (b.kind === 'template' && isNarrower(a, b));
      case 'bytes':
      case 'buffer':
        return b.kind === 'bytes' || b.kind === 'buffer' || isAnyString(b);
      case 'date':
      case 'url':
      case 'bigint':
        return b.kind === a.kind || isAnyString(b);
      case 'bigintLiteral':
        return b.kind === 'bigint' || takesLiteral(a.value, b);
      case 'array':
      case 'tuple':
      case 'set':
      case 'map':
        return listCondition(reading, a, b);
      case 'object':
        return b.kind === 'object' && objectReadable(a, b);
      case 'number':
      case 'boolean':
      case 'null':
        return b.kind === a.kind;
      case 'opaque':
      case 'literal':
      case 'enum':
        return false;
      case 'undefined':
      case 'union':
      case 'checked':
      case 'reference':
        return false;
    }
  }

  const objectReadable = (a: ObjectModel, b: ObjectModel): Condition =>
    allOf([...namesOf(a, b), undefined], (name) =>
      name === undefined ? othersReadable(a, b) : memberReadable(name, a, b),
    );

  function memberReadable(name: string, a: ObjectModel, b: ObjectModel): Condition {
    const written = memberOf(a, name);
    const read = memberOf(b, name);
    if (written === undefined) {
      if (read === undefined) return true;
      // Under this name there may be what the written type has for all other names.
      const mayBe = othersOf(a, name);
      return mayBeAbsent(to, read) && (mayBe === undefined || type(mayBe, read.type, 'value'));
    }
    if (read !== undefined) {
      if (mayBeAbsent(from, written) && !mayBeAbsent(to, read)) return false;
      return type(written.type, read.type, 'value');
    }
    const indexes = indexesFor(b, name);
    if (indexes.length === 0) return b.additionalProperties !== 'refuse';
    return allOf(indexes, (index) => type(written.type, index.type, 'value'));
  }

  /** What the names have that neither type lists. */
  function othersReadable(a: ObjectModel, b: ObjectModel): Condition {
    const keepsOthers = a.additionalProperties === 'keep' && !takesAllNames(a);
    if (a.indexes.length === 0 && !keepsOthers) return true;
    if (b.additionalProperties === 'refuse' && !takesAllNames(b)) return false;
    const written = [...a.indexes, ...(keepsOthers ? [ANY_OTHER] : [])];
    return allOf(written, (index) =>
      allOf(b.indexes.filter(mayShareNames(index)), (read) => type(index.type, read.type, 'value')),
    );
  }

  function parametersReadable(a: readonly ParameterModel[], b: readonly ParameterModel[]): Condition {
    const rest = b.at(-1)?.isRest === true ? b.at(-1) : undefined;
    const takes = (index: number): ParameterModel | undefined => b[index] ?? rest;
    const isTooLong = a.some((_, index) => takes(index) === undefined);
    const isOpenEnded = a.at(-1)?.isRest === true && rest === undefined;
    if (isTooLong || isOpenEnded) return false;
    const missing = b.slice(a.length).every((parameter) => parameter.isRest || mayBeAbsent(to, parameter));
    if (!missing && a.at(-1)?.isRest !== true) return false;
    return allOf(Array.from({ length: Math.max(a.length, b.length) }).keys(), (index) => {
      const written = a[index] ?? (a.at(-1)?.isRest === true ? a.at(-1) : undefined);
      const read = takes(index);
      return written === undefined || read === undefined || argumentReadable(written, read);
    });
  }

  function argumentReadable(written: ParameterModel, read: ParameterModel): Condition {
    const isAbsent = !written.isRest && mayBeAbsent(from, written);
    if ((isAbsent || written.isRest) && !read.isRest && !mayBeAbsent(to, read)) return false;
    if (isAbsent && read.isRest && !takesNothing(read.type)) return false;
    if (written.isRest || read.isRest) return type(written.type, read.type, 'item');
    const isNullSkipped = mayBeAbsent(to, read);
    return isNullSkipped ? exceptNull(written.type, read.type) : type(written.type, read.type, 'value');
  }

  /** An argument that may be missing reads null as that. */
  const exceptNull = (a: TypeModel, b: TypeModel): Condition =>
    allOf(
      from.graph.branches(a).filter((branch) => from.graph.resolve(branch).kind !== 'null'),
      (branch) => type(branch, b, 'value'),
    );

  const isWholeReadable = (a: TypeModel, b: TypeModel): Condition =>
    (!from.graph.has(a, 'undefined') || to.graph.has(b, 'undefined')) && type(a, b, 'value');

  return {
    value: (a, b) => conditions.solve(type(a, b, 'value')),
    whole: (a, b) => conditions.solve(isWholeReadable(a, b)),
    item: (a, b) => conditions.solve(type(a, b, 'item')),
    member: (name, a, b) => conditions.solve(memberReadable(name, a, b)),
    others: (a, b) => conditions.solve(othersReadable(a, b)),
    parameters: (a, b) => conditions.solve(parametersReadable(a, b)),
  };
}
