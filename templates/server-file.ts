// The server skeleton of a service: `orders.server.ts`.

import type { MethodPlan, ParameterPlan, ServicePlan } from '../codegen/plan/plan.js';
import { type Code, code, commas, doc, key, name, paragraphs, type TypeSource } from './code.js';
import { serviceHeader } from './header.js';
import type { SourceFile } from './print.js';
import * as runtime from './runtime-names.js';

export const serverFile = (plan: ServicePlan): SourceFile => ({
  header: serviceHeader(plan),
  declares: [plan.serverName],
  body: code`
    ${doc(plan.doc)}
    export abstract class ${name(plan.serverName)} extends ${runtime.ServiceServer} {
      static override readonly descriptor: ${runtime.ServiceDescriptor}<${plan.contract}> = ${runtime.generated(plan.descriptorName, plan.descriptorPath)};

      ${paragraphs(plan.methods.map(methodMember))}
    }
  `,
});

const methodMember = (method: MethodPlan): Code => code`
  ${doc(method.doc)}
  abstract ${key(method.name)}(${parameters(method)}): ${result(method)};
`;

const parameters = (method: MethodPlan): Code =>
  commas([...method.parameters.map(parameter), code`${name(method.contextName)}: ${runtime.CallContext}`]);

/** The context comes last, so that parameters before it cannot be optional. */
const parameter = ({ label, optional, type }: ParameterPlan): Code =>
  optional ? code`${name(label)}: ${operand(type)} | undefined` : code`${name(label)}: ${type}`;

/** A type as part of a union: what binds less takes parentheses. */
const operand = (type: TypeSource): Code => (/=>|\?/.test(type.source) ? code`(${type})` : type);

const result = ({ result: type }: MethodPlan): Code =>
  type === undefined ? code`Promise<void> | void` : code`Promise<${type}> | ${operand(type)}`;
