// Index signatures: what stands under names that an object type does not list.

import { isTemplate } from '../../src/wire/template.js';
import type { IndexModel, ObjectModel, TypeModel } from '../model.js';

type TemplateModel = TypeModel & { readonly kind: 'template' };

/** What a type that keeps all other members has under their names. */
export const ANY_OTHER: IndexModel = { key: { kind: 'string' }, type: { kind: 'opaque' } };

/** What an object type has under a name that it does not list; `undefined` if nothing is written there. */
export function othersOf(type: ObjectModel, name: string): TypeModel | undefined {
  // What is there agrees with all of them.
  const [index] = indexesFor(type, name);
  if (index !== undefined) return index.type;
  return type.additionalProperties === 'keep' ? ANY_OTHER.type : undefined;
}

/** The index signatures that a name has to agree with. */
export const indexesFor = ({ indexes }: ObjectModel, name: string): readonly IndexModel[] =>
  indexes.filter(({ key }) => isKeyOf(key, name));

/** Whether there is an index signature for names of all kinds. */
export const takesAllNames = ({ indexes }: ObjectModel): boolean =>
  indexes.some(({ key }) => key.kind === 'string');

function isKeyOf(key: IndexModel['key'], name: string): boolean {
  if (key.kind === 'string') return true;
  return key.kind === 'number' ? String(Number(name)) === name : isTemplate(name, key as TemplateModel);
}

/** Whether a name can be one for both index signatures. In doubt it can. */
export const mayShareNames =
  (a: IndexModel) =>
  (b: IndexModel): boolean => {
    const [first, other] = [startOf(a), startOf(b)];
    return first.startsWith(other) || other.startsWith(first);
  };

/** What all names of an index signature begin with. */
const startOf = ({ key }: IndexModel): string =>
  key.kind === 'template' ? ((key as TemplateModel).texts[0] ?? '') : '';
