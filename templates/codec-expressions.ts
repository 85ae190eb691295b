// Expressions of the descriptor file: reading a value, testing a value.

import type { ReaderPlan, TestPlan } from '../codegen/plan/plan.js';
import { allOf, anyOf, type Code, code, commas, literal, name } from './code.js';
import { exact } from './exact-expressions.js';
import { functionName, operand } from './functions.js';
import { wire } from './runtime-names.js';

/** The expression that reads `value`, which stands at `key` of `at`. */
export function read(reader: ReaderPlan, value: Code, at: Code, key: Code): Code {
  switch (reader.kind) {
    case 'call':
      return code`${functionName(reader.function)}(${commas([value, at, key, ...reader.operands.map(operand)])})`;
    case 'replace':
      return code`${value} === ${nothing(reader.from)} ? ${nothing(reader.to)} : ${read(reader.otherwise, value, at, key)}`;
    case 'checked':
      return code`${wire}.constrained(${commas([read(reader.reader, value, at, key), at, key, name(reader.checks)])})`;
    case 'exact':
      return code`${exact(reader.test, value, literal(1))} ? ${value} : ${read(reader.otherwise, value, at, key)}`;
  }
}

const nothing = (value: 'null' | 'undefined'): Code => (value === 'null' ? code`null` : code`undefined`);

/** The condition that `value`, which stands at `key` of `at`, agrees with its type. */
export function test(plan: TestPlan, value: Code, at: Code, key: Code): Code {
  switch (plan.kind) {
    case 'typeof':
      return code`typeof ${value} === ${literal(plan.type)}`;
    case 'equals':
      return code`${value} === ${literal(plan.value)}`;
    case 'array':
      return code`Array.isArray(${value})`;
    case 'listed':
      return code`${name(plan.constant)}.has(${value})`;
    case 'check':
      return code`${functionName(plan.function)}(${commas([value, ...plan.operands.map(operand)])})`;
    case 'guard':
      return plan.recursive
        ? code`${wire}.matches(${functionName(plan.function)}, ${value}, ${at}, ${key})`
        : code`${functionName(plan.function)}(${commas([value, at, key, ...plan.operands.map(operand)])})`;
    case 'any':
      return anyOf(plan.of.map((each) => test(each, value, at, key)));
    case 'all':
      return allOf(plan.of.map((each) => test(each, value, at, key)));
  }
}

/** Whether the condition needs the place of the value. */
export const needsPlace = (plan: TestPlan): boolean =>
  plan.kind === 'guard' || ((plan.kind === 'any' || plan.kind === 'all') && plan.of.some(needsPlace));
