// Constants of the descriptor file: sets of literals, and template literal types.

import type { ConstantPlan } from '../codegen/plan/plan.js';
import { type Code, code, literal, name, wrapped } from './code.js';
import { wire } from './runtime-names.js';

export const codecConstant = (constant: ConstantPlan): Code =>
  constant.kind === 'literals'
    ? code`const ${name(constant.name)} = ${wire}.literals(${wrapped(constant.values.map(literal))});`
    : code`const ${name(constant.name)} = ${wire}.templateOf(${literal(constant.texts)}, ${literal(constant.holes)});`;
