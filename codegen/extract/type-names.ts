// Readable, identifier-safe names for types: their own, those of generic instances, and those of a path.

import { ts } from '#typescript';
import { type Context, originOf } from './context.js';

/** Names of deep anonymous types grow with their path. */
const MAX_LENGTH = 100;

/** `line-item` → `LineItem`; only letters and digits are left. */
export function pascalCase(text: string): string {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

/** Joins names to one; a part without letters, as of a member `"🚀"`, becomes `Member`. */
export const joinName = (base: string, part: string): string => limit(base + (pascalCase(part) || 'Member'));

/** The name of one item of a list: `OrderLines` → `OrderLine`. */
export function singular(name: string): string {
  if (/[^aeiou]ies$/i.test(name)) return `${name.slice(0, -3)}y`;
  if (/(ch|sh|x|ss)es$/i.test(name)) return name.slice(0, -2);
  if (/(ss|us|is)$/i.test(name)) return `${name}Item`;
  return /s$/i.test(name) ? name.slice(0, -1) : `${name}Item`;
}

/**
 * The name that a type's author gave it, with those of its type arguments: `Page<Order>` → `PageOfOrder`.
 * Undefined for anonymous types, and for TypeScript's own aliases such as `Pick`, whose instances are.
 */
export function ownName(context: Context, type: ts.Type): string | undefined {
  if (!names.has(type)) {
    // Should a type be its own argument, it has no name in there.
    names.set(type, undefined);
    names.set(type, findOwnName(context, type));
  }
  return names.get(type);
}

/** Arguments are often shared: without this, naming what is nested would take exponential time. */
const names = new WeakMap<ts.Type, string | undefined>();
const depths = new WeakMap<ts.Type, number>();

/** How deep generic types are nested in type arguments: `Page<Page<Order>>` is 2. */
export function argumentDepth(context: Context, type: ts.Type): number {
  const known = depths.get(type);
  if (known !== undefined) return known;
  depths.set(type, 0);
  const inner = type.aliasTypeArguments ?? typeArguments(context, type);
  const depth = inner.reduce((deepest, item) => Math.max(deepest, argumentDepth(context, item) + 1), 0);
  depths.set(type, depth);
  return depth;
}

function findOwnName(context: Context, type: ts.Type): string | undefined {
  const { aliasSymbol } = type;
  if (aliasSymbol !== undefined && !isLibrary(context, aliasSymbol)) {
    const { typeParameters = [] } = aliasSymbol.declarations?.find(ts.isTypeAliasDeclaration) ?? {};
    const defaults = typeParameters.map(
      ({ default: node }) => node && context.checker.getTypeFromTypeNode(node),
    );
    return withArguments(context, aliasSymbol.name, withoutDefaults(type.aliasTypeArguments ?? [], defaults));
  }
  const symbol = type.getSymbol();
  const isDeclared =
    symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) !== 0;
  if (!isDeclared) return undefined;
  const defaults = (type as ts.TypeReference).target?.typeParameters?.map((parameter) =>
    context.checker.getDefaultFromTypeParameter(parameter),
  );
  return withArguments(
    context,
    declaredName(symbol),
    withoutDefaults(typeArguments(context, type), defaults ?? []),
  );
}

/** The arguments up to the last one that is not what the declaration says anyway. */
function withoutDefaults(
  types: readonly ts.Type[],
  defaults: readonly (ts.Type | undefined)[],
): readonly ts.Type[] {
  const isDefault = (type: ts.Type, index: number) => type === defaults[index];
  return types.slice(0, types.findLastIndex((type, index) => !isDefault(type, index)) + 1);
}

/** The type arguments of an instance of a generic interface or class. */
export function typeArguments({ checker }: Context, type: ts.Type): readonly ts.Type[] {
  const isReference = ((type as ts.ObjectType).objectFlags ?? 0) & ts.ObjectFlags.Reference;
  if (!isReference) return [];
  const reference = type as ts.TypeReference;
  // A last one, for `this`, is no argument that anybody wrote.
  return checker.getTypeArguments(reference).slice(0, reference.target.typeParameters?.length ?? 0);
}

const isLibrary = ({ program }: Context, symbol: ts.Symbol): boolean => {
  const file = symbol.declarations?.[0]?.getSourceFile();
  return file !== undefined && originOf(program, file) === 'library';
};

const declaredName = (symbol: ts.Symbol): string =>
  symbol.name === 'default' ? 'Default' : pascalOrSame(symbol.name);

/** Names of types are identifiers already; `$` is the one character that a part of a name cannot have. */
const pascalOrSame = (name: string): string => name.replaceAll('$', '_');

function withArguments(context: Context, name: string, types: readonly ts.Type[]): string {
  if (types.length === 0) return limit(pascalOrSame(name));
  return limit(`${pascalOrSame(name)}Of${types.map((type) => argumentName(context, type)).join('And')}`);
}

const PRIMITIVE_NAMES: readonly (readonly [ts.TypeFlags, string])[] = [
  [ts.TypeFlags.BooleanLike, 'Boolean'],
  [ts.TypeFlags.String, 'String'],
  [ts.TypeFlags.Number, 'Number'],
  [ts.TypeFlags.BigInt, 'BigInt'],
  [ts.TypeFlags.Null, 'Null'],
  [ts.TypeFlags.Undefined, 'Undefined'],
  [ts.TypeFlags.Void, 'Void'],
  [ts.TypeFlags.Never, 'Never'],
  [ts.TypeFlags.Unknown, 'Unknown'],
  [ts.TypeFlags.Any, 'Any'],
];

function argumentName(context: Context, type: ts.Type): string {
  const own = ownName(context, type);
  if (own !== undefined && !context.checker.isArrayType(type)) return own;
  if (type.isStringLiteral() || type.isNumberLiteral()) return pascalCase(String(type.value)) || 'Text';
  if (context.checker.isArrayType(type)) {
    return `${argumentName(context, typeArguments(context, type)[0] ?? type)}List`;
  }
  const primitive = PRIMITIVE_NAMES.find(([flags]) => type.flags & flags);
  if (primitive !== undefined) return primitive[1];
  if (!type.isUnion()) return 'Object';
  return type.types.length > 3
    ? 'Union'
    : type.types.map((member) => argumentName(context, member)).join('Or');
}

const limit = (name: string): string => (name.length > MAX_LENGTH ? name.slice(0, MAX_LENGTH) : name);
