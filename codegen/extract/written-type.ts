// Follows types as they are written: through aliases, which leave no trace in types such as `string`, and through
// type parameters to what they stand for.

import { ts } from '#typescript';
import { isConstraint } from '../constraints.js';
import type { Annotations, AnnotationUse } from './annotations.js';
import { type Context, originOf, targetOf } from './context.js';
import { aliasOf } from './union-order.js';

/** A type as it is written somewhere, and what type parameters stand for there. */
export interface WrittenType {
  readonly node: ts.TypeNode;
  readonly bindings?: Bindings | undefined;
}

/** What type parameters stand for, by their symbols. */
export type Bindings = ReadonlyMap<ts.Symbol, WrittenType>;

/** A written type behind all its names, and the constraints that these carry. */
export interface FollowedType extends WrittenType {
  readonly uses: readonly AnnotationUse[];
}

/** Aliases that lead from one to another. */
const MAX_STEPS = 64;
/** Branches of a union that is followed; of larger ones nothing is known. */
const MAX_BRANCHES = 2_000;

export const constraintsOf = (annotations: Annotations): readonly AnnotationUse[] =>
  annotations.uses.filter(({ name }) => isConstraint(name));

/** The node behind parentheses, aliases, type parameters and `Order['sku']`. */
export function follow(context: Context, written: WrittenType): FollowedType {
  let current: FollowedType = { ...written, uses: [] };
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = followOnce(context, current);
    if (next === undefined) return current;
    current = { ...next, uses: [...current.uses, ...next.uses] };
  }
  return current;
}

function followOnce(context: Context, { node, bindings }: WrittenType): FollowedType | undefined {
  if (ts.isParenthesizedTypeNode(node)) return { node: node.type, bindings, uses: [] };
  const isReadonly = ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword;
  if (isReadonly) return { node: node.type, bindings, uses: [] };
  if (ts.isIndexedAccessTypeNode(node)) return followMember(context, node);
  return ts.isTypeReferenceNode(node) ? followReference(context, node, bindings) : undefined;
}

function followReference(
  context: Context,
  node: ts.TypeReferenceNode,
  bindings: Bindings | undefined,
): FollowedType | undefined {
  const symbol = context.checker.getSymbolAtLocation(node.typeName);
  const bound = symbol && bindings?.get(symbol);
  if (bound !== undefined) return { ...bound, uses: [] };
  const alias = aliasOf(context.checker, node);
  if (alias === undefined) return undefined;
  const isLibrary = originOf(context.program, alias.getSourceFile()) === 'library';
  if (isLibrary) {
    const [argument] = node.typeArguments ?? [];
    const isSame = TRANSPARENT.has(alias.name.text) && argument !== undefined;
    return isSame ? { node: argument, bindings, uses: [] } : undefined;
  }
  const uses = constraintsOf(context.annotations(alias, 'type'));
  return { node: alias.type, bindings: bind(context, alias.typeParameters, { node, bindings }), uses };
}

/** Types of TypeScript's own whose values are some of those of their argument. */
const TRANSPARENT: ReadonlySet<string> = new Set(['NonNullable', 'Readonly', 'Exclude', 'Extract']);

/** What the type parameters of a declaration stand for in a reference to it. */
function bind(
  context: Context,
  parameters: readonly ts.TypeParameterDeclaration[] | undefined,
  { node, bindings }: { readonly node: Arguments; readonly bindings?: Bindings | undefined },
): Bindings | undefined {
  if (parameters === undefined) return undefined;
  const bound = new Map<ts.Symbol, WrittenType>();
  for (const [index, { name, default: byDefault }] of parameters.entries()) {
    const symbol = context.checker.getSymbolAtLocation(name);
    const argument = node.typeArguments?.[index];
    if (symbol === undefined) continue;
    if (argument !== undefined) bound.set(symbol, { node: argument, bindings });
    else if (byDefault !== undefined) bound.set(symbol, { node: byDefault, bindings: bound });
  }
  return bound;
}

/** What can have type arguments. */
type Arguments = ts.TypeReferenceNode | ts.ExpressionWithTypeArguments;

/** `Order['sku']` is what the member is, with its constraints. */
function followMember(context: Context, node: ts.IndexedAccessTypeNode): FollowedType | undefined {
  const { checker } = context;
  const name = ts.isLiteralTypeNode(node.indexType) ? node.indexType.literal : undefined;
  if (name === undefined || !ts.isStringLiteral(name)) return undefined;
  const symbol = checker.getTypeFromTypeNode(node.objectType).getProperty(name.text);
  const member = symbol?.valueDeclaration;
  if (member === undefined || !(ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)))
    return undefined;
  if (member.type === undefined) return undefined;
  return { node: member.type, uses: constraintsOf(context.annotations(member, 'member')) };
}

/** A part of a written type behind its names. */
export function partOf(
  context: Context,
  use: WrittenPart,
  find: (node: ts.TypeNode | undefined) => ts.TypeNode | undefined,
): WrittenPart {
  const { node, bindings } = structureOf(context, use);
  return { node: find(node), bindings };
}

