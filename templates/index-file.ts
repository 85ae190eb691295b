// The index of all generated files: `index.ts`.

import type { ServicePlan } from '../codegen/plan/plan.js';
import { code, literal, name } from './code.js';
import { indexHeader } from './header.js';
import type { SourceFile } from './print.js';

export const indexFile = (plans: readonly ServicePlan[]): SourceFile => ({
  header: indexHeader,
  declares: [],
  body: plans.map(
    (plan) => code`
      export { ${name(plan.clientName)} } from ${literal(plan.clientPath)};
      export { ${name(plan.descriptorName)} } from ${literal(plan.descriptorPath)};
      export { ${name(plan.serverName)} } from ${literal(plan.serverPath)};
    `,
  ),
});
