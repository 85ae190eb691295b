// Reads object types: interfaces, classes, type literals, mapped types and intersections of them.

import { ts } from 'ts-morph';
import type { AdditionalProperties, MemberModel, ObjectModel, TypeModel } from '../model.js';
import { isSendableBuiltin } from './builtins.js';
import { originOf } from './context.js';
import { MAX_ARGUMENT_DEPTH } from './limits.js';
import { isTypeDeclaration } from './opaque.js';
import { joinName, ownName, typeArguments } from './type-names.js';
import {
  checkAdditionalProperties,
  refuse,
  type TypeReader,
  UNREADABLE,
  withoutUndefined,
} from './type-reader.js';
import { aliasOf } from './union-order.js';
import { part, type Use } from './use.js';

/** A reference to the named type that an object type becomes. */
export function readObject(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
    return refuse(reader, use, 'it is a function', 'Send the data that the function would work on.');
  }
  if (argumentDepth(reader, type) > MAX_ARGUMENT_DEPTH) {
    return refuse(
      reader,
      use,
      'its type arguments keep growing',
      'Write a type that refers to itself instead.',
    );
  }
  const base = libraryBase(reader, type);
  if (base !== undefined) return refuse(reader, use, `it is a kind of ${base}`, 'Send plain data instead.');
  const own = ownName(reader.context, type);
  const additionalProperties =
    use.additionalProperties ?? declaredAdditionalProperties(reader, type) ?? 'drop';
  const isVariant = additionalProperties !== (declaredAdditionalProperties(reader, type) ?? 'drop');
  const name = own ?? aliasName(reader, use.node) ?? use.name;
  return reader.registry.named({
    type,
    variant: isVariant ? additionalProperties : '',
    wantedName: isVariant ? joinName(name, additionalProperties) : name,
    isAnonymous: own === undefined,
    readInside: () => readInside(reader, type, { ...use, name }, additionalProperties),
  });
}

/** The alias that the source uses for a type without a name, as `Changes` for `Partial<Order>`. */
function aliasName({ context }: TypeReader, node: ts.TypeNode | undefined): string | undefined {
  const alias =
    node !== undefined && ts.isTypeReferenceNode(node) ? aliasOf(context.checker, node) : undefined;
  if (alias === undefined || alias.typeParameters !== undefined) return undefined;
  return originOf(context.program, alias.getSourceFile()) === 'library' ? undefined : alias.name.text;
}

/** An intersection: a branded primitive is the primitive, objects flow together into one. */
export function readIntersection(reader: TypeReader, type: ts.IntersectionType, use: Use): TypeModel {
  const { checker } = reader.context;
  if (checker.isTypeAssignableTo(type, checker.getNeverType())) return { kind: 'never' };
  const primitive = type.types.find((item) => !(item.flags & (ts.TypeFlags.Object | ts.TypeFlags.Union)));
  if (primitive !== undefined) return reader.read(primitive, part(use, { depth: use.depth }));
  const special = type.types.find(
    (item) => isSendableBuiltin(reader, item) || checker.isArrayType(item) || checker.isTupleType(item),
  );
  if (special === undefined) return readObject(reader, type, use);
  const others = type.types.filter((item) => item !== special);
  if (others.every(isBrand)) return reader.read(special, part(use, { depth: use.depth }));
  return refuse(
    reader,
    use,
    `it is both a ${checker.typeToString(special)} and an object`,
    'Write an object that has both as members.',
  );
}

/** Types that exist for the compiler only: `{ readonly __brand: 'Created' }`, or members named by symbols. */
const isBrand = (type: ts.Type): boolean =>
  type.getProperties().every((member) => String(member.escapedName).startsWith('__')) &&
  type.getCallSignatures().length === 0;

/** The name of the library's class or interface that a type extends, as of errors and arrays. */
function libraryBase(reader: TypeReader, type: ts.Type): string | undefined {
  const { checker, program } = reader.context;
  if (!type.isClassOrInterface()) return undefined;
  for (const base of checker.getBaseTypes(type)) {
    const file = base.getSymbol()?.declarations?.[0]?.getSourceFile();
    if (file !== undefined && originOf(program, file) === 'library') return base.getSymbol()?.name;
    const further = libraryBase(reader, base);
    if (further !== undefined) return further;
  }
  return undefined;
}

/** How deep generic types are nested in type arguments: `Page<Page<Order>>` is 2. */
function argumentDepth(reader: TypeReader, type: ts.Type, depth = 0): number {
  if (depth > MAX_ARGUMENT_DEPTH) return depth;
  const inner = type.aliasTypeArguments ?? typeArguments(reader.context, type);
  return inner.reduce((deepest, item) => Math.max(deepest, argumentDepth(reader, item, depth + 1)), depth);
}

function declaredAdditionalProperties(
  { context }: TypeReader,
  type: ts.Type,
): AdditionalProperties | undefined {
  for (const symbol of [type.aliasSymbol, type.symbol]) {
    for (const declaration of symbol?.declarations ?? []) {
      if (!isTypeDeclaration(declaration)) continue;
      const use = context.annotations(declaration, 'type').get('additionalProperties');
      if (use !== undefined) return use.value as AdditionalProperties;
    }
  }
  return undefined;
}

function readInside(
  reader: TypeReader,
  type: ts.Type,
  use: Use,
  additionalProperties: AdditionalProperties,
): ObjectModel {
  const members: MemberModel[] = [];
  for (const symbol of reader.context.checker.getPropertiesOfType(type)) {
    const member = readMember(reader, symbol, use);
    if (member !== undefined) members.push(member);
  }
  return { kind: 'object', members, index: readIndex(reader, type, use), additionalProperties };
}

