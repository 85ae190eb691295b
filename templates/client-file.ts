// The client stub of a service: `orders.client.ts`.

import type { MethodPlan, ParameterPlan, ServicePlan } from '../codegen/plan/plan.js';
import { type Code, code, commas, doc, key, literal, name, paragraphs } from './code.js';
import { serviceHeader } from './header.js';
import type { SourceFile } from './print.js';
import * as runtime from './runtime-names.js';

export const clientFile = (plan: ServicePlan): SourceFile => ({
  header: serviceHeader(plan),
  declares: [plan.clientName],
  body: code`
    ${doc(plan.doc)}
    export class ${name(plan.clientName)} extends ${runtime.ServiceClient} {
      constructor(mq: ${runtime.Connection}, options?: ${runtime.CallOptions}) {
        super(mq, ${runtime.generated(plan.descriptorName, plan.descriptorPath)}, options);
      }

      ${paragraphs(plan.methods.map(methodMember))}
    }
  `,
});

const methodMember = (method: MethodPlan): Code =>
  method.result === undefined
    ? code`
        ${doc(method.doc)}
        readonly ${key(method.name)}: ${runtime.OneWayClientMethod}<[${parameters(method)}]> = ${runtime.createOneWayMethod}(this, ${literal(method.name)});
      `
    : code`
        ${doc(method.doc)}
        readonly ${key(method.name)}: ${runtime.ClientMethod}<[${parameters(method)}], ${method.result}> = ${runtime.createMethod}(this, ${literal(method.name)});
      `;

const parameters = (method: MethodPlan): Code => commas(method.parameters.map(parameter));

const parameter = ({ label, optional, isRest, type }: ParameterPlan): Code =>
  isRest
    ? code`...${name(label)}: ${type}`
    : optional
      ? code`${name(label)}?: ${type}`
      : code`${name(label)}: ${type}`;
