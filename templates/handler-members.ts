// The members of skeletons: their descriptor, and an abstract method for each handler.

import type { MethodPlan, ParameterPlan, ServicePlan } from '../codegen/plan/plan.js';
import { type Code, code, commas, doc, key, literal, name, type TypeSource, union } from './code.js';
import * as runtime from './runtime-names.js';

/** The type of a service's descriptor. Events are named in it, since types have no other way to tell them. */
export function descriptorType({ contract, methods }: ServicePlan): Code {
  const events = methods.filter(({ isEvent }) => isEvent).map((method) => literal(method.name));
  return events.length === 0
    ? code`${runtime.ServiceDescriptor}<${contract}>`
    : code`${runtime.ServiceDescriptor}<${contract}, ${union(events)}>`;
}

/** Static, so that it takes no name from contracts. */
export const descriptorMember = (plan: ServicePlan): Code => code`
  static override readonly descriptor: ${descriptorType(plan)} = ${runtime.generated(plan.descriptorName, plan.descriptorPath)};
`;

export const handlerMember = (method: MethodPlan): Code => code`
  ${doc(method.doc)}
  abstract ${key(method.name)}(${parameters(method)}): ${result(method)};
`;

const parameters = (method: MethodPlan): Code =>
  commas([...method.parameters.map(parameter), code`${name(method.contextName)}: ${runtime.CallContext}`]);

/** The context comes last, so that parameters before it cannot be optional, and a rest is one array. */
const parameter = ({ label, optional, type }: ParameterPlan): Code =>
  optional ? code`${name(label)}: ${operand(type)} | undefined` : code`${name(label)}: ${type}`;

/** A type as part of a union: what binds less takes parentheses. */
const operand = (type: TypeSource): Code => (/=>|\?/.test(type.source) ? code`(${type})` : type);

const result = ({ result: type }: MethodPlan): Code =>
  type === undefined ? code`Promise<void> | void` : code`Promise<${type}> | ${operand(type)}`;
