// What has to be true of a delivery before its handler starts.

import type { DeadReason, Delivery, Settlement, Understanding } from '../broker/broker.js';
import { endOf } from '../broker/end-of.js';
import { contractMark, type MethodDescriptor, type ServiceDescriptor } from '../contract/descriptor.js';
import type { RpcErrorCode, RpcErrorDetails } from '../errors.js';
import { decodeEnvelope, type Envelope, EnvelopeError } from '../wire/envelope.js';
import { encodeFailure } from '../wire/outcome.js';
import { Refusal } from '../wire/refusal.js';
import type { DispatchContext } from './dispatch.js';
import type { Handler } from './service-server.js';

/** A delivery that no handler will see. */
class Undeliverable extends Error {
  readonly reason: DeadReason;
  readonly code: RpcErrorCode;
  readonly details: RpcErrorDetails;

  constructor(reason: DeadReason, code: RpcErrorCode, message: string, details: RpcErrorDetails = {}) {
    super(message);
    this.reason = reason;
    this.code = code;
    this.details = details;
  }
}

/** A delivery for another worker, whose contract has what this one's lacks. */
class Parked extends Error {
  readonly needs: Understanding;

  constructor(needs: Understanding) {
    super('the call is for another version of the contract');
    this.needs = needs;
  }
}

/** A call that has passed every check and waits for its handler. */
export interface Checked {
  readonly envelope: Envelope;
  readonly method: MethodDescriptor;
  readonly handler: Handler;
  readonly args: readonly unknown[];
}

/** body → envelope → version → method → arguments. Throws what {@link settleUnchecked} makes a settlement of. */
export function checkDelivery(
  { implementation, maxBodyBytes }: DispatchContext,
  delivery: Delivery,
): Checked {
  const { service, handlers } = implementation;
  const envelope = readEnvelope(delivery.body, maxBodyBytes);
  checkVersion(service, envelope);
  const handler = handlers.get(envelope.method);
  const method = handler && service.methods[envelope.method];
  if (handler === undefined || method === undefined) throw unknownMethod(service, envelope);
  return { envelope, method, handler, args: decodeArguments(method, envelope) };
}

function readEnvelope(body: string, maxBodyBytes: number): Envelope {
  if (Buffer.byteLength(body) > maxBodyBytes) {
    throw new Undeliverable('too-large', 'TOO_LARGE', `the call takes more than ${maxBodyBytes} bytes`);
  }
  try {
    return decodeEnvelope(body);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    const code = error.problem === 'malformed' ? 'MALFORMED' : 'UNSUPPORTED_VERSION';
    throw new Undeliverable(error.problem, code, error.message);
  }
}

/** What a worker with this contract understands. */
export const understandingOf = (service: ServiceDescriptor): Understanding => ({
  minor: minorOf(service.version),
  contract: contractMark(service),
});

/** Whose contract it is has to understand the call: it would be given to nobody else. */
const isContractOf = ({ contractHash }: ServiceDescriptor, contract: string): boolean =>
  contractHash.startsWith(contract);

const minorOf = (version: string): number => Number(version.slice(version.indexOf('.') + 1));

function checkVersion(service: ServiceDescriptor, { version, contract }: Envelope): void {
  if (version === service.version) return;
  const major = (text: string) => text.slice(0, text.indexOf('.'));
  if (major(version) !== major(service.version)) {
    const message = `${service.service} ${service.version} does not answer calls of version ${version}`;
    throw new Undeliverable('unsupported-version', 'UNSUPPORTED_VERSION', message);
  }
  const minor = minorOf(version);
  if (minor > minorOf(service.version) && !isContractOf(service, contract))
    throw new Parked({ minor, contract });
}

/** Contracts of one version that differ are steps of its development: a step ahead has methods that this one lacks. */
function unknownMethod(service: ServiceDescriptor, { version, contract, method }: Envelope): Error {
  if (version === service.version && !isContractOf(service, contract)) {
    // Not this worker's minor version: it would be given the call again.
    return new Parked({ minor: minorOf(version) + 1, contract });
  }
  return new Undeliverable(
    'unknown-method',
    'UNKNOWN_METHOD',
    `${service.service} ${service.version} has no method ${JSON.stringify(method.slice(0, 100))}`,
  );
}

function decodeArguments(method: MethodDescriptor, { args }: Envelope): readonly unknown[] {
  try {
    return method.decodeArguments(args);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { path, expected, got } = error;
    throw new Undeliverable('invalid-argument', 'INVALID_ARGUMENT', error.message, { path, expected, got });
  }
}

/** How a call ends, or waits, that has not passed. */
export function settleUnchecked(delivery: Delivery, error: unknown): Settlement {
  if (error instanceof Parked) return { ...endOf(delivery), outcome: 'parked', needs: error.needs };
  const { reason, code, message, details } =
    error instanceof Undeliverable
      ? error
      : new Undeliverable('malformed', 'MALFORMED', 'the call cannot be read');
  return { ...endOf(delivery), outcome: 'dead', reason, result: encodeFailure(code, message, details) };
}
