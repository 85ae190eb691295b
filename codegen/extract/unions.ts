// Reads unions: whole enums and booleans put together again, in the order of the source.

import { ts } from '#typescript';
import type { TypeModel } from '../model.js';
import { joinName, ownName } from './type-names.js';
import type { TypeReader } from './type-reader.js';
import { readUnionSource } from './union-order.js';
import { part, type Use } from './use.js';
import { writtenMembers } from './written-members.js';
import { readWrittenUnion } from './written-union.js';

export function readUnion(reader: TypeReader, type: ts.UnionType, use: Use): TypeModel {
  const { checker } = reader.context;
  const node = use.node ?? aliasNode(type);
  const source = readUnionSource(checker, node);
  const { nodes, checked } = readWrittenUnion(reader.context, node, type);
  const taken = new Set(checked.flatMap((item) => item.type.types));
  const rest = type.types.filter((member) => !taken.has(member));
  const members = source.sort(wholeMembers(checker, rest));
  const unionName = ownName(reader.context, type);
  const suffixes = discriminants(reader, members, unionName !== undefined);
  const checkedModels = checked.map((item) =>
    reader.read(item.type, part(use, { name: use.name, node: item.node, depth: use.depth })),
  );
  const written = writtenMembers(reader, type, node && { node, bindings: use.bindings });
  const models = members.flatMap((member) => {
    const name = source.aliasNameOf(member) ?? unionName ?? use.name;
    const suffix = suffixes.get(member);
    const fullName = suffix === undefined ? name : joinName(name, suffix);
    const memberUse = part(use, {
      name: fullName,
      node: nodes.get(member),
      depth: use.depth,
      additionalProperties: use.additionalProperties,
    });
    return written.read(member, memberUse);
  });
  written.reportUnfit();
  // Nothing can be told apart from data of any shape.
  if (models.some((model) => model.kind === 'opaque')) return { kind: 'opaque' };
  const flat = [...checkedModels, ...models].flatMap((model) =>
    model.kind === 'union' ? model.members : [model],
  );
  // `Shape & { kind: 'circle' }`: TypeScript keeps the members of `Shape` that nothing is any more.
  return reader.registry.union(
    flat.filter(({ kind }) => kind !== 'never'),
    use,
  );
}

function aliasNode(type: ts.UnionType): ts.TypeNode | undefined {
  const alias = type.aliasSymbol?.declarations?.find(ts.isTypeAliasDeclaration);
  return alias?.typeParameters === undefined ? alias?.type : undefined;
}

/** TypeScript takes enums and `boolean` in unions apart into their literals. */
function wholeMembers(checker: ts.TypeChecker, members: readonly ts.Type[]): ts.Type[] {
  const rest = new Set(members);
  const whole: ts.Type[] = [];
  for (const member of members) {
    if (!rest.has(member)) continue;
    const container =
      member.flags & ts.TypeFlags.BooleanLiteral ? checker.getBooleanType() : enumOf(checker, member);
    const parts = container?.isUnion() ? container.types : [];
    const isWhole = parts.length > 1 && parts.every((item) => rest.has(item));
    if (isWhole && container !== undefined) for (const item of parts) rest.delete(item);
    whole.push(isWhole && container !== undefined ? container : member);
  }
  return whole;
}

function enumOf(checker: ts.TypeChecker, member: ts.Type): ts.Type | undefined {
  if (!(member.flags & ts.TypeFlags.EnumLiteral)) return undefined;
  const declaration = member.getSymbol()?.declarations?.[0]?.parent;
  return declaration !== undefined && ts.isEnumDeclaration(declaration)
    ? checker.getTypeAtLocation(declaration)
    : undefined;
}

/** What tells anonymous objects of a union apart in their names: the first literal that each has another of. */
function discriminants(
  reader: TypeReader,
  members: readonly ts.Type[],
  isNamed: boolean,
): Map<ts.Type, string> {
  const objects = members.filter(
    (member) =>
      member.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) &&
      ownName(reader.context, member) === undefined,
  );
  const [first] = objects;
  if (first === undefined) return new Map();
  // The union itself may need the name, if it refers to itself as JSON does.
  if (objects.length === 1) return new Map(isNamed ? [[first, 'Object']] : []);
  for (const { name } of first.getProperties()) {
    const literals = objects.map((object) => literalOf(reader, object, name));
    if (!literals.includes(undefined) && new Set(literals).size === objects.length) {
      return new Map(objects.map((object, index) => [object, String(literals[index])]));
    }
  }
  return new Map();
}

function literalOf({ context }: TypeReader, object: ts.Type, name: string): string | undefined {
  const member = object.getProperty(name);
  const type = member && context.checker.getTypeOfSymbol(member);
  return type?.isStringLiteral() ? type.value : undefined;
}
