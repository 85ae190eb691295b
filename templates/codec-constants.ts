// Constants of the descriptor file: literals, template literal types, branches of unions, classes of instances, checks.

import type { BranchPlan, ConstantPlan, IndexPlan, OwnCheck } from '../codegen/plan/plan.js';
import { type Code, code, commas, key, literal, name, pattern, wrapped } from './code.js';
import { functionName } from './functions.js';
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
    case 'checks':
      return code`${wire}.checks({ ${commas([...constraints(constant.checks), members(constant.members)])} })`;
  }
}

const index = (plan: IndexPlan): Code =>
  code`[${typeof plan.key === 'string' ? literal(plan.key) : name(plan.key.template)}, ${functionName(plan.function)}]`;
/** The checks by their kinds: one has several values only if it is asked for more than once. */
function constraints(checks: readonly OwnCheck[]): Code[] {
  const kinds = [...new Set(checks.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const values = checks.filter((check) => check.kind === kind).map(limit);
    return code`${key(kind)}: ${values.length === 1 ? values : code`[${commas(values)}]`}`;
  });
}

function limit(check: OwnCheck): Code {
  if (check.kind === 'uniqueItems') return literal(true);
  return check.kind === 'pattern' ? pattern(check.value) : literal(check.value);
}

const members = (constant: string | undefined): Code =>
  constant === undefined ? undefined : code`members: ${name(constant)}`;

const branch = ({ guard, reader }: BranchPlan): Code =>
  code`[${functionName(guard)}, ${functionName(reader)}]`;
