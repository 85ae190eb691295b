// Reads index signatures: which names they are for, and what the members of these names are.

import { ts } from '#typescript';
import type { IndexModel, TypeModel } from '../model.js';
import { refuseConstraints, UNCHECKED } from './constraints.js';
import { type Context, originOf } from './context.js';
import { readTemplateKey } from './templates.js';
import { joinName } from './type-names.js';
import { refuse, type TypeReader } from './type-reader.js';
import type { Use } from './use.js';
import { constraintsOf, partOf } from './written-type.js';

/** The index signatures of a type, in the order of its declaration; those that cannot be read are reported. */
export function readIndexes(reader: TypeReader, type: ts.Type, use: Use): IndexModel[] {
  const infos = reader.context.checker.getIndexInfosOfType(type);
  const text = infos.find(({ keyType }) => keyType.flags & ts.TypeFlags.String);
  // As in `Record<PropertyKey, X>`: what is for all strings says the same of some of them.
  const own = infos.filter((info) => info === text || info.type !== text?.type);
  const indexes = own.flatMap((info) => readIndex(reader, info, use) ?? []);
  return withoutRepeated(reader, indexes, use);
}

function readIndex(reader: TypeReader, info: ts.IndexInfo, use: Use): IndexModel | undefined {
  const key = readKey(reader, info.keyType, use);
  return key && { key, type: readValue(reader, info, use) };
}

/** The names that a signature is for. Brands on them exist for the compiler only. */
function readKey(reader: TypeReader, type: ts.Type, use: Use): IndexModel['key'] | undefined {
  if (type.flags & ts.TypeFlags.String) return { kind: 'string' };
  if (type.flags & ts.TypeFlags.Number) return { kind: 'number' };
  if (type.flags & ts.TypeFlags.TemplateLiteral) return readTemplateKey(reader, type, use);
  const branded = type.isIntersection() ? type.types.find(isKeyPrimitive) : undefined;
  if (branded !== undefined) return readKey(reader, branded, use);
  if (type.flags & ts.TypeFlags.ESSymbolLike) {
    refuse(reader, use, 'its members are named by symbols', 'Name them by strings.');
  } else {
    refuse(reader, use, 'only names of a pattern are members of it', 'Name them by string.');
  }
  return undefined;
}

const isKeyPrimitive = ({ flags }: ts.Type): boolean =>
  (flags & (ts.TypeFlags.String | ts.TypeFlags.Number | ts.TypeFlags.TemplateLiteral)) !== 0;

/** Signatures whose names only brands tell apart are one, if they say the same. */
function withoutRepeated(reader: TypeReader, indexes: readonly IndexModel[], use: Use): IndexModel[] {
  const byKey = new Map<string, IndexModel>();
  for (const index of indexes) {
    const key = JSON.stringify(index.key);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, index);
    else if (JSON.stringify(known.type) !== JSON.stringify(index.type)) {
      const why = 'only brands tell its index signatures apart, which do not travel';
      refuse(reader, use, why, 'Give the members one type, or the names different patterns.');
    }
  }
  return [...byKey.values()];
}

function readValue(reader: TypeReader, { type, declaration }: ts.IndexInfo, use: Use): TypeModel {
  const origin = declaration && originOf(reader.context.program, declaration.getSourceFile());
  const annotations = declaration && reader.context.annotations(declaration, 'member');
  const indexUse: Use = {
    place: declaration !== undefined && origin === 'project' ? declaration : use.place,
    path: `${use.path}[key]`,
    name: joinName(use.name, 'Value'),
    ...valueWritten(reader.context, declaration, use),
    isForeign: origin === 'package' || (origin !== 'project' && use.isForeign),
    depth: use.depth + 1,
    constraints: annotations && constraintsOf(annotations),
  };
  if (!annotations?.get('opaque')) return reader.read(type, indexUse);
  refuseConstraints(reader.context, annotations, UNCHECKED);
  return { kind: 'opaque' };
}

/** The value's type as written in an index signature or in `Record<string, X>`. */
function valueWritten(
  context: Context,
  declaration: ts.Node | undefined,
  use: Use,
): Pick<Use, 'node' | 'bindings'> {
  if (declaration !== undefined && ts.isIndexSignatureDeclaration(declaration))
    return { node: declaration.type, bindings: use.bindings };
  return partOf(context, use, mappedNode);
}

/** `X` of `Record<K, X>` and `{ [name in K]: X }`. */
export function mappedNode(node: ts.TypeNode | undefined): ts.TypeNode | undefined {
  if (node !== undefined && ts.isMappedTypeNode(node)) return node.type;
  const isRecord = node !== undefined && ts.isTypeReferenceNode(node) && node.typeName.getText() === 'Record';
  return isRecord ? node.typeArguments?.[1] : undefined;
}
