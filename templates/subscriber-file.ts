// The subscriber skeleton of a service with events: `orders.subscriber.ts`.

import type { ServicePlan } from '../codegen/plan/plan.js';
import { code, doc, name, paragraphs } from './code.js';
import { descriptorMember, handlerMember } from './handler-members.js';
import { serviceHeader } from './header.js';
import type { SourceFile } from './print.js';
import * as runtime from './runtime-names.js';

/** Nothing for a service without events. */
export const subscriberFile = (plan: ServicePlan): SourceFile | undefined =>
  plan.subscriberName === undefined
    ? undefined
    : {
        header: serviceHeader(plan),
        declares: [plan.subscriberName],
        body: code`
          ${doc(plan.doc)}
          export abstract class ${name(plan.subscriberName)} extends ${runtime.EventSubscriber} {
            ${descriptorMember(plan)}

            ${paragraphs(plan.methods.filter(({ isEvent }) => isEvent).map(handlerMember))}
          }
        `,
      };
