// Reads @schema: finds the constant that it names, and compares what that takes and gives with the type.

import { ts } from '#typescript';
import type { TypeImport, TypeModel } from '../model.js';
import type { AnnotationUse } from './annotations.js';
import { type Context, valueInScope } from './context.js';
import { isTypeDeclaration } from './opaque.js';
import type { TypeReader } from './type-reader.js';
import { importOfSymbol } from './type-text.js';
import { aliasOf } from './union-order.js';
import type { Use } from './use.js';

/** Reads a type, and adds the checks of the schemas that its declarations and aliases name. */
export function withDeclaredSchemas(
  reader: TypeReader,
  type: ts.Type,
  use: Use,
  read: () => TypeModel,
): TypeModel {
  noteAliases(reader, use.node);
  let checked = read();
  for (const declaration of declarationsOf(reader, type, use.node)) {
    const annotation = reader.context.annotations(declaration, 'type').get('schema');
    checked = withSchema(reader, { annotation, scope: declaration, type, use }, checked);
  }
  return checked;
}

export interface SchemaSite {
  readonly annotation: AnnotationUse | undefined;
  /** Where the name of the schema means something. */
  readonly scope: ts.Node;
  readonly type: ts.Type;
  readonly use: Use;
}

/** The model with the check of a schema. What is not there is not shown to it. */
export function withSchema(reader: TypeReader, site: SchemaSite, model: TypeModel): TypeModel {
  const { annotation, scope, type, use } = site;
  if (annotation === undefined) return model;
  const schema = readSchema(reader.context, annotation, scope, type);
  if (schema === undefined) return model;
  const check = (inner: TypeModel): TypeModel => ({
    kind: 'checked',
    type: inner,
    checks: [{ kind: 'schema', schema }],
  });
  if (model.kind !== 'union' || !model.members.some(isUndefined)) return check(model);
  const present = reader.registry.union(
    model.members.filter((member) => !isUndefined(member)),
    use,
  );
  return reader.registry.union([check(present), { kind: 'undefined' }], use);
}

const isUndefined = ({ kind }: TypeModel): boolean => kind === 'undefined';

/** The declarations that speak for a type here: aliases by which it is written, then those of the type itself. */
function declarationsOf(
  { aliases, context }: TypeReader,
  type: ts.Type,
  node: ts.TypeNode | undefined,
): ReadonlySet<ts.Declaration> {
  const declared = [...(type.symbol?.declarations ?? []), ...(type.aliasSymbol?.declarations ?? [])];
  const named = aliases.get(type);
  // From the inside to the outside: each alias says more than what it stands for.
  const written = [...(named === undefined ? [] : [named]), ...aliasesIn(context, node).reverse()];
  return new Set([...declared.filter(isTypeDeclaration), ...written]);
}

/** Whether an alias that is written here names a schema. */
export const hasSchema = (context: Context, node: ts.TypeNode): boolean =>
  aliasesIn(context, node).some((alias) => context.annotations(alias, 'type').get('schema') !== undefined);

/** The alias that a node names, the one that this names, and so on. */
function aliasesIn(context: Context, node: ts.TypeNode | undefined): ts.TypeAliasDeclaration[] {
  const found = new Set<ts.TypeAliasDeclaration>();
  for (let written = node; written !== undefined; ) {
    if (ts.isParenthesizedTypeNode(written)) {
      written = written.type;
      continue;
    }
    const alias = ts.isTypeReferenceNode(written) ? aliasOf(context.checker, written) : undefined;
    if (alias === undefined || found.has(alias)) break;
    found.add(alias);
    written = alias.type;
  }
  return [...found];
}

/** Remembers the aliases of objects that stand as type arguments: inside of generic types nothing names them. */
function noteAliases(reader: TypeReader, node: ts.TypeNode | undefined): void {
  if (node === undefined || !ts.isTypeReferenceNode(node)) return;
  for (const inner of node.typeArguments ?? []) noteAlias(reader, inner);
}

