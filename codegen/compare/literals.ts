// Literals and templates on the wire: which texts, numbers and booleans a type takes.

import { isBase64, isBigintText, isDateText, isHref } from '../../src/wire/instances.js';
import { isTemplate } from '../../src/wire/template.js';
import type { TypeModel } from '../model.js';
import { isEmptyObject } from '../plan/objects.js';

export type Literal = string | number | boolean;

/** All values of a type, if they are few literals. */
export function literalsIn(type: TypeModel): readonly Literal[] | undefined {
  switch (type.kind) {
    case 'literal':
      return [type.value];
    case 'enum':
      return type.values;
    case 'boolean':
      return [true, false];
    default:
      return undefined;
  }
}

/** Whether a literal is read as a type that is neither a union nor a reference. */
export function takesLiteral(value: Literal, type: TypeModel): boolean {
  switch (type.kind) {
    case 'literal':
      return type.value === value;
    case 'enum':
      return (type.values as readonly Literal[]).includes(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type.kind;
    case 'template':
      return isTemplate(value, type);
    case 'date':
      return isDateText(value);
    case 'url':
      return isHref(value);
    case 'bytes':
      return isBase64(value);
    case 'bigint':
      return isBigintText(value);
    case 'bigintLiteral':
      return type.value === value;
    case 'opaque':
      return true;
    default:
      return isEmptyObject(type);
  }
}

export const isAnyString = (type: TypeModel): boolean =>
  type.kind === 'string' ||
  (type.kind === 'template' && type.texts.every((text) => text === '') && type.holes.join() === 'string');

/** Whether a template has the texts of another one, and holes that take no more. */
export const isNarrower = (
  a: TypeModel & { readonly kind: 'template' },
  b: TypeModel & { readonly kind: 'template' },
): boolean =>
  a.holes.length === b.holes.length &&
  a.texts.every((text, index) => text === b.texts[index]) &&
  a.holes.every((hole, index) => hole === b.holes[index] || b.holes[index] === 'string');
