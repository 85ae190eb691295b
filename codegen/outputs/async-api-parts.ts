// The parts of AsyncAPI documents that are the same for all services: envelopes, as docs/wire-format.md has them.

import type { JsonObject } from './json.js';

/** What the broker keeps beside the body of a call. */
export const CALL_HEADERS: JsonObject = {
  type: 'object',
  description: 'What the broker keeps beside the body. The names are those of this document.',
  properties: {
    id: { type: 'string', format: 'uuid', description: 'The id of the call, made by its caller.' },
    replyTo: { type: 'string', description: 'The inbox of the caller, if it waits for the outcome.' },
    priority: { type: 'integer', minimum: 0, maximum: 7, description: 'Higher is claimed first.' },
    expiresAt: {
      type: 'integer',
      description: 'In ms since the epoch: from then on the call is not started.',
    },
  },
  required: ['id', 'priority'],
};

export const OUTCOME_HEADERS: JsonObject = {
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid', description: 'The id of the call.' } },
  required: ['id'],
};

/** The envelope of a call, but for its method and the arguments. */
export const CALL_SCHEMA: JsonObject = {
  type: 'object',
  description: 'The body of a call, in version 1 of the wire format.',
  properties: {
    v: { const: 1, description: 'Version of the wire format.' },
    m: { type: 'string', description: 'Name of the method.' },
    c: {
      type: 'string',
      pattern: '^\\d{1,9}\\.\\d{1,9}/[0-9a-f]{1,64}$',
      description: 'Contract of the caller: its version, and the beginning of its hash.',
    },
    a: { type: 'array', description: 'The arguments.' },
    f: { type: 'string', description: "Name of the caller's connection." },
    d: { type: 'integer', description: 'Deadline, in ms since the epoch: after it no handler starts.' },
    r: { type: 'array', description: 'Retries, if the caller asked for others than the contract.' },
    x: { const: 1, description: 'An express call: there is no second attempt.' },
    h: { type: 'object', additionalProperties: { type: 'string' }, description: 'Headers.' },
    e: { type: 'object', description: 'Of an event: how its copies are sent.' },
  },
  required: ['v', 'm', 'c', 'a'],
};

/** The outcome of a call that has no answer and never will. */
export const FAILED_MESSAGE: JsonObject = {
  name: 'failed',
  title: 'A failure',
  description: 'The call has ended without an answer: `code` is one of those of `RpcError`.',
  headers: OUTCOME_HEADERS,
  correlationId: { location: '$message.header#/id', description: 'The id of the call.' },
  payload: {
    type: 'object',
    properties: {
      v: { const: 1 },
      error: {
        type: 'object',
        properties: {
          code: { type: 'string' },
          message: { type: 'string' },
          path: { type: 'string', description: 'Where in the arguments or the result.' },
          expected: { type: 'string', description: 'What the type asks for there.' },
          got: { type: 'string', description: 'What kind of value was there.' },
        },
        required: ['code', 'message'],
      },
    },
    required: ['v', 'error'],
  },
};
