// Gives types the checks that annotations ask for: those of members and parameters, of types, and of the aliases by
// which types are used.

import { ts } from '#typescript';
import {
  CONSTRAINTS,
  type Conflict,
  type ConstraintName,
  checkOf,
  conflictWithSize,
  findConflict,
  isFor,
  type OwnCheckModel,
  SUBJECTS,
  withCheck,
} from '../constraints.js';
import type { TypeModel } from '../model.js';
import type { Annotations, AnnotationUse } from './annotations.js';
import { type Context, originOf } from './context.js';
import { isTypeDeclaration } from './opaque.js';
import { type TypeReader, UNREADABLE } from './type-reader.js';
import { part, type Use } from './use.js';
import { branchesOf, constraintsOf } from './written-type.js';

/** The model with the checks that its declaration, its aliases and its place ask for. */
export function withConstraints(reader: TypeReader, type: ts.Type, model: TypeModel, use: Use): TypeModel {
  if (!reader.context.hasConstraints || model === UNREADABLE) return model;
  const declared = declaredConstraints(reader.context, type);
  const here = use.constraints ?? [];
  const variants = writtenVariants(reader, type, model, use).map(({ model: variant, uses }) =>
    withTags(reader, variant, [...declared, ...uses, ...here], { use, type }),
  );
  const [only] = variants;
  return only !== undefined && variants.length === 1 ? only : reader.registry.union(variants, use);
}

/** What stands above the interface, class or alias itself. */
function declaredConstraints(context: Context, type: ts.Type): readonly AnnotationUse[] {
  const symbols = [type.aliasSymbol, type.symbol].filter((symbol) => symbol !== undefined);
  const declarations = symbols.flatMap((symbol) => symbol.declarations ?? []).filter(isTypeDeclaration);
  return declarations.flatMap((declaration) => constraintsOf(context.annotations(declaration, 'type')));
}

interface Variant {
  readonly model: TypeModel;
  readonly uses: readonly AnnotationUse[];
}

/**
 * What the type is as written. TypeScript has one type for `Sku | Name` if both are strings, of which each value
 * has to meet what one of the two asks for; and none of the checks hold if one asks for nothing.
 */
function writtenVariants(reader: TypeReader, type: ts.Type, model: TypeModel, use: Use): readonly Variant[] {
  const { context } = reader;
  const plain = [{ model, uses: [] }];
  if (use.node === undefined) return plain;
  const branches = branchesOf(context, { node: use.node, bindings: use.bindings });
  const [only] = branches;
  if (only !== undefined && branches.length === 1)
    return [{ model, uses: [...only.shared, ...only.inner.uses] }];
  if (type.isUnion()) return [{ model, uses: sharedByAll(branches.map(({ shared }) => shared)) }];
  const own = branches.filter(({ inner }) => context.checker.getTypeFromTypeNode(inner.node) === type);
  const literals = branches.flatMap(({ inner }) => literalWithin(reader, inner.node, type, use));
  const uses = own.map(({ inner, shared }) => [...shared, ...inner.uses]);
  if (own.length === 0 || uses.some((some) => some.length === 0)) return plain;
  return [...literals, ...uses.map((some) => ({ model, uses: some }))];
}

/** Constraints above the whole union, which every branch carries. */
function sharedByAll(lists: readonly (readonly AnnotationUse[])[]): readonly AnnotationUse[] {
  const [first = [], ...others] = lists;
  return first.filter((use) => others.every((list) => list.includes(use)));
}

/** `'none' | Sku` is one type, `string`; its literal still need not meet what `Sku` asks for. */
function literalWithin(reader: TypeReader, node: ts.TypeNode, type: ts.Type, use: Use): Variant[] {
  const { checker } = reader.context;
  const literal = checker.getTypeFromTypeNode(node);
  if (!literal.isLiteral() || literal === type || !checker.isTypeAssignableTo(literal, type)) return [];
  return [{ model: reader.read(literal, part(use, { depth: use.depth })), uses: [] }];
}

/** The type with all checks, each once; a tag that fits none of its branches is reported. */
function withTags(
  reader: TypeReader,
  model: TypeModel,
  tags: readonly AnnotationUse[],
  at: Place,
): TypeModel {
  return [...new Set(tags)].reduce((checked, tag) => {
    const found = withTag(reader, checked, tag, at);
    if (found === undefined) reportUnfit(reader, checked, tag, at);
    return found ?? checked;
  }, model);
}

/** Where a type stands, and what TypeScript has for it. */
export interface Place {
  readonly use: Use;
  readonly type: ts.Type;
}