function readMember(reader: TypeReader, symbol: ts.Symbol, owner: Use): MemberModel | undefined {
  const { checker } = reader.context;
  const use = memberUse(reader, symbol, owner);
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  const problem = memberProblem(symbol, declaration);
  if (problem !== undefined) {
    refuse(reader, use, problem, 'Send plain data: an interface or class with data members only.');
    return undefined;
  }
  const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  const annotations =
    declaration === undefined ? undefined : reader.context.annotations(declaration, 'member');
  if (annotations?.get('opaque')) return { name: symbol.name, optional, type: { kind: 'opaque' } };
  const additionalProperties = annotations?.get('additionalProperties')?.value as
    | AdditionalProperties
    | undefined;
  const type = checker.getTypeOfSymbol(symbol);
  const model = reader.read(optional ? declaredType(reader, type, use.node) : type, {
    ...use,
    additionalProperties,
  });
  if (annotations !== undefined) checkAdditionalProperties(reader, annotations, model);
  return { name: symbol.name, optional, type: optional ? withoutUndefined(reader, model, use) : model };
}

function memberProblem(symbol: ts.Symbol, declaration: ts.Declaration | undefined): string | undefined {
  const modifiers = declaration === undefined ? 0 : ts.getCombinedModifierFlags(declaration);
  if (String(symbol.escapedName).startsWith('__@')) return 'it is named by a symbol';
  if (declaration?.kind && ts.isClassElement(declaration) && hasPrivateName(declaration))
    return 'it is private';
  if (modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected))
    return 'it is private or protected';
  if (symbol.name === '__proto__') return 'JavaScript gives this name a meaning of its own';
  return symbol.flags & ts.SymbolFlags.Method ? 'it is a method' : undefined;
}

const hasPrivateName = (node: ts.ClassElement): boolean =>
  node.name !== undefined && ts.isPrivateIdentifier(node.name);

function memberUse(reader: TypeReader, symbol: ts.Symbol, owner: Use): Use {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  const origin = declaration && originOf(reader.context.program, declaration.getSourceFile());
  const typed = declaration as { type?: ts.TypeNode } | undefined;
  return {
    place: declaration !== undefined && origin === 'project' ? nameOf(declaration) : owner.place,
    path: owner.path + pathStep(symbol),
    name: joinName(owner.name, symbol.name),
    node: typed?.type,
    // A mapped type of TypeScript's own, as `Record`, takes its members' types from where it is used.
    isForeign: origin === 'package' || (origin !== 'project' && owner.isForeign),
    depth: owner.depth + 1,
  };
}

/** `.sku`, `["a b"]`, `.#secret` or `[Symbol.iterator]` */
function pathStep(symbol: ts.Symbol): string {
  const [, wellKnown] = /^__@(\w+)@\d+$/.exec(String(symbol.escapedName)) ?? [];
  if (wellKnown !== undefined) return `[Symbol.${wellKnown}]`;
  const isIdentifier = /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(symbol.name);
  return isIdentifier ? `.${symbol.name}` : `[${JSON.stringify(symbol.name)}]`;
}

const nameOf = (declaration: ts.Declaration): ts.Node => ts.getNameOfDeclaration(declaration) ?? declaration;

/** The type of an optional member as it was declared, without the `undefined` that being optional adds. */
function declaredType({ context }: TypeReader, type: ts.Type, node: ts.TypeNode | undefined): ts.Type {
  if (node === undefined || !type.isUnion()) return type;
  const declared = context.checker.getTypeFromTypeNode(node);
  const members = declared.isUnion() ? declared.types : [declared];
  const isSame =
    members.length === type.types.length - 1 && members.every((member) => type.types.includes(member));
  return isSame ? declared : type;
}

function readIndex(reader: TypeReader, type: ts.Type, use: Use): TypeModel | undefined {
  const { checker, program } = reader.context;
  const infos = checker.getIndexInfosOfType(type);
  const text = infos.find(({ keyType }) => keyType.flags & ts.TypeFlags.String);
  const info = text ?? infos[0];
  if (info === undefined) return undefined;
  if (text === undefined && infos.length > 1) {
    return refuse(reader, use, 'it has several index signatures', 'Keep one, by string.');
  }
  if (info.keyType.flags & ts.TypeFlags.ESSymbol) {
    return refuse(reader, use, 'its members are named by symbols', 'Name them by strings.');
  }
  const declaration = info.declaration;
  const origin = declaration && originOf(program, declaration.getSourceFile());
  const indexUse: Use = {
    place: declaration !== undefined && origin === 'project' ? declaration : use.place,
    path: `${use.path}[key]`,
    name: joinName(use.name, 'Value'),
    node: indexNode(declaration, use.node),
    isForeign: origin === 'package' || (origin !== 'project' && use.isForeign),
    depth: use.depth + 1,
  };
  if (declaration !== undefined && reader.context.annotations(declaration, 'member').get('opaque'))
    return UNREADABLE;
  return reader.read(info.type, indexUse);
}

/** The value's type as written in an index signature or in `Record<string, X>`. */
function indexNode(declaration: ts.Node | undefined, node: ts.TypeNode | undefined): ts.TypeNode | undefined {
  if (declaration !== undefined && ts.isIndexSignatureDeclaration(declaration)) return declaration.type;
  const isRecord = node !== undefined && ts.isTypeReferenceNode(node) && node.typeName.getText() === 'Record';
  return isRecord ? node.typeArguments?.[1] : undefined;
}
