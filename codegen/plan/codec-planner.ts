// Plans the functions of a descriptor file on demand: one for each type and use, in order of first use.

import type { Import } from '../../templates/code.js';
import type { TypeImport } from '../model.js';
import { createExactTypes, type ExactTypes } from './exact-types.js';
import { createNameScope, lowerFirst, type NameScope } from './name-scope.js';
import type { ConstantPlan, FunctionPlan, FunctionRef } from './plan.js';
import type { TypeGraph } from './type-graph.js';

/** What planning the codecs of one service shares. */
export interface CodecPlanner {
  readonly graph: TypeGraph;
  readonly exact: ExactTypes;
  /**
   * The function for a type, or for a content as text, planned unless it is already. `prefix` says what it does
   * and `subject` to what: together they are its name, if that is free.
   */
  functionFor(type: object | string, prefix: string, subject: string, plan: PlanFunction): FunctionRef;
  /** The constant with this content. */
  constantFor(content: ConstantContent, subject: string): string;
  /** How the file imports a value of the contract. */
  importOf(symbol: TypeImport): Import;
  readonly functions: readonly FunctionPlan[];
  readonly constants: readonly ConstantPlan[];
}

/** Plans the body of a function that got this name. */
export type PlanFunction = (name: string) => FunctionPlan;

type Nameless<Plan> = Plan extends ConstantPlan ? Omit<Plan, 'name'> : never;
export type ConstantContent = Nameless<ConstantPlan>;

export function createCodecPlanner(
  graph: TypeGraph,
  takenNames: Iterable<string>,
  importOf: CodecPlanner['importOf'],
): CodecPlanner {
  const scope = createNameScope(takenNames);
  const known = new Map<string, Map<object | string, FunctionRef>>();
  const waiting: (() => void)[] = [];
  const functions: FunctionPlan[] = [];
  const constants = createConstants(scope);

  const functionFor: CodecPlanner['functionFor'] = (type, prefix, subject, plan) => {
    const sameUse = known.get(prefix) ?? new Map<object | string, FunctionRef>();
    known.set(prefix, sameUse);
    const planned = sameUse.get(type);
    if (planned !== undefined) return planned;
    const ref: FunctionRef = { kind: 'local', name: scope.declare(prefix + subject) };
    sameUse.set(type, ref);
    waiting.push(() => functions.push(plan(ref.name)));
    // The first request plans what it leads to, breadth first: recursion ends, and readers find what is used next.
    if (waiting.length === 1) for (const planNext of drain(waiting)) planNext();
    return ref;
  };
  return { graph, exact: createExactTypes(graph), functionFor, ...constants, importOf, functions };
}

/** Each waiting item; an item leaves the queue only after it was handled. */
function* drain<Item>(queue: Item[]): Generator<Item> {
  for (let item = queue[0]; item !== undefined; item = queue[0]) {
    yield item;
    queue.shift();
  }
}

function createConstants(scope: NameScope): Pick<CodecPlanner, 'constantFor' | 'constants'> {
  const names = new Map<string, string>();
  const constants: ConstantPlan[] = [];
  return {
    constants,
    constantFor(content, subject) {
      const key = JSON.stringify(content);
      const known = names.get(key);
      if (known !== undefined) return known;
      const name = scope.declare(lowerFirst(subject));
      names.set(key, name);
      constants.push({ ...content, name });
      return name;
    },
  };
}
