// From types of the model to JSON Schemas of their wire form: of the data that decoders accept.

import type {
  CheckedModel,
  CheckModel,
  IndexModel,
  MethodModel,
  NamedType,
  ObjectModel,
  TypeModel,
} from '../model.js';
import { literalsOf } from '../plan/literals.js';
import { isEmptyObject } from '../plan/objects.js';
import { createTypeGraph, type TypeGraph } from '../plan/type-graph.js';
import { withoutUndefined } from '../plan/unions.js';
import { splitDoc } from './doc-parts.js';
import { fromEntries, type JsonObject } from './json.js';
import { BASE64, BIGINT, DATE, namePattern, templatePattern } from './text-patterns.js';

export type Schema = JsonObject;

/** Where the versions of JSON Schema differ, and how the document refers to its named types. */
export interface Dialect {
  /** The URI of a named type's schema. */
  reference(name: string): string;
  /** `rest` is `undefined` if there are no more items than these. */
  tuple(items: readonly Schema[], rest: Schema | undefined): Schema;
  /** A schema with words about it. */
  annotated(schema: Schema, words: Schema): Schema;
}

/** JSON Schema 2020-12, with named types in `$defs`. */
export const DRAFT_2020_12: Dialect = {
  reference: (name) => `#/$defs/${encodeURIComponent(name)}`,
  tuple: (items, rest) => ({
    ...(items.length > 0 && { prefixItems: items }),
    items: rest ?? false,
  }),
  annotated: (schema, words) => ({ ...schema, ...words }),
};

/** Makes the schemas of one service. */
export interface SchemaWriter {
  readonly graph: TypeGraph;
  /** What stands for a type that is there: where it may be `undefined`, it may also be absent. */
  type(type: TypeModel): Schema;
  named(type: NamedType): Schema;
  /** The list of a method's arguments. */
  arguments(method: MethodModel): Schema;
}

export function createSchemaWriter(types: ReadonlyMap<string, NamedType>, dialect: Dialect): SchemaWriter {
  const graph = createTypeGraph(types);
  const writer: Writer = { graph, dialect, type: (type) => typeSchema(writer, type) };
  return {
    graph,
    type: writer.type,
    named: ({ type, docs }) => {
      const schema = type.kind === 'object' ? objectSchema(writer, type, docs?.members) : writer.type(type);
      return dialect.annotated(schema, wordsOf(docs?.doc));
    },
    arguments: (method) => argumentsSchema(writer, method),
  };
}

interface Writer {
  readonly graph: TypeGraph;
  readonly dialect: Dialect;
  readonly type: (type: TypeModel) => Schema;
}

const NOTHING: Schema = { not: {} };

/** The keywords that a comment becomes. */
function wordsOf(doc: string | undefined): Schema {
  const { text, deprecated, examples } = splitDoc(doc);
  const values = examples.flatMap(jsonIn);
  return {
    ...(text !== '' && { description: text }),
    ...(deprecated !== undefined && { deprecated: true }),
    ...(values.length > 0 && { examples: values }),
  };
}

/** An example that is JSON data; most are code. */
function jsonIn(example: string): Schema[] {
  try {
    return [JSON.parse(example)];
  } catch {
    return [];
  }
}

function typeSchema(writer: Writer, type: TypeModel): Schema {
  const { graph, dialect } = writer;
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return { type: type.kind };
    case 'undefined':
    case 'never':
      return NOTHING;
    case 'opaque':
      return {};
    case 'bigint':
      return { type: 'string', pattern: BIGINT, maxLength: 4_096 };
    case 'date':
      return { type: 'string', format: 'date-time', pattern: DATE };
    case 'bytes':
    case 'buffer':
      return { type: 'string', contentEncoding: 'base64', pattern: BASE64 };
    case 'url':
      return { type: 'string', format: 'uri' };
    case 'literal':
    case 'bigintLiteral':
      return { const: type.value };
    case 'enum':
      return { enum: [...new Set(type.values)] };
    case 'template':
      return { type: 'string', pattern: templatePattern(type) };
    case 'array':
      return { type: 'array', items: itemSchema(writer, type.item) };
    case 'set':
      return {
        type: 'array',
        items: itemSchema(writer, type.item),
        ...(hasPrimitives(graph, type.item) && { uniqueItems: true }),
      };
    case 'map': {
      const pair = [itemSchema(writer, type.key), itemSchema(writer, type.value)];
      return { type: 'array', items: { type: 'array', ...dialect.tuple(pair, undefined), minItems: 2 } };
    }
    case 'tuple':
      return tupleSchema(writer, type);
    case 'object':
      return objectSchema(writer, type, undefined);
    case 'union':
      return unionSchema(writer, type);
    case 'checked':
      return checkedSchema(writer, type);
    case 'reference':
      return { $ref: dialect.reference(type.name) };
  }
}

