// The order in which a union's members were written: TypeScript itself keeps another one.

import { ts } from 'ts-morph';
import { targetOf } from './context.js';

/** Sorts the members of a union the way its source has them; those that it does not show come last. */
export function inSourceOrder(
  checker: ts.TypeChecker,
  members: readonly ts.Type[],
  node: ts.TypeNode | undefined,
): readonly ts.Type[] {
  if (node === undefined) return members;
  const order = createOrder(checker);
  order.addNode(node);
  const position = (member: ts.Type) => order.positions.get(keyOf(member)) ?? Number.POSITIVE_INFINITY;
  return members.toSorted((a, b) => (position(a) === position(b) ? 0 : position(a) - position(b)));
}

/** Literals exist more than once in TypeScript, as fresh and as regular types; other types are what they are. */
function keyOf(type: ts.Type): unknown {
  const isEnumMember = (type.flags & ts.TypeFlags.EnumLiteral) !== 0;
  if (isEnumMember || !(type.isStringLiteral() || type.isNumberLiteral())) return type;
  return JSON.stringify(type.value);
}

function createOrder(checker: ts.TypeChecker) {
  const positions = new Map<unknown, number>();
  const visited = new Set<ts.Node>();

  function addKey(key: unknown): void {
    if (!positions.has(key)) positions.set(key, positions.size);
  }

  function addType(type: ts.Type): void {
    const alias = type.aliasTypeArguments === undefined ? type.aliasSymbol?.declarations?.[0] : undefined;
    if (alias !== undefined && ts.isTypeAliasDeclaration(alias)) addNode(alias.type);
    addKey(keyOf(type));
    if (type.isUnion()) for (const member of type.types) addKey(keyOf(member));
  }

  function addNode(node: ts.TypeNode): void {
    if (visited.has(node)) return;
    visited.add(node);
    if (ts.isParenthesizedTypeNode(node)) addNode(node.type);
    else if (ts.isUnionTypeNode(node)) node.types.forEach(addNode);
    else if (ts.isIndexedAccessTypeNode(node)) addMembers(node);
    else if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.KeyOfKeyword) addKeys(node.type);
    else addReferred(node);
  }

  function addReferred(node: ts.TypeNode): void {
    const alias = ts.isTypeReferenceNode(node) ? aliasOf(checker, node) : undefined;
    if (alias !== undefined && alias.typeParameters === undefined) addNode(alias.type);
    addType(checker.getTypeFromTypeNode(node));
  }

  /** `Events[keyof Events]`: in the order of the members of `Events`. */
  function addMembers(node: ts.IndexedAccessTypeNode): void {
    const container = checker.getTypeFromTypeNode(node.objectType);
    for (const member of container.getProperties()) addType(checker.getTypeOfSymbol(member));
    addType(checker.getTypeFromTypeNode(node));
  }

  function addKeys(node: ts.TypeNode): void {
    for (const member of checker.getTypeFromTypeNode(node).getProperties())
      addKey(JSON.stringify(member.name));
  }

  return { positions, addNode };
}

/** The alias that a type reference names, if it names one. */
export function aliasOf(
  checker: ts.TypeChecker,
  node: ts.TypeReferenceNode,
): ts.TypeAliasDeclaration | undefined {
  const symbol = checker.getSymbolAtLocation(node.typeName);
  const target = symbol && targetOf(checker, symbol);
  return target?.declarations?.find(ts.isTypeAliasDeclaration);
}