function noteAlias(reader: TypeReader, node: ts.TypeNode): void {
  const { aliases, context } = reader;
  const [alias] = aliasesIn(context, node);
  if (alias !== undefined) {
    const type = context.checker.getTypeFromTypeNode(node);
    if (type.flags & ts.TypeFlags.Object) aliases.set(type, alias);
  }
  ts.forEachChild(node, (child) => {
    if (ts.isTypeNode(child)) noteAlias(reader, child);
  });
}

function readSchema(
  context: Context,
  { value, place }: AnnotationUse,
  scope: ts.Node,
  type: ts.Type,
): TypeImport | undefined {
  const { checker } = context;
  const name = String(value);
  const refuse = (why: string, help: string) => void context.report('MQ2007', place, why, help);
  const symbol = valueInScope(checker, name, scope);
  if (symbol === undefined) {
    return refuse(`${name} is not a value that this file knows`, 'Import it here, or declare and export it.');
  }
  const origin = importOfSymbol(context, symbol, name);
  if (origin === undefined || origin === 'global') {
    const help = 'Export it by this name from the file that declares it.';
    return refuse(`${name} cannot be imported by generated code`, help);
  }
  const types = schemaTypes(checker, symbol, scope);
  if (types === undefined) {
    const help =
      'Write the name of a schema of zod 4, valibot 1, arktype 2 or any other library that implements it.';
    return refuse(`${name} does not implement Standard Schema`, help);
  }
  const problem = mismatch(checker, types, type);
  if (problem !== undefined)
    return refuse(`${name} ${problem}`, 'Write the type that it gives, and that it takes.');
  return origin;
}

/** What a schema takes and what it gives: the type that it declares for compilers alone. */
interface SchemaTypes {
  readonly input: ts.Type;
  readonly output: ts.Type;
}

function schemaTypes(checker: ts.TypeChecker, symbol: ts.Symbol, scope: ts.Node): SchemaTypes | undefined {
  const member = (type: ts.Type | undefined, name: string) => {
    const found = type && checker.getPropertyOfType(type, name);
    return found && checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(found, scope));
  };
  const standard = member(checker.getTypeOfSymbolAtLocation(symbol, scope), '~standard');
  const types = member(standard, 'types');
  const isValidator = member(standard, 'validate')?.getCallSignatures().length;
  if (types === undefined || !isValidator) return undefined;
  const of = (name: string) => {
    const found = checker.getPropertyOfType(types, name);
    return found && checker.getTypeOfSymbolAtLocation(found, scope);
  };
  const [input, output] = [of('input'), of('output')];
  return input === undefined || output === undefined ? undefined : { input, output };
}

/** How a schema disagrees with a type: it has to take all its values, and give nothing else. */
function mismatch(
  checker: ts.TypeChecker,
  { input, output }: SchemaTypes,
  type: ts.Type,
): string | undefined {
  const spell = (each: ts.Type) => {
    const text = checker.typeToString(each);
    return text.length > 80 ? `${text.slice(0, 77)}…` : text;
  };
  const parts = type.isUnion() ? type.types : [type];
  const values = parts.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
  const refused = values.find((each) => !checker.isTypeAssignableTo(each, input));
  if (refused !== undefined) return `takes ${spell(input)}, which ${spell(refused)} is not`;
  if (!checker.isTypeAssignableTo(output, type)) return `gives ${spell(output)}, which is not ${spell(type)}`;
  const dropped =
    values.length === 1
      ? values[0]?.getProperties().find((member) => isLost(checker, member, output))
      : undefined;
  return dropped === undefined
    ? undefined
    : `does not know ${dropped.name} of ${spell(type)}, and would drop it`;
}

/** Whether a schema drops a member, as schemas of objects do with what they do not know. */
const isLost = (checker: ts.TypeChecker, { name }: ts.Symbol, output: ts.Type): boolean =>
  (output.flags & ts.TypeFlags.Object) !== 0 &&
  checker.getPropertyOfType(output, name) === undefined &&
  checker.getIndexInfosOfType(output).length === 0;
