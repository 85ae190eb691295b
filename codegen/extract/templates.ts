// Reads template literal types, as types of values and as names of members.

import { ts } from '#typescript';
import type { TypeModel } from '../model.js';
import { refuse, type TypeReader } from './type-reader.js';
import type { Use } from './use.js';

type TemplateModel = TypeModel & { readonly kind: 'template' };
type Hole = TemplateModel['holes'][number];

const HOLES: readonly (readonly [ts.TypeFlags, Hole])[] = [
  [ts.TypeFlags.String, 'string'],
  [ts.TypeFlags.Number, 'number'],
  [ts.TypeFlags.BigInt, 'bigint'],
  [ts.TypeFlags.Boolean, 'boolean'],
];

/** A template literal type. */
export function readTemplate(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  const why = 'its template has a part that cannot be checked';
  return templateOf(type) ?? refuse(reader, use, why, 'Write string in its place.');
}

/** The template that the names of members follow; `undefined` after a diagnostic. */
export function readTemplateKey(reader: TypeReader, type: ts.Type, use: Use): TemplateModel | undefined {
  const model = readTemplate(reader, type, use);
  return model.kind === 'template' ? model : undefined;
}

function templateOf(type: ts.Type): TemplateModel | undefined {
  const { texts, types } = type as ts.TemplateLiteralType;
  const holes = types.map(holeOf);
  const known = holes.filter((hole) => hole !== undefined);
  return known.length < holes.length ? undefined : { kind: 'template', texts, holes: known };
}

/** Brands exist for the compiler only. */
function holeOf(type: ts.Type): Hole | undefined {
  const parts = type.isIntersection() ? type.types : [type];
  const found = parts.flatMap(({ flags }) => HOLES.filter(([flag]) => flags & flag));
  return found.length === 1 ? found[0]?.[1] : undefined;
}
