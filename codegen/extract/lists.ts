// Reads arrays and tuples.

import { ts } from '#typescript';
import type { TypeModel } from '../model.js';
import type { Context } from './context.js';
import { exactness } from './exact.js';
import { singular } from './type-names.js';
import { checkItem, type TypeReader, UNREADABLE, withoutUndefined } from './type-reader.js';
import { part, type Use } from './use.js';
import { partOf, structureOf, type WrittenPart } from './written-type.js';

/** An array, mutable or not. */
export function readArray(reader: TypeReader, type: ts.TypeReference, use: Use): TypeModel {
  const [item] = reader.context.checker.getTypeArguments(type);
  return item === undefined ? UNREADABLE : arrayOf(reader, item, use);
}

/** `X[] & Y[]`, as intersections of objects give to members they share: an array of `X & Y`. */
export function readArrays(reader: TypeReader, type: ts.IntersectionType, use: Use): TypeModel {
  const item = reader.context.checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (item === undefined) return UNREADABLE;
  return reader.registry.guarded(type, use.name, () => arrayOf(reader, item, use));
}

function arrayOf(reader: TypeReader, item: ts.Type, use: Use): TypeModel {
  const itemUse = part(use, {
    path: `${use.path}[]`,
    name: singular(use.name),
    ...partOf(reader.context, use, itemNode),
  });
  const model = reader.read(item, itemUse);
  checkItem(reader, itemUse, model);
  return { kind: 'array', item: model };
}

/** `X` of `X[]`, `readonly X[]`, `Array<X>` and `ReadonlyArray<X>`. */
function itemNode(node: ts.TypeNode | undefined): ts.TypeNode | undefined {
  if (node === undefined) return undefined;
  if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return itemNode(node.type);
  if (ts.isArrayTypeNode(node)) return node.elementType;
  const isArrayReference = ts.isTypeReferenceNode(node) && /^(Readonly)?Array$/.test(node.typeName.getText());
  return isArrayReference ? node.typeArguments?.[0] : undefined;
}

/** A tuple with its optional items and its rest. */
export function readTuple(reader: TypeReader, type: ts.TupleTypeReference, use: Use): TypeModel {
  const { elementFlags } = type.target;
  const list = structureOf(reader.context, use);
  const nodes = tupleNodes(list.node);
  const items = reader.context.checker.getTypeArguments(type).map((item, index) => {
    const flags = elementFlags[index] ?? ts.ElementFlags.Required;
    const optional = (flags & ts.ElementFlags.Optional) !== 0;
    const itemUse = part(use, {
      path: `${use.path}[${index}]`,
      name: `${use.name}${index + 1}`,
      ...elementOf(reader.context, list, nodes?.[index]),
    });
    const model = reader.read(item, itemUse);
    const isLast = index === elementFlags.length - 1;
    if (!isLast || !optional) checkItem(reader, itemUse, model, optional);
    return {
      type: optional ? withoutUndefined(reader, model, itemUse) : model,
      optional,
      ...(optional && exactness(reader.context, item)),
      rest: (flags & ts.ElementFlags.Rest) !== 0,
    };
  });
  return { kind: 'tuple', items };
}

function tupleNodes(node: ts.TypeNode | undefined): readonly ts.TypeNode[] | undefined {
  if (node === undefined) return undefined;
  if (ts.isTypeOperatorNode(node)) return tupleNodes(node.type);
  return ts.isTupleTypeNode(node) ? [...node.elements] : undefined;
}

/** What is written of an element: of a rest, the item of its array. */
function elementOf(context: Context, list: WrittenPart, element: ts.TypeNode | undefined): WrittenPart {
  const node = element === undefined ? undefined : elementNode(element);
  const isRest =
    element !== undefined &&
    (ts.isRestTypeNode(element) || (ts.isNamedTupleMember(element) && element.dotDotDotToken !== undefined));
  return isRest ? partOf(context, { ...list, node }, itemNode) : { ...list, node };
}

const elementNode = (node: ts.TypeNode): ts.TypeNode =>
  ts.isNamedTupleMember(node) || ts.isOptionalTypeNode(node) || ts.isRestTypeNode(node)
    ? elementNode(node.type)
    : node;
