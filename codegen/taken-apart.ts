// Tells what class-transformer would not leave as it is: it copies values that it does not know as plain objects.

import { partsOf, type TypeModel } from './model.js';

const TAKEN_APART: ReadonlySet<TypeModel['kind']> = new Set(['map', 'set', 'bytes', 'buffer', 'url']);

/** Whether there is something in a type that it would take apart, or an instance that it would make anew. */
export function isTakenApart(resolve: (type: TypeModel) => TypeModel, type: TypeModel): boolean {
  const seen = new Set<string>();
  const visit = (part: TypeModel): boolean => {
    if (part.kind === 'reference') {
      if (seen.has(part.name)) return false;
      seen.add(part.name);
      return visit(resolve(part));
    }
    const isInstance = part.kind === 'checked' && part.checks.some(({ kind }) => kind === 'class');
    return isInstance || TAKEN_APART.has(part.kind) || partsOf(part).some(visit);
  };
  return visit(type);
}
