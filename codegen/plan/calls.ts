// The small parts that plans of readers and tests consist of.

import type { Data } from '../../templates/code.js';
import type { FunctionRef, Operand, ReaderPlan, TestPlan } from './plan.js';

export function local(name: string): FunctionRef {
  return { kind: 'local', name };
}

export function data(value: Data): Operand {
  return { kind: 'data', value };
}

/** Reads by a function. */
export function call(ref: FunctionRef, ...operands: readonly Operand[]): ReaderPlan {
  return { kind: 'call', function: ref, operands };
}

/** Reads by a function of `wire`. */
export function wire(name: string, ...operands: readonly Operand[]): ReaderPlan {
  return call({ kind: 'wire', name }, ...operands);
}

type Nothing = 'null' | 'undefined';

/** Reads one kind of nothing as another, and everything else by a reader. */
export function replace(from: Nothing, to: Nothing, otherwise: ReaderPlan): ReaderPlan {
  return { kind: 'replace', from, to, otherwise };
}

/** Tests the value alone, by a function of `wire`. */
export function check(name: string, ...operands: readonly Operand[]): TestPlan {
  return { kind: 'check', function: { kind: 'wire', name }, operands };
}

/** Tests the value at its place, by a function of `wire`. */
export function guard(name: string, ...operands: readonly Operand[]): TestPlan {
  return { kind: 'guard', function: { kind: 'wire', name }, operands, recursive: false };
}

/** Tests the value at its place, by a function of the file. */
export function localGuard(ref: FunctionRef, recursive = false): TestPlan {
  return { kind: 'guard', function: ref, operands: [], recursive };
}
