// Functions of the descriptor file that tell whether a value can be taken as it is.

import type {
  ExactArguments,
  ExactChain,
  ExactFunction,
  ExactList,
  ExactMember,
  ExactObject,
  ExactSwitch,
  ExactTest,
  ExactTuple,
} from '../codegen/plan/exact-plan.js';
import { allOfFilled, type Code, code, literal, name } from './code.js';
import { exact, inexact } from './exact-expressions.js';
import { member } from './functions.js';
import { wire } from './runtime-names.js';

export function exactFunction(plan: ExactFunction | ExactArguments): Code {
  switch (plan.kind) {
    case 'exactArguments':
      return exactArguments(plan);
    case 'exactObject':
      return exactObject(plan);
    case 'exactList':
      return exactList(plan);
    case 'exactTuple':
      return exactTuple(plan);
    case 'exactSwitch':
      return exactSwitch(plan);
    case 'exactChain':
      return exactChain(plan);
    case 'exactTest':
      return guard(plan, code`return ${exact(plan.test, value, level)};`);
  }
}

const value = code`value`;
const level = code`level`;
const below = code`level + 1`;

const guard = (plan: { readonly name: string; readonly isOpen: boolean }, body: Code): Code =>
  plan.isOpen
    ? code`
        function ${name(plan.name)}(value: ${wire}.Members, level: number): boolean {
          ${body}
        }
      `
    : code`
        function ${name(plan.name)}(value: ${wire}.Members): boolean {
          ${body}
        }
      `;

const exactArguments = ({ name: text, tests, rest }: ExactArguments): Code => {
  const count = literal(tests.length);
  const list = code`${wire}.isPlainList(args)`;
  const conditions = tests.map((test, index) => exact(test, code`args[${literal(index)}]`, literal(1)));
  return rest === undefined
    ? code`
        function ${name(text)}(args: unknown): args is unknown[] {
          return ${allOfFilled([list, code`args.length === ${count}`, ...conditions])};
        }
      `
    : code`
        function ${name(text)}(args: unknown): args is unknown[] {
          if (!${list} || args.length < ${count}) return false;
          for (let index = ${count}; index < args.length; index++) {
            if (${inexact(rest, code`args[index]`, restLevel)}) return false;
          }
          return ${allOfFilled(conditions)};
        }
      `;
};

/** The rest stands in a list of its own. */
const restLevel = literal(2);

const isObject = code`typeof value === 'object' && value !== null`;
const wantObject = code`if (typeof value !== 'object' || value === null) return false;`;

/** Only open containers can stand too deep. That is asked before their content is looked at. */
const wantLevel = ({ isOpen, deepest }: ExactObject | ExactList | ExactTuple): Code =>
  isOpen ? code`if (level > ${literal(deepest)}) return false;` : undefined;

const exactObject = (plan: ExactObject): Code => {
  const { required, optional, others } = plan;
  const tests = required.map((each) => exact(each.test, member(each.name, value), below));
  const size = optional.length === 0 ? literal(required.length) : code`size`;
  // Engines know the prototype of what they have just read members of: there it costs nothing to ask for it.
  const end = [
    code`Object.getPrototypeOf(value) === Object.prototype`,
    code`value.toJSON === undefined`,
    others === undefined ? code`${wire}.count(value) === ${size}` : undefined,
  ];
  return optional.length === 0 && others === undefined
    ? guard(
        plan,
        code`
          ${wantLevel(plan)}
          return ${allOfFilled([isObject, ...tests, ...end])};
        `,
      )
    : guard(
        plan,
        code`
          ${wantObject}
          ${wantLevel(plan)}
          ${others === undefined ? code`let size = ${literal(required.length + optional.length)};` : undefined}
          ${optional.map((each) => optionalMember(each, others === undefined))}
          ${others && otherMembers(others)}
          return ${allOfFilled([...tests, ...end])};
        `,
      );
};

const optionalMember = ({ name: text, test }: ExactMember, isCounted: boolean): Code => {
  const read = member(text, value);
  const mismatch = inexact(test, read, below);
  return isCounted
    ? code`if (${read} === undefined) size--; else if (${mismatch}) return false;`
    : code`if (${read} !== undefined && ${mismatch}) return false;`;
};

const otherMembers = ({ known, test }: NonNullable<ExactObject['others']>): Code => {
  const mismatch = inexact(test, code`value[name]`, below);
  const isOdd =
    known === undefined
      ? mismatch
      : // Known ones were tested, except that a member that is there may be `undefined`.
        code`(${name(known)}.has(name) ? value[name] === undefined : ${mismatch})`;
  return code`
    for (const name in value) {
      if (${wire}.isRefused(name) || ${isOdd}) return false;
    }
  `;
};

const exactList = (plan: ExactList): Code =>
  guard(
    plan,
    code`
      ${wantLevel(plan)}
      if (value?.toJSON !== undefined || !Array.isArray(value)) return false;
      for (let index = 0; index < value.length; index++) {
        if (${inexact(plan.item, code`value[index]`, below)}) return false;
      }
      return true;
    `,
  );

const exactTuple = (plan: ExactTuple): Code => {
  const { before, rest, after } = plan;
  const fixed = literal(before.length + after.length);
  const lengthDiffers = rest === undefined ? code`value.length !== ${fixed}` : code`value.length < ${fixed}`;
  const conditions = [
    ...before.map((test, index) => exact(test, code`value[${literal(index)}]`, below)),
    ...after.map((test, index) =>
      exact(test, code`value[value.length - ${literal(after.length - index)}]`, below),
    ),
  ];
  return guard(
    plan,
    code`
      ${wantLevel(plan)}
      if (value?.toJSON !== undefined || !Array.isArray(value) || ${lengthDiffers}) return false;
      ${rest && restItems(rest, before.length, after.length)}
      return ${allOfFilled(conditions)};
    `,
  );
};

const restItems = (test: ExactTest, before: number, after: number): Code => code`
  for (let index = ${literal(before)}; index < value.length - ${literal(after)}; index++) {
    if (${inexact(test, code`value[index]`, below)}) return false;
  }
`;

const exactSwitch = (plan: ExactSwitch): Code =>
  guard(
    plan,
    code`
      ${wantObject}
      switch (${member(plan.member, value)}) {
        ${plan.cases.map(exactCase)}
        default:
          return false;
      }
    `,
  );

const exactCase = ({ values, test }: ExactSwitch['cases'][number]): Code => code`
  ${values.map((each) => code`case ${literal(each)}:`)}
    return ${exact(test, value, level)};
`;

const exactChain = (plan: ExactChain): Code =>
  guard(
    plan,
    code`
      ${wantObject}
      ${plan.arms.map(chainArm)}
      return ${exact(plan.last, value, level)};
    `,
  );

const chainArm = ({ name: text, test }: ExactMember): Code =>
  code`if (${member(text, value)} !== undefined) return ${exact(test, value, level)};`;