/** The type with what a tag asks for in each branch that it fits; `undefined` if there is none. */
export function withTag(
  reader: TypeReader,
  model: TypeModel,
  tag: AnnotationUse,
  at: Place,
): TypeModel | undefined {
  if (model === UNREADABLE) return model;
  const name = tag.name as ConstraintName;
  const branches = model.kind === 'union' ? model.members : [model];
  const fits = (branch: TypeModel) => isFor(name, kindOf(reader, branch, at.type));
  if (!branches.some(fits)) return undefined;
  const members = branches.map((branch) => (fits(branch) ? withFittingTag(reader, branch, tag, at) : branch));
  const [only] = members;
  return model.kind === 'union' || only === undefined ? reader.registry.union(members, at.use) : only;
}

/** The kind of a type's values. What refers to itself is an object, or else what TypeScript says. */
function kindOf(reader: TypeReader, model: TypeModel, type: ts.Type): TypeModel['kind'] {
  if (model.kind === 'checked') return kindOf(reader, model.type, type);
  if (model.kind !== 'reference') return model.kind;
  if (reader.registry.isObject(model)) return 'object';
  const { checker } = reader.context;
  if (type.isUnion()) return model.kind;
  if (checker.isArrayType(type) || checker.isTupleType(type)) return 'array';
  return /Map$/.test(type.symbol?.name ?? '') ? 'map' : 'set';
}

function withFittingTag(reader: TypeReader, model: TypeModel, tag: AnnotationUse, at: Place): TypeModel {
  const { report } = reader.context;
  const check = checkOf(tag.name as ConstraintName, tag.value);
  if (kindOf(reader, model, at.type) === 'bigint' && !Number.isSafeInteger(tag.value)) {
    const help = 'Write a whole number, of up to 9007199254740991.';
    report('MQ1005', tag.place, `${spell(tag)} has no meaning on a bigint`, help);
    return model;
  }
  const conflict = findConflict(model, check) ?? conflictWithMembers(reader, model, check, at);
  if (conflict !== undefined) {
    const message = `${spell(tag)} contradicts ${conflict.other}: ${conflict.why}`;
    report('MQ1003', tag.place, message, 'Change one of the two.');
  }
  return withCheck(model, check);
}

/** How many members an object type has is known before the type is read. */
function conflictWithMembers(
  reader: TypeReader,
  model: TypeModel,
  check: OwnCheckModel,
  { type }: Place,
): Conflict | undefined {
  if (kindOf(reader, model, type) !== 'object' || type.isUnion()) return undefined;
  const members = type.getProperties();
  const isOpen = reader.context.checker.getIndexInfosOfType(type).length > 0;
  const least = members.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).length;
  return conflictWithSize({ least, most: isOpen ? Number.POSITIVE_INFINITY : members.length }, check);
}

const spell = ({ name, value }: AnnotationUse): string => `@${name} ${String(value)}`;

export function reportUnfit({ context }: TypeReader, model: TypeModel, tag: AnnotationUse, at: Place): void {
  const subject = SUBJECTS[CONSTRAINTS[tag.name as ConstraintName]];
  const here = model.kind === 'opaque' ? UNCHECKED : describe(context.checker.typeToString(at.type));
  context.report('MQ1005', tag.place, `@${tag.name} has no meaning on ${here}`, `It is for ${subject}.`);
}

/** Data of which nothing is known, in words. */
export const UNCHECKED = 'data that is not looked into';

const MAX_TEXT = 60;

function describe(type: string): string {
  if (/^(?:string|number|boolean|bigint)$/.test(type)) return `a ${type}`;
  return type.length > MAX_TEXT ? `${type.slice(0, MAX_TEXT)}…` : type;
}

/** Reports constraints where nothing is checked: on what is opaque, or is no value by itself. */
export function refuseConstraints(
  context: Context,
  annotations: Annotations | undefined,
  where: string,
): void {
  for (const use of annotations === undefined ? [] : constraintsOf(annotations)) {
    const help = 'Remove it, or name a type.';
    context.report('MQ1005', use.place, `@${use.name} has no meaning on ${where}`, help);
  }
}

/** Whether any file of the project has a tag of a constraint: if not, nobody needs to look for aliases. */
export function findConstraintTags(program: ts.Program): boolean {
  return program
    .getSourceFiles()
    .some((file) => originOf(program, file) === 'project' && TAGS.test(file.text));
}

const TAGS = new RegExp(`@(?:${Object.keys(CONSTRAINTS).join('|')})\\b`);
