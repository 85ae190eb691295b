// Functions of the descriptor file that tell whether a value agrees with a type.

import type { ItemTest, MemberTest, ObjectGuard, TestPlan, TupleGuard } from '../codegen/plan/plan.js';
import { allOf, anyOf, type Code, code, literal, name } from './code.js';
import { needsPlace, test } from './codec-expressions.js';
import { functionName, member } from './functions.js';
import { wire } from './runtime-names.js';

/** What a guard needs of the place: all of it, only what knows the call, or nothing. */
type NeededPlace = 'all' | 'at' | 'none';

/** Parameters that a guard does not need start with `_`, which the strictest settings ask for. */
const guard = (text: string, needed: NeededPlace, body: Code): Code => {
  const at = name(needed === 'none' ? '_at' : 'at');
  const key = name(needed === 'all' ? 'key' : '_key');
  return code`
    function ${name(text)}(value: unknown, ${at}: ${wire}.At, ${key}: ${wire}.Key): boolean {
      ${body}
    }
  `;
};

export const guardFunction = (text: string, plan: TestPlan): Code =>
  guard(
    text,
    needsPlace(plan) ? 'all' : 'none',
    code`return ${test(plan, code`value`, code`at`, code`key`)};`,
  );

export const objectGuard = (plan: ObjectGuard): Code => {
  const entersMembers =
    ['index', 'indexes'].includes(plan.others.kind) || plan.members.some((each) => needsPlace(each.test));
  const asksCall = plan.weak !== undefined || plan.members.some((each) => each.undefinable);
  const conditions = [weakTest(plan), ...plan.members.flatMap(memberTests), othersTest(plan)];
  return guard(
    plan.name,
    entersMembers ? 'all' : asksCall ? 'at' : 'none',
    code`
      if (!${wire}.isObject(value)) return false;
      const source: ${wire}.Members = value;
      ${entersMembers ? code`const here = at.enter(key);` : undefined}
      return ${allOf(conditions)};
    `,
  );
};

const weakTest = ({ weak }: ObjectGuard): Code =>
  weak === undefined ? undefined : code`${wire}.hasAny(source, at, ${name(weak)})`;

const memberTests = (plan: MemberTest): Code[] => [
  plan.undefinable ? code`${wire}.hasMember(source, at, ${literal(plan.name)})` : undefined,
  plan.exact ? code`!${wire}.hasUndefined(source, ${literal(plan.name)})` : undefined,
  test(plan.test, member(plan.name), code`here`, literal(plan.name)),
];

const othersTest = ({ others }: ObjectGuard): Code => {
  switch (others.kind) {
    case 'any':
      return undefined;
    case 'none':
      return code`${wire}.hasOnly(source, ${name(others.known)})`;
    case 'indexes':
      return code`${wire}.areIndexed(source, here, ${name(others.known)}, ${name(others.indexes)}, ${literal(others.unnamed)})`;
    case 'index':
      return code`${wire}.areOthers(source, here, ${name(others.known)}, ${functionName(others.guard)})`;
  }
};

export const tupleGuard = (plan: TupleGuard): Code => {
  const { before, rest, after } = plan;
  const entersItems = rest !== undefined || [...before, ...after].some((each) => needsPlace(each.test));
  const most = rest === undefined ? literal(before.length + after.length) : code`Infinity`;
  const conditions = [
    ...before.map((each, index) => itemTest(each, literal(index))),
    restTest(plan),
    ...after.map((each, index) => itemTest(each, code`value.length - ${literal(after.length - index)}`)),
  ];
  return guard(
    plan.name,
    entersItems ? 'all' : 'none',
    code`
      if (!${wire}.isTuple(value, ${literal(plan.least)}, ${most})) return false;
      ${entersItems ? code`const here = at.enter(key);` : undefined}
      return ${allOf(conditions)};
    `,
  );
};

const itemTest = (plan: ItemTest, index: Code): Code => {
  const condition = test(plan.test, code`value[${index}]`, code`here`, index);
  return plan.optional ? anyOf([code`value.length <= ${index}`, condition]) : condition;
};

const restTest = ({ before, rest, after }: TupleGuard): Code =>
  rest &&
  code`${wire}.areAll(value, here, ${literal(before.length)}, value.length - ${literal(after.length)}, ${functionName(rest)})`;
