// Expressions of the descriptor file that tell whether a value can be taken as it is.

import type { ExactTest } from '../codegen/plan/exact-plan.js';
import { allOf, anyOf, type Code, code, commas, literal, name } from './code.js';
import { functionName, operand } from './functions.js';

/** The condition that `value`, which stands on `level` if it is a container, can be taken as it is. */
export function exact(plan: ExactTest, value: Code, level: Code): Code {
  switch (plan.kind) {
    case 'typeof':
      return code`typeof ${value} === ${literal(plan.type)}`;
    case 'number':
      // It says no to what is no number, too.
      return code`Number.isFinite(${value})`;
    case 'equals':
      return code`${value} === ${literal(plan.value)}`;
    case 'listed':
      return code`${name(plan.constant)}.has(${value})`;
    case 'check':
      return code`${functionName(plan.function)}(${commas([value, ...plan.operands.map(operand)])})`;
    case 'open':
      return code`${functionName(plan.function)}(${value}, ${level})`;
    case 'closed':
      return code`${functionName(plan.function)}(${value})`;
    case 'split':
      return code`(Array.isArray(${value}) ? ${exact(plan.list, value, level)} : ${exact(plan.object, value, level)})`;
    case 'limit':
      return code`${value} ${comparison(plan.operator)} ${literal(plan.value)}`;
    case 'all':
      return code`(${allOf(plan.of.map((each) => exact(each, value, level)))})`;
    case 'any':
      return anyOf(plan.of.map((each) => exact(each, value, level)));
  }
}

function comparison(operator: (ExactTest & { kind: 'limit' })['operator']): Code {
  switch (operator) {
    case '<':
      return code`<`;
    case '<=':
      return code`<=`;
    case '>':
      return code`>`;
    case '>=':
      return code`>=`;
  }
}

/** The condition that it cannot. */
export function inexact(plan: ExactTest, value: Code, level: Code): Code {
  switch (plan.kind) {
    case 'typeof':
      return code`typeof ${value} !== ${literal(plan.type)}`;
    case 'equals':
      return code`${value} !== ${literal(plan.value)}`;
    case 'any':
      return plan.of.length < 2 ? code`!(${exact(plan, value, level)})` : code`!${exact(plan, value, level)}`;
    default:
      return code`!${exact(plan, value, level)}`;
  }
}
