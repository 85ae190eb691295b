// Index signatures: what stands under names that an object type does not list.

import { isTemplate } from '../../src/wire/template.js';
import type { IndexModel, ObjectModel, TypeModel } from '../model.js';

type TemplateModel = TypeModel & { readonly kind: 'template' };

export const OPAQUE: TypeModel = { kind: 'opaque' };

/** What an object type has under a name that it does not list; `undefined` if nothing is written there. */
export function othersOf(type: ObjectModel, name: string): TypeModel | undefined {
  if (type.indexes.length > 0) return indexFor(type, name)?.type;
  return type.additionalProperties === 'keep' ? OPAQUE : undefined;
}

/** The index signature for a name. */
export const indexFor = ({ indexes }: ObjectModel, name: string): IndexModel | undefined =>
  indexes.find(({ key }) => isKeyOf(key, name));

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
