// The AsyncAPI 3 document of all services: queues as channels, methods as operations with their replies.

import { JSON_MARK } from '../generated-mark.js';
import { type ErrorModel, type MethodModel, queueOf, type ServiceModel, versionOf } from '../model.js';
import { contractHash } from '../plan/contract-hash.js';
import { withoutUndefined } from '../plan/unions.js';
import { CALL_HEADERS, CALL_SCHEMA, FAILED_MESSAGE, OUTCOME_HEADERS } from './async-api-parts.js';
import { type ComponentKeys, createComponentKeys } from './component-keys.js';
import { splitDoc } from './doc-parts.js';
import { fromEntries, type JsonObject, jsonText } from './json.js';
import { createSchemaWriter, type Dialect, type Schema, type SchemaWriter } from './schema.js';

/** What the services of one document share. */
interface Document {
  readonly keys: ComponentKeys;
  readonly channels: [string, JsonObject][];
  readonly operations: [string, JsonObject][];
  readonly messages: [string, JsonObject][];
  readonly schemas: [string, Schema][];
}

/** `contractPath` gives the path of a service's contract as the document sees it. */
export function asyncApiFile(
  services: readonly ServiceModel[],
  contractPath: (service: ServiceModel) => string,
): string {
  const document: Document = {
    keys: createComponentKeys(),
    channels: [],
    operations: [],
    messages: [['mq-rpc.failed', FAILED_MESSAGE]],
    schemas: [['mq-rpc.call', CALL_SCHEMA]],
  };
  for (const service of services) addService(document, service);
  return jsonText({
    'x-generated-by': `${JSON_MARK} from ${[...new Set(services.map(contractPath))].join(', ')}: do not edit.`,
    asyncapi: '3.0.0',
    info: info(services),
    defaultContentType: 'application/json',
    channels: fromEntries(document.channels),
    operations: fromEntries(document.operations),
    components: { messages: fromEntries(document.messages), schemas: fromEntries(document.schemas) },
  });
}

/** A document of one service has its version, and its description. */
function info(services: readonly ServiceModel[]): JsonObject {
  const [first, second] = services;
  const isOne = first !== undefined && second === undefined;
  const text = isOne ? splitDoc(first.doc).text : '';
  return {
    title: services.map(({ name }) => name).join(', '),
    version: isOne
      ? versionOf(first)
      : services.map((service) => `${service.name} ${versionOf(service)}`).join(', '),
    ...(text !== '' && { description: text }),
  };
}

/** One service of the document. */
interface Part {
  readonly document: Document;
  readonly service: ServiceModel;
  /** `orders.v1` */
  readonly queue: string;
  readonly schemas: SchemaWriter;
  /** The key of a component of this service. */
  readonly keyOf: (name: string) => string;
}

function addService(document: Document, service: ServiceModel): void {
  const queue = queueOf(service);
  const keyOf = (name: string): string => document.keys.keyOf(`${queue}.${name}`);
  const dialect: Dialect = { ...DRAFT_07, reference: (name) => `#/components/schemas/${keyOf(name)}` };
  const part: Part = { document, service, queue, keyOf, schemas: createSchemaWriter(service.types, dialect) };
  const isEvent = ({ options }: MethodModel): boolean => options.event === true;
  const calls = service.methods.filter((method) => !isEvent(method));
  const answered = calls.filter(({ oneWay }) => !oneWay);
  addChannel(part, CALLS, calls);
  addChannel(part, EVENTS, service.methods.filter(isEvent));
  if (answered.length > 0) document.channels.push([`${queue}.outcomes`, outcomes(part, answered)]);
  for (const method of service.methods) addMethod(part, method);
  for (const type of service.types.values())
    document.schemas.push([keyOf(type.name), part.schemas.named(type)]);
}

/** The schemas of AsyncAPI are those of draft 7: a reference stands alone, and lists have `additionalItems`. */
const DRAFT_07: Omit<Dialect, 'reference'> = {
  tuple(items, rest) {
    if (items.length === 0) return rest === undefined ? { maxItems: 0 } : { items: rest };
    return { items, additionalItems: rest ?? false };
  },
  annotated(schema, words) {
    if (Object.keys(words).length === 0) return schema;
    return '$ref' in schema ? { allOf: [schema], ...words } : { ...schema, ...words };
  },
};

interface ChannelKind {
  readonly key: string;
  readonly address: string;
  readonly action: 'receive' | 'send';
  readonly description: string;
}

const CALLS: ChannelKind = {
  key: '',
  address: '',
  action: 'receive',
  description:
    'The queue of the service. Where connections have a namespace, it comes first, with a colon: `acme:orders.v1`.',
};

const EVENTS: ChannelKind = {
  key: '.events',
  address: '/events',
  action: 'send',
  description:
    'Where events are published. A copy of each goes to the queue of every group that subscribes, whose name is this one, a slash and the group.',
};

function addChannel(
  { document, queue, keyOf }: Part,
  kind: ChannelKind,
  methods: readonly MethodModel[],
): void {
  if (methods.length === 0) return;
  const messages = methods.map(({ name }) => [keyOf(name), reference('messages', keyOf(name))] as const);
  const channel: JsonObject = {
    address: queue + kind.address,
    title: queue + kind.address,
    description: kind.description,
    messages: fromEntries(messages),
  };
  document.channels.push([queue + kind.key, channel]);
}

const reference = (kind: 'messages' | 'schemas', key: string): JsonObject => ({
  $ref: `#/components/${kind}/${key}`,
});

