// Mends dead letters: has somebody change a call, and puts it into its envelope again.

import type { DeadLetter } from '../broker/broker.js';
import { type CallVersion, versionOf } from '../contract/contract-version.js';
import { contractMark, type ServiceDescriptor } from '../contract/descriptor.js';
import { RpcError } from '../errors.js';
import { sending } from '../wire/at.js';
import { type Envelope, encodeEnvelope } from '../wire/envelope.js';
import { opaque } from '../wire/opaque.js';
import { Refusal } from '../wire/refusal.js';
import { createEntry, type DeadLetterEntry } from './dead-letter-entry.js';
import type { NamedQueue } from './queue-of.js';
import { envelopeIn } from './rewritten-body.js';

/** The part of a call that can be changed. */
export interface LetterCall {
  /** Empty if it cannot be read. */
  method: string;
  /** JSON data; empty if it cannot be read. */
  args: unknown[];
  headers: Record<string, string>;
}

/** Gives the call as it is to be; may change and return the one it gets. Without `Promise`, or with one. */
export type EditLetter = (call: LetterCall, letter: DeadLetterEntry) => LetterCall | Promise<LetterCall>;

/**
 * The new body of a letter. Throws a `TypeError` if what comes back is no call, and an `RpcError` with code
 * `INVALID_ARGUMENT` if the arguments are not what the contract asks for, where that is known.
 */
export async function editedBody(letter: DeadLetter, edit: EditLetter, of: NamedQueue): Promise<string> {
  const entry = createEntry(letter, of.name);
  const { method = '', args, headers } = entry;
  const given = { method, args: Array.isArray(args) ? structuredClone(args) : [], headers: { ...headers } };
  const call = checkCall(await edit(given, entry));
  // What was checked against a contract is a call of that contract.
  const version = of.service && checkAgainst(of.service, call, letter.id);
  return encodeEnvelope({ ...envelopeFor(letter, entry, of), ...version, ...call });
}

function checkCall(call: unknown): LetterCall {
  const refuse = (what: string, expected: string): never => {
    throw new TypeError(`edit: expected ${what} to be ${expected}`);
  };
  if (typeof call !== 'object' || call === null) refuse('what it returns', '{ method, args, headers }');
  const { method, args, headers } = call as Record<string, unknown>;
  if (typeof method !== 'string' || method === '') return refuse('method', 'a text that is not empty');
  if (!Array.isArray(args)) return refuse('args', 'an array');
  if (typeof headers !== 'object' || headers === null) return refuse('headers', 'an object of texts');
  const isText = ([name, text]: [string, unknown]) => name !== '__proto__' && typeof text === 'string';
  if (!Object.entries(headers).every(isText)) return refuse('headers', 'an object of texts');
  return { method, args: plainData(args), headers: headers as Record<string, string> };
}

function plainData(args: readonly unknown[]): unknown[] {
  try {
    return opaque(args, sending(), 'args') as unknown[];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new TypeError(`edit: ${error.message}`);
  }
}

function checkAgainst(
  contract: ServiceDescriptor,
  { method: name, args }: LetterCall,
  id: string,
): CallVersion {
  const { service, methods } = contract;
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) throw new TypeError(`edit: ${service} has no method ${JSON.stringify(name)}`);
  try {
    method.decodeArguments(args);
    return versionOf(contract, method);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { path, expected, got } = error;
    const message = `edit: ${service}.${name}: ${error.message}`;
    throw new RpcError('INVALID_ARGUMENT', message, { callId: id, path, expected, got });
  }
}

/** What the call says besides; its deadline is over. One that cannot be read becomes one of the contract at hand. */
function envelopeFor(
  { id, body }: DeadLetter,
  { caller }: DeadLetterEntry,
  { service }: NamedQueue,
): Envelope {
  const envelope = envelopeIn(body);
  if (envelope !== undefined) return { ...envelope, deadlineAt: undefined };
  if (service === undefined) {
    throw new TypeError(
      `edit: dead letter ${id} is no call that can be read, and a queue's name does not say what would be one: ask for the dead letters of a descriptor`,
    );
  }
  return {
    method: '',
    version: service.version,
    contract: contractMark(service),
    form: service.version,
    caller,
    deadlineAt: undefined,
    retry: undefined,
    isExpress: false,
    headers: {},
    args: [],
  };
}
