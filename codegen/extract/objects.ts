// Reads object types: interfaces, classes, type literals, mapped types and intersections of them.

import { ts } from '#typescript';
import type { AdditionalProperties, MemberModel, ObjectModel, TypeModel } from '../model.js';
import { isRefusedBuiltin, isSendableBuiltin } from './builtins.js';
import { type Context, originOf } from './context.js';
import { readIndexes } from './indexes.js';
import { checkInstanceClass, isInstanceClass, isOfPrototype, readInstanceClass } from './instance-classes.js';
import { MAX_ARGUMENT_DEPTH } from './limits.js';
import { readArrays } from './lists.js';
import { readMember } from './members.js';
import { isTypeDeclaration } from './opaque.js';
import { readTypeDocs } from './type-docs.js';
import { argumentDepth, joinName, ownName } from './type-names.js';
import { refuse, type TypeReader } from './type-reader.js';
import { aliasOf } from './union-order.js';
import { part, type Use } from './use.js';
import { constraintsWithin, memberBindings } from './written-type.js';

/** A reference to the named type that an object type becomes. */
export function readObject(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
    return refuse(reader, use, 'it is a function', 'Send the data that the function would work on.');
  }
  if (argumentDepth(reader.context, type) > MAX_ARGUMENT_DEPTH) {
    return refuse(
      reader,
      use,
      'its type arguments keep growing',
      'Write a type that refers to itself instead.',
    );
  }
  const list = extendedArray(reader, type);
  if (list !== undefined) return reader.read(list, part(use, { depth: use.depth }));
  const base = libraryBase(reader, type);
  if (base !== undefined) return refuse(reader, use, `it is a kind of ${base}`, 'Send plain data instead.');
  noteFiles(reader.context, type);
  const own = ownName(reader.context, type);
  const additionalProperties =
    use.additionalProperties ?? declaredAdditionalProperties(reader, type) ?? 'drop';
  const isVariant = additionalProperties !== (declaredAdditionalProperties(reader, type) ?? 'drop');
  const name = own ?? aliasName(reader, use.node) ?? use.name;
  const written = use.node && { node: use.node, bindings: use.bindings };
  const bindings = memberBindings(reader.context, type, written);
  // TypeScript has one type for `Page<Sku>` and `Page<string>`, whose items do not have to meet the same.
  const constraints = reader.context.hasConstraints ? constraintsWithin(reader.context, bindings) : '';
  const reference = reader.registry.named({
    type,
    variant: (isVariant ? additionalProperties : '') + constraints,
    wantedName: isVariant ? joinName(name, additionalProperties) : name,
    isAnonymous: own === undefined,
    docs: reader.context.readsDocs ? readTypeDocs(reader.context, type) : undefined,
    readInside: () => {
      if (isInstanceClass(reader.context, type)) checkInstanceClass(reader, type, use, reference);
      return readInside(reader, type, { ...use, name, bindings }, additionalProperties);
    },
  });
  const instance = readInstanceClass(reader, type, use);
  return instance === undefined
    ? reference
    : { kind: 'checked', type: reference, checks: [{ kind: 'class', class: instance }] };
}

/** The compiler drops what it cannot resolve, such as a base, and goes on: its errors there are the contract's. */
function noteFiles({ program, typeFiles }: Context, type: ts.Type): void {
  for (const declaration of type.symbol?.declarations ?? []) {
    const file = declaration.getSourceFile();
    if (originOf(program, file) !== 'library') typeFiles.add(file);
  }
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
  // `object` says nothing that the other members do not.
  const objects = ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive | ts.TypeFlags.Union;
  const [primitive, other] = type.types.filter(({ flags }) => !(flags & objects));
  if (other !== undefined) {
    return refuse(reader, use, 'it has to agree with several types of texts', 'Write one of them.');
  }
  if (primitive !== undefined) return reader.read(primitive, part(use, { depth: use.depth }));
  const types = withoutWiderLists(checker, type.types);
  const arrays = types.filter((item) => checker.isArrayType(item));
  if (arrays.length > 1 && types.every((item) => arrays.includes(item) || isBrand(item)))
    return readArrays(reader, type, use);
  const special = types.find((item) => isSendableBuiltin(reader, item) || isList(checker, item));
  if (special === undefined) return readObject(reader, type, use);
  const others = types.filter((item) => item !== special);
  if (others.every(isBrand)) return reader.read(special, part(use, { depth: use.depth }));
  return refuse(
    reader,
    use,
    `it is both a ${checker.typeToString(special)} and an object`,
    'Write an object that has both as members.',
  );
}

const isList = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  checker.isArrayType(type) || checker.isTupleType(type);

/** `string[] & [string, ...string[]]`: the array says nothing that the tuple does not. */
function withoutWiderLists(checker: ts.TypeChecker, types: readonly ts.Type[]): readonly ts.Type[] {
  const lists = types.filter((item) => isList(checker, item));
  const isWider = (item: ts.Type, other: ts.Type) =>
    checker.isTypeAssignableTo(other, item) && !checker.isTypeAssignableTo(item, other);
  return types.filter((item) => !lists.includes(item) || !lists.some((other) => isWider(item, other)));
}

/** Types that exist for the compiler only: `{ readonly __brand: 'Created' }`, or members named by symbols. */
const isBrand = (type: ts.Type): boolean =>
  type.getProperties().every((member) => String(member.escapedName).startsWith('__')) &&
  type.getCallSignatures().length === 0;

/** The array behind an interface that extends it and adds nothing, as recursive types were once written. */
function extendedArray({ context }: TypeReader, type: ts.Type): ts.Type | undefined {
  const { checker } = context;
  if (!type.isClassOrInterface() || type.symbol.flags & ts.SymbolFlags.Class) return undefined;
  const [base, other] = checker.getBaseTypes(type);
  const addsNothing = base && type.getProperties().length === base.getProperties().length;
  return addsNothing && other === undefined && checker.isArrayType(base) ? base : undefined;
}

/** The name of the library's class or interface that a type extends, as of errors and arrays. */
function libraryBase(reader: TypeReader, type: ts.Type): string | undefined {
  if (!type.isClassOrInterface()) return undefined;
  for (const base of reader.context.checker.getBaseTypes(type)) {
    if (isSendableBuiltin(reader, base) || isRefusedBuiltin(reader, base)) return base.getSymbol()?.name;
    const further = libraryBase(reader, base);
    if (further !== undefined) return further;
  }
  return undefined;
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

/** The members but those of brands, as of `Order & { readonly [paid]: true }`. */
function dataMembers(checker: ts.TypeChecker, type: ts.Type): readonly ts.Symbol[] {
  const members = checker.getPropertiesOfType(type);
  if (!type.isIntersection()) return members;
  const brands = type.types.filter((item) => item.getProperties().every(isSymbolNamed));
  const branded = new Set(brands.flatMap((item) => item.getProperties().map((member) => member.escapedName)));
  return members.filter((member) => !branded.has(member.escapedName));
}

const isSymbolNamed = (member: ts.Symbol): boolean => String(member.escapedName).startsWith('__@');

function readInside(
  reader: TypeReader,
  type: ts.Type,
  use: Use,
  additionalProperties: AdditionalProperties,
): ObjectModel {
  const members: MemberModel[] = [];
  const isInstance = isInstanceClass(reader.context, type);
  for (const symbol of dataMembers(reader.context.checker, type)) {
    if (isInstance && isOfPrototype(symbol)) continue;
    const member = readMember(reader, symbol, use);
    if (member !== undefined) members.push(member);
  }
  return { kind: 'object', members, indexes: readIndexes(reader, type, use), additionalProperties };
}