/** What is known of how a type is written. */
export interface WrittenPart {
  readonly node: ts.TypeNode | undefined;
  readonly bindings?: Bindings | undefined;
}

/** The node that says what a type consists of. */
export function structureOf(context: Context, { node, bindings }: WrittenPart): WrittenPart {
  return node === undefined ? { node, bindings } : follow(context, { node, bindings });
}

/** A branch of a written union that is no union itself. */
export interface WrittenBranch extends WrittenType {
  /** The branch without its name. */
  readonly inner: FollowedType;
  /** Constraints of the aliases that hold several branches, of which this is one. */
  readonly shared: readonly AnnotationUse[];
}

/** The branches of a type as written: the type itself, if it is no union. */
export function branchesOf(context: Context, written: WrittenType): readonly WrittenBranch[] {
  const branches: WrittenBranch[] = [];
  addBranches(context, written, [], branches);
  return branches.length > MAX_BRANCHES ? [] : branches;
}

function addBranches(
  context: Context,
  written: WrittenType,
  shared: readonly AnnotationUse[],
  to: WrittenBranch[],
): void {
  if (to.length > MAX_BRANCHES) return;
  const inner = follow(context, written);
  if (!ts.isUnionTypeNode(inner.node)) {
    to.push({ ...written, inner, shared });
    return;
  }
  for (const node of inner.node.types)
    addBranches(context, { node, bindings: inner.bindings }, [...shared, ...inner.uses], to);
}

/** What type parameters stand for in the members of an object type, those of the types it extends included. */
export function memberBindings(
  context: Context,
  type: ts.Type,
  written: WrittenType | undefined,
): Bindings | undefined {
  const found = new Map<ts.Symbol, WrittenType>();
  if (written !== undefined) addBindings(context, written, found);
  for (const declaration of type.symbol?.declarations?.filter(isInterfaceOrClass) ?? [])
    addHeritage(context, declaration, found, 0);
  return found.size === 0 ? undefined : found;
}

function addBindings(context: Context, written: WrittenType, to: Map<ts.Symbol, WrittenType>): void {
  const { node, bindings } = follow(context, written);
  for (const [symbol, bound] of bindings ?? []) to.set(symbol, bound);
  if (ts.isIntersectionTypeNode(node)) {
    for (const part of node.types) addBindings(context, { node: part, bindings }, to);
  } else if (ts.isTypeReferenceNode(node)) {
    const declaration = declarationOf(context, node);
    for (const [parameter, bound] of bind(context, declaration?.typeParameters, { node, bindings }) ?? [])
      to.set(parameter, bound);
    addHeritage(context, declaration, to, 0);
    const [argument] = node.typeArguments ?? [];
    // `Partial<Page<Sku>>` has the members of `Page<Sku>`.
    if (declaration === undefined && argument !== undefined)
      addBindings(context, { node: argument, bindings }, to);
  }
}

function declarationOf(
  { checker }: Context,
  { typeName }: ts.TypeReferenceNode,
): ObjectDeclaration | undefined {
  const symbol = checker.getSymbolAtLocation(typeName);
  return symbol && targetOf(checker, symbol).declarations?.find(isInterfaceOrClass);
}

type ObjectDeclaration = ts.InterfaceDeclaration | ts.ClassDeclaration;

const isInterfaceOrClass = (node: ts.Node): node is ObjectDeclaration =>
  ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node);

/** `interface Skus extends Page<Sku>`: `T` of the members of `Page` is `Sku`. */
function addHeritage(
  context: Context,
  declaration: ObjectDeclaration | undefined,
  to: Map<ts.Symbol, WrittenType>,
  depth: number,
): void {
  if (depth > MAX_STEPS) return;
  for (const node of declaration?.heritageClauses?.flatMap(({ types }) => types) ?? []) {
    const base = context.checker.getTypeAtLocation(node).symbol?.declarations?.find(isInterfaceOrClass);
    for (const [parameter, bound] of bind(context, base?.typeParameters, { node, bindings: to }) ?? [])
      if (!to.has(parameter)) to.set(parameter, bound);
    addHeritage(context, base, to, depth + 1);
  }
}

/**
 * What the arguments of a generic type ask of values, as a text; empty if nothing. TypeScript has one type for
 * `Page<Sku>` and `Page<string>`.
 */
export function constraintsWithin(context: Context, bindings: Bindings | undefined): string {
  const found: AnnotationUse[] = [];
  const seen = new Set<ts.Node>();
  const visit = (written: WrittenType): void => {
    const inner = follow(context, written);
    found.push(...inner.uses);
    if (seen.has(inner.node)) return;
    seen.add(inner.node);
    ts.forEachChild(inner.node, (child) => {
      if (ts.isTypeNode(child)) visit({ node: child, bindings: inner.bindings });
    });
  };
  for (const bound of bindings?.values() ?? []) {
    visit(bound);
    found.push(END);
  }
  const texts = found.map((use) => (use === END ? ';' : `${use.name} ${String(use.value)}`));
  return texts.some((text) => text !== ';') ? texts.join('\n') : '';
}

const END = {} as AnnotationUse;
