// The JSON Schema of a service: `orders.schema.json`, JSON Schema 2020-12.

import { JSON_MARK } from '../generated-mark.js';
import { type MethodModel, type ServiceModel, type TypeModel, versionOf } from '../model.js';
import { contractHash } from '../plan/contract-hash.js';
import { withoutUndefined } from '../plan/unions.js';
import { splitDoc } from './doc-parts.js';
import { fromEntries, type JsonObject, jsonText } from './json.js';
import { createSchemaWriter, DRAFT_2020_12, type Schema, type SchemaWriter } from './schema.js';

/**
 * The definitions of a service: its named types, and of each method `place.arguments`, `place.result` and
 * `place.error.OutOfStock`. Names of types have no dots, so that no two of them are one.
 */
export function jsonSchemaFile(service: ServiceModel, contractPath: string): string {
  const writer = createSchemaWriter(service.types, DRAFT_2020_12);
  const types = [...service.types.values()].map((type) => [type.name, writer.named(type)] as const);
  const methods = service.methods.flatMap((method) => methodDefinitions(writer, method));
  const version = versionOf(service);
  const { text } = splitDoc(service.doc);
  const document: JsonObject = {
    $comment: `${JSON_MARK} from ${contractPath}: do not edit. Contract ${service.name} ${version}, ${contractHash(service).slice(0, 12)}.`,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${service.name} ${version}`,
    description: text === '' ? undefined : text,
    $defs: fromEntries([...methods, ...types]),
  };
  return jsonText(document);
}

function methodDefinitions(writer: SchemaWriter, method: MethodModel): [string, Schema][] {
  const { name, doc, result, throws } = method;
  const { returns } = splitDoc(doc);
  return [
    [`${name}.arguments`, writer.arguments(method)],
    ...(result === undefined ? [] : value(writer, `${name}.result`, result.type, returns)),
    ...throws.flatMap((error) =>
      value(writer, `${name}.error.${error.name}`, error.data, splitDoc(error.doc).text),
    ),
  ];
}

/** Nothing where there is never a value. */
function value(
  { graph, type: schema }: SchemaWriter,
  name: string,
  type: TypeModel,
  description: string | undefined,
): [string, Schema][] {
  if (graph.branches(type).every((branch) => graph.resolve(branch).kind === 'undefined')) return [];
  const words = description === undefined || description === '' ? {} : { description };
  return [[name, DRAFT_2020_12.annotated(schema(withoutUndefined(graph, type)), words)]];
}
