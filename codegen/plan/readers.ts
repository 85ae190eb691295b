// How values of a type are read: a call of a function in `wire` or of a generated one.

import type { Data } from '../../templates/code.js';
import type { TypeModel, UnionModel } from '../model.js';
import { planChoice } from './choices.js';
import { type CodecPlanner, readerPrefix } from './codec-planner.js';
import { literalsOf } from './literals.js';
import { isEmptyObject, planObject } from './objects.js';
import type { FunctionRef, Operand, ReaderPlan } from './plan.js';
import { planTuple } from './tuples.js';
import type { Direction, TypeGraph } from './type-graph.js';

/** Plans how a value is read. `subject` names what has no name of its own. */
export function planReader(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): ReaderPlan {
  const { graph } = planner;
  const resolved = graph.resolve(type);
  if (type.kind === 'reference' && graph.isRecursive(type.name) && resolved.kind !== 'object') {
    return recursiveReader(planner, resolved, direction, type.name);
  }
  return planResolved(planner, resolved, direction, type.kind === 'reference' ? type.name : subject);
}

/** How a type is read that contains itself: by a function of its own. */
function recursiveReader(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): ReaderPlan {
  if (type.kind === 'tuple') return toCall(planTuple(planner, type, direction, subject));
  if (type.kind === 'union' && isChoice(planner.graph, type)) {
    return planChoice(planner, type, direction, subject);
  }
  const prefix = readerPrefix(planner.graph, type, direction);
  const ref = planner.functionFor(type, prefix, subject, (name) => ({
    kind: 'reader',
    name,
    reader: planResolved(planner, type, direction, subject),
  }));
  return toCall(ref);
}

function planResolved(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): ReaderPlan {
  const itemRef = (item: TypeModel, suffix: string) =>
    planItemRef(planner, item, direction, subject + suffix);
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'never':
    case 'opaque':
      return wire(type.kind);
    case 'undefined':
      return wire('absent');
    case 'null':
      return wire('literal', data(null));
    case 'literal':
      return wire('literal', data(type.value));
    case 'enum':
      return wire(
        'oneOf',
        local(planner.constantFor({ kind: 'literals', values: type.values }, `${type.name}Values`)),
      );
    case 'template': {
      const { texts, holes } = type;
      return wire(
        'template',
        local(planner.constantFor({ kind: 'template', texts, holes }, `${subject}Template`)),
      );
    }
    case 'date':
      return wire(`${direction}Date`);
    case 'bigint':
      return wire(`${direction}Bigint`);
    case 'bigintLiteral':
      return wire(`${direction}BigintLiteral`, data(type.value));
    case 'bytes':
      return wire(`${direction}Bytes`);
    case 'url':
      return wire(`${direction}Url`);
    case 'array':
      return wire('array', itemRef(type.item, 'Item'));
    case 'set':
      return wire(`${direction}Set`, itemRef(type.item, 'Item'));
    case 'map':
      return wire(`${direction}Map`, itemRef(type.key, 'Key'), itemRef(type.value, 'Value'));
    case 'tuple':
      return toCall(planTuple(planner, type, direction, subject));
    case 'object':
      if (isEmptyObject(type)) return wire('anything');
      if (type.members.length === 0 && type.index !== undefined) {
        return wire('record', planRef(planner, type.index, direction, `${subject}Value`));
      }
      return toCall(planObject(planner, type, direction, subject));
    case 'union':
      return planUnion(planner, type, direction, subject);
    case 'reference':
      return planReader(planner, type, direction, subject);
  }
}

function planUnion(
  planner: CodecPlanner,
  type: UnionModel,
  direction: Direction,
  subject: string,
): ReaderPlan {
  const { graph } = planner;
  if (isChoice(graph, type)) return planChoice(planner, type, direction, subject);
  const branches = graph.branches(type);
  const without = (kind: 'null' | 'undefined'): TypeModel =>
    unionOf(
      branches.filter((branch) => graph.resolve(branch).kind !== kind),
      type.text,
    );
  if (branches.some((branch) => graph.resolve(branch).kind === 'opaque')) return wire('opaque');
  if (has(graph, branches, 'undefined')) {
    return replace('undefined', 'undefined', planReader(planner, without('undefined'), direction, subject));
  }
  const literals = literalsOf(graph, type);
  if (literals !== undefined && literals.length > 0) {
    return wire(
      'oneOf',
      local(planner.constantFor({ kind: 'literals', values: literals }, `${subject}Values`)),
    );
  }
  const value = without('null');
  return has(graph, branches, 'null')
    ? orNull(planReader(planner, value, direction, subject))
    : planReader(planner, value, direction, subject);
}

