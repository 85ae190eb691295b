// The order in which a union's members were written: TypeScript itself keeps another one.

import { ts } from '#typescript';
import { targetOf } from './context.js';

/** How a union was written: the place of each member, and the alias in which it stands. */
export interface UnionSource {
  /** The members as their source has them; those that it does not show come last. */
  sort(members: readonly ts.Type[]): readonly ts.Type[];
  /** The name of the innermost alias that brings a member into the union. */
  aliasNameOf(member: ts.Type): string | undefined;
}

export function readUnionSource(checker: ts.TypeChecker, node: ts.TypeNode | undefined): UnionSource {
  const order = createOrder(checker);
  if (node !== undefined) order.addNode(node, undefined);
  const position = (member: ts.Type) => order.positions.get(keyOf(member)) ?? Number.MAX_SAFE_INTEGER;
  return {
    sort: (members) => members.toSorted((a, b) => position(a) - position(b)),
    aliasNameOf: (member) => order.aliases.get(keyOf(member)),
  };
}

/** Literals exist more than once in TypeScript, as fresh and as regular types; other types are what they are. */
function keyOf(type: ts.Type): unknown {
  const isEnumMember = (type.flags & ts.TypeFlags.EnumLiteral) !== 0;
  if (isEnumMember || !(type.isStringLiteral() || type.isNumberLiteral())) return type;
  return JSON.stringify(type.value);
}

function createOrder(checker: ts.TypeChecker) {
  const positions = new Map<unknown, number>();
  const aliases = new Map<unknown, string>();
  const visited = new Set<ts.Node>();

  function addKey(key: unknown, alias: string | undefined): void {
    if (positions.has(key)) return;
    positions.set(key, positions.size);
    if (alias !== undefined) aliases.set(key, alias);
  }

  function addType(type: ts.Type, alias: string | undefined): void {
    const own = type.aliasTypeArguments === undefined ? type.aliasSymbol?.declarations?.[0] : undefined;
    if (own !== undefined && ts.isTypeAliasDeclaration(own)) addNode(own.type, own.name.text);
    addKey(keyOf(type), alias);
    if (type.isUnion()) for (const member of type.types) addKey(keyOf(member), alias);
  }

  function addNode(node: ts.TypeNode, alias: string | undefined): void {
    if (visited.has(node)) return;
    visited.add(node);
    if (ts.isParenthesizedTypeNode(node)) addNode(node.type, alias);
    else if (ts.isUnionTypeNode(node)) for (const item of node.types) addNode(item, alias);
    else if (ts.isIndexedAccessTypeNode(node)) addMembers(node, alias);
    else if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.KeyOfKeyword) addKeys(node.type);
    else addReferred(node, alias);
  }

  function addReferred(node: ts.TypeNode, alias: string | undefined): void {
    const own = ts.isTypeReferenceNode(node) ? aliasOf(checker, node) : undefined;
    if (own !== undefined && own.typeParameters === undefined) addNode(own.type, own.name.text);
    addType(checker.getTypeFromTypeNode(node), alias);
  }

  /** `Events[keyof Events]`: in the order of the members of `Events`. */
  function addMembers(node: ts.IndexedAccessTypeNode, alias: string | undefined): void {
    const container = checker.getTypeFromTypeNode(node.objectType);
    for (const member of container.getProperties()) {
      const declared = member.valueDeclaration as { type?: ts.TypeNode } | undefined;
      if (declared?.type !== undefined) addNode(declared.type, alias);
      addType(checker.getTypeOfSymbol(member), alias);
    }
    addType(checker.getTypeFromTypeNode(node), alias);
  }

  function addKeys(node: ts.TypeNode): void {
    for (const member of checker.getTypeFromTypeNode(node).getProperties()) {
      addKey(JSON.stringify(member.name), undefined);
    }
  }

  return { positions, aliases, addNode };
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