/** An item of a list, where `null` stands for `undefined`. */
function itemSchema({ graph, type: schema }: Writer, type: TypeModel, optional = false): Schema {
  const isMissing = (optional || graph.has(type, 'undefined')) && !graph.acceptsNull(type);
  return isMissing ? orNull(schema(withoutUndefined(graph, type))) : schema(type);
}

const orNull = (schema: Schema): Schema =>
  schema === NOTHING ? { type: 'null' } : { anyOf: [schema, { type: 'null' }] };

/** Whether equal data is equal values: two dates of the same time are two items of a set. */
function hasPrimitives(graph: TypeGraph, type: TypeModel): boolean {
  return graph.branches(type).every((branch) => PRIMITIVES.has(graph.shape(branch).kind));
}

const PRIMITIVES: ReadonlySet<TypeModel['kind']> = new Set([
  ...(['string', 'number', 'boolean', 'bigint', 'null', 'undefined', 'literal', 'bigintLiteral'] as const),
  ...(['template', 'enum', 'never'] as const),
]);

function tupleSchema(writer: Writer, { items }: TypeModel & { readonly kind: 'tuple' }): Schema {
  const at = items.findIndex((item) => item.rest);
  const before = at === -1 ? items : items.slice(0, at);
  const after = at === -1 ? [] : items.slice(at + 1);
  const least = before.filter((item) => !item.optional).length + after.length;
  const first = before.map(({ type, optional }) => itemSchema(writer, type, optional));
  const rest = items.slice(before.length).map(({ type }) => itemSchema(writer, type));
  const [only] = rest;
  const others = only === undefined || rest.length === 1 ? only : { anyOf: rest };
  return { type: 'array', ...writer.dialect.tuple(first, others), ...(least > 0 && { minItems: least }) };
}

function objectSchema(
  writer: Writer,
  type: ObjectModel,
  docs: ReadonlyMap<string, string> | undefined,
): Schema {
  if (isEmptyObject(type)) return { not: { type: 'null' } };
  const { graph, dialect } = writer;
  const properties = type.members.map(
    ({ name, type: member }) =>
      [
        name,
        dialect.annotated(writer.type(withoutUndefined(graph, member)), wordsOf(docs?.get(name))),
      ] as const,
  );
  const required = type.members
    .filter((member) => !member.optional && !graph.has(member.type, 'undefined'))
    .map(({ name }) => name);
  return {
    type: 'object',
    ...(properties.length > 0 && { properties: fromEntries(properties) }),
    ...(required.length > 0 && { required }),
    ...otherMembers(writer, type),
  };
}

/** What members have to be that the type does not name: what every index signature for their name says. */
function otherMembers(writer: Writer, { indexes, additionalProperties }: ObjectModel): Schema {
  const schemaOf = ({ type }: IndexModel) => writer.type(withoutUndefined(writer.graph, type));
  // What is for all names says no more of those of a pattern than the pattern does.
  const text = indexes.find(({ key }) => key.kind === 'string');
  const patterns = indexes.flatMap((index): [string, Schema][] => {
    const pattern = namePattern(index.key);
    return pattern === undefined ? [] : [[`^(?:${pattern})$`, schemaOf(index)]];
  });
  return {
    ...(patterns.length > 0 && { patternProperties: fromEntries(patterns) }),
    ...(text !== undefined && { additionalProperties: schemaOf(text) }),
    ...(text === undefined && additionalProperties === 'refuse' && { additionalProperties: false }),
  };
}

