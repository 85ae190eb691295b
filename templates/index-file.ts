// The index of all generated files: `index.ts`.

import type { ServicePlan } from '../codegen/plan/plan.js';
import { type Code, code, literal, name } from './code.js';
import { indexHeader } from './header.js';
import type { SourceFile } from './print.js';

export const indexFile = (plans: readonly ServicePlan[]): SourceFile => ({
  header: indexHeader,
  declares: [],
  body: plans.map((plan) => [
    exported(plan.clientName, plan.clientPath),
    exported(plan.descriptorName, plan.descriptorPath),
    exported(plan.serverName, plan.serverPath),
    exported(plan.subscriberName, plan.subscriberPath),
  ]),
});

const exported = (text: string | undefined, path: string): Code =>
  text === undefined ? undefined : code`export { ${name(text)} } from ${literal(path)};`;
