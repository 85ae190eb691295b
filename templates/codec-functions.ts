// Functions of the descriptor file, a template for each kind.

import type {
  ArgumentPlan,
  ArgumentsFunction,
  ArmPlan,
  CasePlan,
  ChoiceFunction,
  FunctionPlan,
  ItemPlan,
  MemberPlan,
  ObjectFunction,
  SwitchFunction,
  TupleFunction,
} from '../codegen/plan/plan.js';
import { access, type Code, code, key, literal, name, wrapped } from './code.js';
import { read, test } from './codec-expressions.js';
import { exactFunction } from './exact-functions.js';
import { functionName, member } from './functions.js';
import { guardFunction, objectGuard, tupleGuard } from './guard-functions.js';
import { wire } from './runtime-names.js';

export function codecFunction(plan: FunctionPlan): Code {
  switch (plan.kind) {
    case 'arguments':
      return argumentsFunction(plan);
    case 'object':
      return objectFunction(plan);
    case 'tuple':
      return tupleFunction(plan);
    case 'choice':
      return choiceFunction(plan);
    case 'switch':
      return switchFunction(plan);
    case 'reader':
      return reader(plan.name, code`return ${read(plan.reader, code`value`, code`at`, code`key`)};`);
    case 'objectGuard':
      return objectGuard(plan);
    case 'tupleGuard':
      return tupleGuard(plan);
    case 'guard':
      return guardFunction(plan.name, plan.test);
    default:
      return exactFunction(plan);
  }
}

const reader = (text: string, body: Code): Code => code`
  function ${name(text)}(value: unknown, at: ${wire}.At, key: ${wire}.Key): unknown {
    ${body}
  }
`;

const argumentsFunction = (plan: ArgumentsFunction): Code => {
  const { parameters, rest } = plan;
  const items = wrapped([
    ...parameters.map((each, index) => argument(each, index, plan.trims)),
    ...(rest === undefined ? [] : [furtherArguments(plan.parameters.length, rest)]),
  ]);
  const most = rest === undefined ? literal(parameters.length) : code`Infinity`;
  return parameters.length === 0 && rest === undefined
    ? code`
        function ${name(plan.name)}(data: unknown): unknown[] {
          return [...${wire}.argumentList(data, 0, 0)];
        }
      `
    : code`
        function ${name(plan.name)}(data: unknown, at: ${wire}.At): unknown[] {
          const args = ${wire}.argumentList(data, ${literal(plan.least)}, ${most});
          return [${items}]${plan.trims ? code`.slice(0, args.length)` : undefined};
        }
      `;
};

const furtherArguments = (start: number, { name: text, reader }: Rest): Code =>
  code`...${wire}.restArguments(args, at, ${literal(text)}, ${literal(start)}, ${functionName(reader)})`;

type Rest = NonNullable<ArgumentsFunction['rest']>;

const argument = (plan: ArgumentPlan, index: number, trims: boolean): Code => {
  const value = code`args[${literal(index)}]`;
  const reading = read(plan.reader, value, code`at`, literal(plan.name));
  switch (plan.missing) {
    case 'no':
      return reading;
    case 'end':
      return code`args.length <= ${literal(index)} ? undefined : ${reading}`;
    case 'null':
      return trims
        ? code`${value} === undefined ? null : ${reading}`
        : code`${value} === undefined || ${value} === null ? undefined : ${reading}`;
  }
};

const objectFunction = (plan: ObjectFunction): Code =>
  plan.optional.length === 0 && plan.others.kind === 'drop'
    ? reader(
        plan.name,
        code`
          const source = ${wire}.object(value, at, key);
          const here = at.enter(key);
          return ${requiredMembers(plan)};
        `,
      )
    : reader(
        plan.name,
        code`
          const source = ${wire}.object(value, at, key);
          const here = at.enter(key);
          ${weakCheck(plan)}
          const to: ${wire}.Members = ${requiredMembers(plan)};
          ${plan.optional.map(optionalMember)}
          ${otherMembers(plan)}
          return to;
        `,
      );

const weakCheck = ({ weak }: ObjectFunction): Code =>
  weak === undefined ? undefined : code`${wire}.wantAny(source, at, key, ${name(weak)});`;