const OUTCOMES =
  "How calls have ended. An outcome is stored with its queue under the id of the call, where whoever has the id can fetch it for as long as it is kept, and pushed to the caller's inbox.";

function outcomes({ keyOf }: Part, methods: readonly MethodModel[]): JsonObject {
  const keys = methods.flatMap((method) => outcomeNames(method).map(keyOf));
  const all = [...keys, 'mq-rpc.failed'];
  return {
    address: null,
    title: 'Outcomes',
    description: OUTCOMES,
    messages: fromEntries(all.map((key) => [key, reference('messages', key)])),
  };
}

const outcomeNames = ({ name, throws }: MethodModel): string[] => [
  `${name}.answered`,
  ...throws.map((error) => `${name}.error.${error.name}`),
];

function addMethod(part: Part, method: MethodModel): void {
  const { document, queue, keyOf } = part;
  const kind = method.options.event === true ? EVENTS : CALLS;
  const channel = queue + kind.key;
  document.messages.push([keyOf(method.name), callMessage(part, method)]);
  document.schemas.push([keyOf(`${method.name}.arguments`), part.schemas.arguments(method)]);
  const operation: JsonObject = {
    action: kind.action,
    channel: { $ref: `#/channels/${channel}` },
    title: method.name,
    ...describedBy(splitDoc(method.doc).text),
    messages: [inChannel(channel, keyOf(method.name))],
    ...(!method.oneWay && { reply: reply(part, method) }),
    'x-mq-rpc': optionsOf(part, method),
  };
  document.operations.push([keyOf(method.name), operation]);
  if (!method.oneWay) addOutcomes(part, method);
}

const inChannel = (channel: string, message: string): JsonObject => ({
  $ref: `#/channels/${channel}/messages/${message}`,
});

const describedBy = (text: string): JsonObject => (text === '' ? {} : { description: text });

function reply({ queue, keyOf }: Part, method: MethodModel): JsonObject {
  const keys = [...outcomeNames(method).map(keyOf), 'mq-rpc.failed'];
  return {
    address: {
      location: '$message.header#/replyTo',
      description:
        'The inbox of the caller; without one, nothing is pushed, and the outcome waits to be fetched.',
    },
    channel: { $ref: `#/channels/${queue}.outcomes` },
    messages: keys.map((key) => inChannel(`${queue}.outcomes`, key)),
  };
}

/** What the contract says of the method: those of its service first, its own over them. */
const optionsOf = ({ service }: Part, { options }: MethodModel): JsonObject => ({
  service: service.name,
  version: versionOf(service),
  contractHash: contractHash(service),
  options: { ...service.options, ...options } as JsonObject,
});

function callMessage({ keyOf }: Part, { name, doc }: MethodModel): JsonObject {
  return {
    name,
    title: `A call of ${name}`,
    ...describedBy(splitDoc(doc).text),
    headers: CALL_HEADERS,
    correlationId: { location: '$message.header#/id', description: 'The id of the call.' },
    payload: {
      allOf: [
        reference('schemas', 'mq-rpc.call'),
        {
          type: 'object',
          properties: { m: { const: name }, a: reference('schemas', keyOf(`${name}.arguments`)) },
        },
      ],
    },
  };
}

function addOutcomes(part: Part, method: MethodModel): void {
  const { document, keyOf } = part;
  document.messages.push([keyOf(`${method.name}.answered`), answeredMessage(part, method)]);
  for (const error of method.throws) {
    document.messages.push([keyOf(`${method.name}.error.${error.name}`), errorMessage(part, method, error)]);
  }
}

const outcomeMessage = (name: string, title: string, payload: JsonObject): JsonObject => ({
  name,
  title,
  headers: OUTCOME_HEADERS,
  correlationId: { location: '$message.header#/id', description: 'The id of the call.' },
  payload,
});

const outcomePayload = (members: JsonObject, required: readonly string[]): JsonObject => ({
  type: 'object',
  properties: { v: { const: 1 }, ...members },
  required: ['v', ...required],
});

function answeredMessage({ schemas: { graph, type } }: Part, { name, doc, result }: MethodModel): JsonObject {
  const model = result?.type ?? { kind: 'undefined' };
  const isMissable = graph.has(model, 'undefined');
  const present = withoutUndefined(graph, model);
  const isNothing = present.kind === 'union' && present.members.length === 0;
  const ok: JsonObject = isNothing ? {} : { ok: type(present) };
  const message = outcomeMessage(
    `${name}.answered`,
    `The answer of ${name}`,
    outcomePayload({ m: { const: name }, ...ok }, isMissable ? [] : ['ok']),
  );
  const { returns } = splitDoc(doc);
  return { ...message, ...describedBy(returns ?? '') };
}

function errorMessage(
  { schemas: { graph, type } }: Part,
  method: MethodModel,
  error: ErrorModel,
): JsonObject {
  const data = withoutUndefined(graph, error.data);
  const hasData = !graph.has(error.data, 'undefined');
  const no: JsonObject = {
    type: 'object',
    properties: {
      name: { const: error.name },
      message: { type: 'string' },
      ...((hasData || data.kind !== 'union' || data.members.length > 0) && { data: type(data) }),
    },
    required: ['name', 'message', ...(hasData ? ['data'] : [])],
  };
  const payload = outcomePayload({ m: { const: method.name }, no }, ['no']);
  const message = outcomeMessage(error.name, `${error.name} of ${method.name}`, payload);
  return { ...message, ...describedBy(splitDoc(error.doc).text) };
}
