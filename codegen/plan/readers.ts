// How values of a type are read: by a function of `wire` or by a generated one.

import type { CheckedModel, ObjectModel, TypeModel } from '../model.js';
import { call, data, local, replace, wire } from './calls.js';
import { planCheckedReader } from './checks.js';
import { isChoice, planChoice } from './choices.js';
import { planExact } from './exact-tests.js';
import { planForeignReader, splitChecks } from './foreign-checks.js';
import { literalsOf } from './literals.js';
import { isEmptyObject, planObject, recordValue } from './objects.js';
import type { FunctionRef, LiteralValue, ReaderPlan } from './plan.js';
import { planTuple } from './tuples.js';
import { unionOf, withoutUndefined } from './unions.js';
import { listOf, named, part, readerPrefix, type Use } from './use.js';

/** Plans how arguments, results and the data of errors are read: as they are, if a guard says so. */
export function planWhole(use: Use, type: TypeModel): ReaderPlan {
  const otherwise = planReader(use, type);
  return use.planner.exact.hasGuard(type)
    ? { kind: 'exact', test: planExact(use, withoutUndefined(use.planner.graph, type)), otherwise }
    : otherwise;
}

/** Plans how a value is read. */
export function planReader(use: Use, type: TypeModel): ReaderPlan {
  const { graph } = use.planner;
  const resolved = graph.resolve(type);
  const isRecursive = type.kind === 'reference' && graph.isRecursive(type.name);
  return isRecursive && resolved.kind !== 'object'
    ? planRecursive(named(use, type), resolved)
    : planResolved(named(use, type), resolved);
}

/** A type that contains itself has a function of its own. */
function planRecursive(use: Use, type: TypeModel): ReaderPlan {
  if (type.kind === 'tuple') return call(planTuple(use, type));
  if (type.kind === 'union' && isChoice(use.planner.graph, type)) return planChoice(use, type);
  const { planner, subject } = use;
  const plan = (name: string) => ({ kind: 'reader', name, reader: planResolved(use, type) }) as const;
  return call(planner.functionFor(type, readerPrefix(use, type), subject, plan));
}

function planResolved(use: Use, type: TypeModel): ReaderPlan {
  const { planner, direction, subject } = use;
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
      return planLiterals(use, type.values, `${type.name}Values`);
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
    case 'buffer':
      return wire(`${direction}Buffer`);
    case 'url':
      return wire(`${direction}Url`);
    case 'array':
      return wire('array', planItemRef(part(use, 'Item'), type.item));
    case 'set':
      return wire(`${direction}Set`, planItemRef(part(use, 'Item'), type.item));
    case 'map': {
      const key = planItemRef(part(use, 'Key'), type.key);
      return wire(`${direction}Map`, key, planItemRef(part(use, 'Value'), type.value));
    }
    case 'tuple':
      return call(planTuple(use, type));
    case 'object':
      if (isEmptyObject(type)) return wire('anything');
      return planObjectReader(use, type);
    case 'union':
      return planUnion(use, type);
    case 'checked':
      return planChecked(use, type);
    case 'reference':
      return planReader(use, type);
  }
}

function planChecked(use: Use, checked: CheckedModel): ReaderPlan {
  const { foreign, type } = splitChecks(checked);
  return foreign.length === 0 ? planCheckedReader(use, checked) : planForeignReader(use, type, foreign);
}

function planObjectReader(use: Use, type: ObjectModel): ReaderPlan {
  const value = recordValue(type);
  return value === undefined
    ? call(planObject(use, type))
    : wire('record', planRef(part(use, 'Value'), value));
}

function planUnion(use: Use, type: TypeModel & { kind: 'union' }): ReaderPlan {
  const { graph } = use.planner;
  if (isChoice(graph, type)) return planChoice(use, type);
  if (graph.has(type, 'opaque')) return wire('opaque');
  if (graph.has(type, 'undefined')) {
    return replace('undefined', 'undefined', planReader(use, withoutUndefined(graph, type)));
  }
  const literals = literalsOf(graph, type);
  if (literals !== undefined) return planLiterals(use, literals, `${use.subject}Values`);
  // Neither a choice nor literals: it is null and one other.
  const others = graph.branches(type).filter((branch) => graph.resolve(branch).kind !== 'null');
  return orNull(planReader(use, unionOf(others, type.text)));
}

const planLiterals = ({ planner }: Use, values: readonly LiteralValue[], subject: string): ReaderPlan =>
  wire('oneOf', local(planner.constantFor({ kind: 'literals', values }, subject)));

const OR_NULL: ReadonlyMap<string, string> = new Map([
  ['string', 'stringOrNull'],
  ['number', 'numberOrNull'],
  ['boolean', 'booleanOrNull'],
]);

function orNull(reader: ReaderPlan): ReaderPlan {
  const joint =
    reader.kind === 'call' && reader.function.kind === 'wire' && OR_NULL.get(reader.function.name);
  return joint ? wire(joint) : replace('null', 'null', reader);
}

/**
 * How an item of a list is read. JSON has no `undefined` in lists: it travels as null, if null is not one of the
 * item's values itself.
 */
export function planItem(use: Use, item: TypeModel): ReaderPlan {
  const { graph } = use.planner;
  const reader = planReader(use, withoutUndefined(graph, item));
  if (!graph.has(item, 'undefined') || graph.acceptsNull(item)) return reader;
  return use.direction === 'encode'
    ? replace('undefined', 'null', reader)
    : replace('null', 'undefined', reader);
}

/** The function that reads items of a list. */
export const planItemRef = (use: Use, item: TypeModel): FunctionRef => toRef(use, item, planItem(use, item));

/** The function that reads values of a type. */
export const planRef = (use: Use, type: TypeModel): FunctionRef => toRef(use, type, planReader(use, type));

/** The function that a reader consists of, or a new one for it. */
function toRef(use: Use, type: TypeModel, reader: ReaderPlan): FunctionRef {
  if (reader.kind === 'call' && reader.operands.length === 0) return reader.function;
  const plan = (name: string) => ({ kind: 'reader', name, reader }) as const;
  return use.planner.functionFor(JSON.stringify(reader), readerPrefix(use, listOf(type)), use.subject, plan);
}