const requiredMembers = ({ required }: ObjectFunction): Code =>
  required.length === 0
    ? code`{}`
    : code`{
        ${required.map((each) => code`${key(each.name)}: ${readMember(each)},`)}
      }`;

const optionalMember = (plan: MemberPlan): Code =>
  plan.exact
    ? code`if (${isThere(plan)} || ${wire}.hasUndefined(source, ${literal(plan.name)})) to${access(plan.name)} = ${readMember(plan)};`
    : code`if (${isThere(plan)}) to${access(plan.name)} = ${readMember(plan)};`;

const isThere = (plan: MemberPlan): Code => code`${member(plan.name)} !== undefined`;

const readMember = (plan: MemberPlan): Code => {
  const reading = read(plan.reader, member(plan.name), code`here`, literal(plan.name));
  return plan.undefinable
    ? code`${member(plan.name)} === undefined ? ${wire}.undefinedMember(source, here, ${literal(plan.name)}) : ${reading}`
    : reading;
};

const otherMembers = ({ others }: ObjectFunction): Code => {
  switch (others.kind) {
    case 'drop':
      return undefined;
    case 'refuse':
      return code`${wire}.refuseOthers(source, here, ${name(others.known)});`;
    case 'keep':
      return code`${wire}.keepOthers(source, to, here, ${name(others.known)});`;
    case 'indexes':
      return code`${wire}.copyIndexed(source, to, here, ${name(others.known)}, ${name(others.indexes)}, ${literal(others.unnamed)});`;
    case 'index':
      return code`${wire}.copyOthers(source, to, here, ${name(others.known)}, ${functionName(others.reader)});`;
  }
};

const tupleFunction = (plan: TupleFunction): Code => {
  const fixed = plan.before.length + plan.after.length;
  const most = plan.rest === undefined ? literal(fixed) : code`Infinity`;
  const items = [...plan.before.map(tupleItem), restItems(plan), ...plan.after.map(lastItem)];
  return reader(
    plan.name,
    fixed === 0 && plan.rest === undefined
      ? code`return [...${wire}.tuple(value, at, key, 0, 0)];`
      : code`
          const items = ${wire}.tuple(value, at, key, ${literal(plan.least)}, ${most});
          const here = at.enter(key);
          return [${wrapped(items)}]${plan.before.some((item) => item.optional) ? code`.slice(0, items.length)` : undefined};
        `,
  );
};

const tupleItem = (item: ItemPlan, index: number): Code => {
  const reading = read(item.reader, code`items[${literal(index)}]`, code`here`, literal(index));
  return item.optional ? code`items.length <= ${literal(index)} ? undefined : ${reading}` : reading;
};

const restItems = ({ before, rest, after }: TupleFunction): Code =>
  rest === undefined
    ? undefined
    : code`...${wire}.rest(items, here, ${literal(before.length)}, items.length - ${literal(after.length)}, ${functionName(rest)})`;

const lastItem = (item: ItemPlan, index: number, all: readonly ItemPlan[]): Code => {
  const place = code`items.length - ${literal(all.length - index)}`;
  return read(item.reader, code`items[${place}]`, code`here`, place);
};

const choiceFunction = (plan: ChoiceFunction): Code =>
  reader(
    plan.name,
    code`
      ${plan.arms.map(arm)}
      throw ${wire}.refusal(value, at, key, ${literal(plan.expected)});
    `,
  );

const arm = (plan: ArmPlan): Code =>
  code`if (${test(plan.test, code`value`, code`at`, code`key`)}) return ${plan.reader === undefined ? code`value` : read(plan.reader, code`value`, code`at`, code`key`)};`;

const switchFunction = (plan: SwitchFunction): Code =>
  reader(
    plan.name,
    code`
      const source = ${wire}.object(value, at, key);
      switch (${member(plan.member)}) {
        ${plan.cases.map(switchCase)}
        default:
          throw ${wire}.unexpected(${member(plan.member)}, at, key, ${literal(plan.member)}, ${name(plan.expected)});
      }
    `,
  );

const switchCase = (plan: CasePlan): Code => code`
  ${plan.values.map((value) => code`case ${literal(value)}:`)}
    return ${functionName(plan.reader)}(value, at, key);
`;
