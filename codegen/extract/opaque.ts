// Finds out what is sent unchecked, and what aliases say about the types behind them.

import { ts } from '#typescript';
import type { AnnotationName } from '../annotations.js';
import type { AdditionalProperties } from '../model.js';
import type { Context } from './context.js';
import { aliasOf } from './union-order.js';
import type { Use } from './use.js';

/** Whether the type's declaration, or the alias by which it is used here, is annotated with `@opaque`. */
export function isOpaque(context: Context, type: ts.Type, use: Use): boolean {
  const declarations = [...(type.aliasSymbol?.declarations ?? []), ...(type.symbol?.declarations ?? [])];
  const isDeclaredSo = declarations.some(
    (declaration) => isTypeDeclaration(declaration) && context.annotations(declaration, 'type').get('opaque'),
  );
  return isDeclaredSo || isWrittenOpaque(context, type, use.node);
}

/** Aliases of `unknown` leave no trace in the type: only the source shows them, also as members of unions. */
function isWrittenOpaque(context: Context, type: ts.Type, node: ts.TypeNode | undefined): boolean {
  if (node === undefined) return false;
  if (ts.isParenthesizedTypeNode(node)) return isWrittenOpaque(context, type, node.type);
  const isUnchecked = (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
  if (ts.isUnionTypeNode(node))
    return isUnchecked && node.types.some((item) => isWrittenOpaque(context, type, item));
  return aliasValue(context, node, 'opaque') === true;
}

/** What the alias that is used here says about additional properties. */
export function aliasAnnotations(
  context: Context,
  node: ts.TypeNode | undefined,
  name: 'additionalProperties',
): AdditionalProperties | undefined {
  return aliasValue(context, node, name) as AdditionalProperties | undefined;
}

function aliasValue(context: Context, node: ts.TypeNode | undefined, name: AnnotationName): unknown {
  if (node === undefined || !ts.isTypeReferenceNode(node)) return undefined;
  const alias = aliasOf(context.checker, node);
  if (alias === undefined) return undefined;
  return context.annotations(alias, 'type').get(name)?.value ?? aliasValue(context, alias.type, name);
}

export const isTypeDeclaration = (node: ts.Node): boolean =>
  ts.isInterfaceDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isEnumDeclaration(node);
