// The server skeleton of a service: `orders.server.ts`.

import type { ServicePlan } from '../codegen/plan/plan.js';
import { code, doc, name, paragraphs } from './code.js';
import { descriptorMember, handlerMember } from './handler-members.js';
import { serviceHeader } from './header.js';
import type { SourceFile } from './print.js';
import * as runtime from './runtime-names.js';

/** Without the events, which are for subscribers; nothing for a service that has nothing else. */
export const serverFile = (plan: ServicePlan): SourceFile | undefined =>
  plan.serverName === undefined
    ? undefined
    : {
        header: serviceHeader(plan),
        declares: [plan.serverName],
        body: code`
          ${doc(plan.doc)}
          export abstract class ${name(plan.serverName)} extends ${runtime.ServiceServer} {
            ${descriptorMember(plan)}

            ${paragraphs(plan.methods.filter(({ isEvent }) => !isEvent).map(handlerMember))}
          }
        `,
      };
