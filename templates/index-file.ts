// The index of all generated files: `index.ts`.

import type { ExportedType, IndexPlan } from '../codegen/plan/index-plan.js';
import { type Code, code, literal, name } from './code.js';
import { indexHeader } from './header.js';
import type { SourceFile } from './print.js';

export const indexFile = (plans: readonly IndexPlan[]): SourceFile => ({
  header: indexHeader,
  declares: [],
  body: plans.map(({ plan, typesPath, types }) => [
    exported(plan.clientName, plan.clientPath),
    exported(plan.descriptorName, plan.descriptorPath),
    exported(plan.serverName, plan.serverPath),
    exported(plan.subscriberName, plan.subscriberPath),
    typesPath === undefined
      ? undefined
      : code`
          export {
            ${types.map((type) => code`${exportedType(type)},`)}
          } from ${literal(typesPath)};
        `,
  ]),
});

const exported = (text: string | undefined, path: string): Code =>
  text === undefined ? undefined : code`export { ${name(text)} } from ${literal(path)};`;

const exportedType = (type: ExportedType): Code => {
  const own = type.as === type.name ? name(type.name) : code`${name(type.name)} as ${name(type.as)}`;
  return type.isType ? code`type ${own}` : own;
};
