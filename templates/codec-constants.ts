// Constants of the descriptor file: literals, template literal types, branches of unions, classes of instances.

import type { BranchPlan, ConstantPlan, IndexPlan } from '../codegen/plan/plan.js';
import { type Code, code, literal, name, wrapped } from './code.js';
import { functionName } from './codec-expressions.js';
import { classes, wire } from './runtime-names.js';

export const codecConstant = (constant: ConstantPlan): Code =>
  code`const ${name(constant.name)} = ${content(constant)};`;

function content(constant: ConstantPlan): Code {
  switch (constant.kind) {
    case 'literals':
      return code`${wire}.literals(${wrapped(constant.values.map(literal))})`;
    case 'template':
      return code`${wire}.templateOf(${literal(constant.texts)}, ${literal(constant.holes)})`;
    case 'indexes':
      return code`${wire}.indexes(${wrapped(constant.indexes.map(index))})`;
    case 'branches':
      return code`${wire}.branches(${wrapped(constant.branches.map(branch))})`;
    case 'class':
      return code`${classes}.instancesOf(${constant.class}, ${literal(constant.members)}, ${literal(constant.kept)})`;
  }
}

const index = (plan: IndexPlan): Code =>
  code`[${typeof plan.key === 'string' ? literal(plan.key) : name(plan.key.template)}, ${functionName(plan.function)}]`;

const branch = ({ guard, reader }: BranchPlan): Code =>
  code`[${functionName(guard)}, ${functionName(reader)}]`;