/** Whether it takes a function of its own to find the branch. */
function isChoice(graph: TypeGraph, type: UnionModel): boolean {
  const kinds = graph.branches(type).map((branch) => graph.resolve(branch).kind);
  const values = kinds.filter((kind) => kind !== 'null' && kind !== 'never');
  return (
    values.length > 1 &&
    !kinds.includes('opaque') &&
    !kinds.includes('undefined') &&
    literalsOf(graph, type) === undefined
  );
}

const has = (graph: TypeGraph, branches: readonly TypeModel[], kind: TypeModel['kind']): boolean =>
  branches.some((branch) => graph.resolve(branch).kind === kind);

/** The union of these branches. */
export const unionOf = (members: readonly TypeModel[], text: string): TypeModel =>
  members.length === 1 && members[0] !== undefined ? members[0] : { kind: 'union', members, text };

/** What an optional member or parameter is when it is there. */
export function withoutUndefined(graph: TypeGraph, type: TypeModel): TypeModel {
  if (!graph.accepts(type, 'undefined')) return type;
  const branches = graph.branches(type).filter((branch) => graph.resolve(branch).kind !== 'undefined');
  return unionOf(branches, textOf(graph.resolve(type)));
}

const textOf = (type: TypeModel): string => (type.kind === 'union' ? type.text : type.kind);

const OR_NULL: ReadonlyMap<string, string> = new Map([
  ['string', 'stringOrNull'],
  ['number', 'numberOrNull'],
  ['boolean', 'booleanOrNull'],
]);

function orNull(reader: ReaderPlan): ReaderPlan {
  const joint =
    reader.kind === 'call' && reader.function.kind === 'wire' ? OR_NULL.get(reader.function.name) : undefined;
  return joint === undefined ? replace('null', 'null', reader) : wire(joint);
}

/**
 * How an item of a list is read. JSON has no `undefined` in lists: it travels as null, if null is not one of the
 * item's values itself.
 */
export function planItem(
  planner: CodecPlanner,
  item: TypeModel,
  direction: Direction,
  subject: string,
): ReaderPlan {
  const { graph } = planner;
  if (!graph.accepts(item, 'undefined')) return planReader(planner, item, direction, subject);
  const reader = planReader(planner, withoutUndefined(graph, item), direction, subject);
  if (graph.accepts(item, 'null')) return reader;
  return direction === 'encode' ? replace('undefined', 'null', reader) : replace('null', 'undefined', reader);
}

/** The function that reads items of a list. */
export function planItemRef(
  planner: CodecPlanner,
  item: TypeModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  return toRef(planner, item, direction, subject, planItem(planner, item, direction, subject));
}

/** The function that reads values of a type. */
export function planRef(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  return toRef(planner, type, direction, subject, planReader(planner, type, direction, subject));
}

function toRef(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
  reader: ReaderPlan,
): FunctionRef {
  if (reader.kind === 'call' && reader.operands.length === 0) return reader.function;
  const prefix = readerPrefix(planner.graph, { kind: 'array', item: type }, direction);
  return planner.functionFor(JSON.stringify(reader), prefix, subject, (name) => ({
    kind: 'reader',
    name,
    reader,
  }));
}

const wire = (name: string, ...operands: readonly Operand[]): ReaderPlan => ({
  kind: 'call',
  function: { kind: 'wire', name },
  operands,
});
const local = (name: string): FunctionRef => ({ kind: 'local', name });
const data = (value: Data): Operand => ({ kind: 'data', value });
const toCall = (ref: FunctionRef): ReaderPlan => ({ kind: 'call', function: ref, operands: [] });
const replace = (
  from: 'null' | 'undefined',
  to: 'null' | 'undefined',
  otherwise: ReaderPlan,
): ReaderPlan => ({
  kind: 'replace',
  from,
  to,
  otherwise,
});