function unionSchema(writer: Writer, type: TypeModel & { readonly kind: 'union' }): Schema {
  const { graph } = writer;
  const present = withoutUndefined(graph, type);
  if (present.kind !== 'union') return writer.type(present);
  const values = literalsOf(graph, present);
  if (values !== undefined) return values.length === 0 ? NOTHING : { enum: values };
  return { anyOf: present.members.map(writer.type) };
}

function checkedSchema(writer: Writer, { type, checks }: CheckedModel): Schema {
  const inner = writer.type(type);
  const family = FAMILIES[writer.graph.shape(type).kind];
  const isExpressible = ({ kind }: CheckModel): boolean => family?.includes(kind) === true;
  const [keywords = {}, ...further] = keywordsOf(checks.filter(isExpressible));
  const others = checks.filter((check) => !isExpressible(check)).map(describeCheck);
  const words = others.length === 0 ? {} : { $comment: `Also checked: ${others.join(', ')}` };
  const clashes =
    further.length > 0 || '$ref' in inner || Object.keys(keywords).some((keyword) => keyword in inner);
  return clashes
    ? { allOf: [inner, ...(Object.keys(keywords).length > 0 ? [keywords] : []), ...further], ...words }
    : { ...inner, ...keywords, ...words };
}

/** Keywords for all checks: several schemas, if there are several patterns. */
function keywordsOf(checks: readonly CheckModel[]): Schema[] {
  const isRepeated = (check: CheckModel, index: number) =>
    checks.findIndex(({ kind }) => kind === check.kind) < index;
  const schemaOf = (some: readonly CheckModel[]) =>
    fromEntries(some.map((check) => [check.kind, keywordOf(check)]));
  const once = checks.filter((check, index) => !isRepeated(check, index));
  return [schemaOf(once), ...checks.filter(isRepeated).map((check) => schemaOf([check]))];
}

const NUMBERS: readonly CheckModel['kind'][] = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
];
const TEXTS: readonly CheckModel['kind'][] = ['minLength', 'maxLength', 'pattern', 'format'];
const LISTS: readonly CheckModel['kind'][] = ['minItems', 'maxItems', 'uniqueItems'];
const MEMBERS: readonly CheckModel['kind'][] = ['minProperties', 'maxProperties'];

/** The checks that mean the same for the wire form as for the value. */
const FAMILIES: Readonly<Partial<Record<TypeModel['kind'], readonly CheckModel['kind'][]>>> = {
  number: NUMBERS,
  string: TEXTS,
  template: TEXTS,
  array: LISTS,
  tuple: LISTS,
  set: LISTS,
  map: LISTS,
  object: MEMBERS,
};

const keywordOf = (check: CheckModel): string | number | boolean => ('value' in check ? check.value : true);

/** A check that JSON Schema has no word for. */
export function describeCheck(check: CheckModel): string {
  if (check.kind === 'class') return `class-validator on ${check.class.name}`;
  if (check.kind === 'schema') return `schema ${check.schema.name}`;
  return 'value' in check ? `${check.kind} ${check.value}` : check.kind;
}

function argumentsSchema(writer: Writer, { parameters, doc }: MethodModel): Schema {
  const { graph, dialect } = writer;
  const said = splitDoc(doc).parameters;
  const isMissable = parameters.map(
    ({ optional, isRest, type }) => optional || isRest || graph.has(type, 'undefined'),
  );
  const schemas = parameters.map(({ name, type, isRest }, index) => {
    const schema = isRest ? itemSchema(writer, type) : writer.type(withoutUndefined(graph, type));
    const isMissing = isMissable[index] === true && !isRest && !graph.acceptsNull(type);
    return dialect.annotated(isMissing ? orNull(schema) : schema, {
      title: name,
      ...(said.has(name) && { description: said.get(name) }),
    });
  });
  const hasRest = parameters.at(-1)?.isRest === true;
  const least = isMissable.lastIndexOf(false) + 1;
  const list = dialect.tuple(hasRest ? schemas.slice(0, -1) : schemas, hasRest ? schemas.at(-1) : undefined);
  return { type: 'array', ...list, ...(least > 0 && { minItems: least }) };
}
