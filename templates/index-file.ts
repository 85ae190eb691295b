// The index of all generated files: `index.ts`.

import type { ServicePlan } from '../codegen/plan/plan.js';
import { type Code, code, comment, name } from './code.js';
import { indexHeader } from './header.js';
import type { SourceFile } from './print.js';

export const indexFile = (plans: readonly ServicePlan[]): SourceFile => ({
  header: indexHeader,
  declares: [],
  body: plans.map(
    (plan): Code => code`
      export { ${name(plan.clientName)} } from './${comment(plan.service)}.client.js';
      export { ${name(plan.descriptorName)} } from './${comment(plan.service)}.descriptor.js';
      export { ${name(plan.serverName)} } from './${comment(plan.service)}.server.js';
    `,
  ),
});
