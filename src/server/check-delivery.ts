// What has to be true of a delivery before its handler starts.

import type { DeadReason, Delivery, Settlement, Understanding } from '../broker/broker.js';
import { endOf } from '../broker/end-of.js';
import { majorOf, minorOf } from '../contract/contract-version.js';
import { contractMark, type MethodDescriptor, type ServiceDescriptor } from '../contract/descriptor.js';
import { messageOf, type RpcErrorCode, type RpcErrorDetails } from '../errors.js';
import { decodeEnvelope, type Envelope, EnvelopeError } from '../wire/envelope.js';
import { encodeFailure } from '../wire/outcome.js';
import { forsake, isThenable } from '../wire/promises.js';
import { Refusal } from '../wire/refusal.js';
import type { DispatchContext } from './dispatch.js';
import type { Handler, ServedMethod } from './service-server.js';

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

  constructor(message: string, needs: Understanding) {
    super(message);
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
  const { service, methods } = implementation;
  const envelope = readEnvelope(delivery.body, maxBodyBytes);
  checkVersion(service, envelope);
  const served = methods.get(envelope.method);
  if (served === undefined) throw unknownMethod(service, envelope);
  const { method, handler } = served;
  return { envelope, method, handler, args: readArguments(service, served, delivery.id, envelope) };
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

function checkVersion(service: ServiceDescriptor, envelope: Envelope): void {
  const { version, form } = envelope;
  if (version === service.version) return;
  if (majorOf(version) !== majorOf(service.version)) {
    const message = `${service.service} ${service.version} does not answer calls of version ${version}`;
    throw new Undeliverable('unsupported-version', 'UNSUPPORTED_VERSION', message);
  }
  const isNewer = minorOf(form) > minorOf(service.version);
  if (isNewer && !isContractOf(service, envelope.contract)) throw parked(service, envelope, form);
}

/** Waits for a server of that version, or of the same contract. */
function parked({ service, version: own }: ServiceDescriptor, envelope: Envelope, version: string): Parked {
  const { contract } = envelope;
  const message = `${service} ${own} parks calls of ${service} ${envelope.version} (contract ${contract}): they wait for a server of version ${version} or later`;
  return new Parked(message, { minor: minorOf(version), contract });
}

/** Whether the call may be fine for a server that is further than this one. */
const isAhead = (service: ServiceDescriptor, { version, contract }: Envelope): boolean =>
  minorOf(version) > minorOf(service.version) && !isContractOf(service, contract);

function unknownMethod(service: ServiceDescriptor, envelope: Envelope): Error {
  const { version, contract, method } = envelope;
  if (isAhead(service, envelope)) return parked(service, envelope, version);
  if (version === service.version && !isContractOf(service, contract)) {
    // Contracts of one version that differ are steps of its development: a step ahead has methods that this one
    // lacks. Not this worker's minor version: it would be given the call again.
    return parked(service, envelope, `${majorOf(version)}.${minorOf(version) + 1}`);
  }
  const message = `${service.service} ${service.version} has no method ${JSON.stringify(method.slice(0, 100))}${callerOf(service, envelope)}`;
  return new Undeliverable('unknown-method', 'UNKNOWN_METHOD', message);
}

/** Whose contract it is, if it is another one, and what to do about it. */
function callerOf(service: ServiceDescriptor, { version, contract }: Envelope): string {
  if (isContractOf(service, contract)) return '';
  const help = version === service.version ? '' : '; the option upcast of serve can mend such calls';
  return ` (the call is of version ${version}, contract ${contract}, the server of ${service.version}${help})`;
}

function readArguments(
  service: ServiceDescriptor,
  served: ServedMethod,
  id: string,
  envelope: Envelope,
): readonly unknown[] {
  const args = presentForm(service, served, id, envelope);
  try {
    const decoded = served.method.decodeArguments(args);
    return forHandler(served.method, args === envelope.args ? decoded : apart(decoded, args));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isAhead(service, envelope)) throw parked(service, envelope, envelope.version);
    const { path, expected, got } = error;
    const message = `${error.message}${callerOf(service, envelope)}`;
    throw new Undeliverable('invalid-argument', 'INVALID_ARGUMENT', message, { path, expected, got });
  }
}

/** What was taken as it is can be an object that the upcaster gives again, to another call: each gets its own. */
const apart = (decoded: readonly unknown[], given: unknown): readonly unknown[] =>
  decoded.map((value, index) =>
    value === (given as readonly unknown[])[index] ? structuredClone(value) : value,
  );

/** The arguments of a rest as one array: the last parameter of a handler is the context. */
function forHandler({ rest, parameters }: MethodDescriptor, args: readonly unknown[]): readonly unknown[] {
  if (rest !== true) return args;
  const start = parameters.length - 1;
  return [...Array.from({ length: start }, (_, index) => args[index]), args.slice(start)];
}

/** The arguments as the present contract wants them. */
function presentForm(
  { service }: ServiceDescriptor,
  { upcast, formMinor }: ServedMethod,
  id: string,
  { method, form, args }: Envelope,
): unknown {
  if (upcast === undefined || minorOf(form) >= formMinor) return args;
  if (!Array.isArray(args)) return args;
  try {
    const given: unknown = upcast(args, { id, method, version: form });
    // It is refused as no list.
    if (isThenable(given)) forsake(given);
    return given;
  } catch (error) {
    const message = `the upcast of ${service}.${method}, for calls of version ${form}, failed: ${messageOf(error)}`;
    throw new Undeliverable('invalid-argument', 'INVALID_ARGUMENT', message);
  }
}

/** How a call ends, or waits, that has not passed. `onParked` is told why it waits. */
export function settleUnchecked(
  delivery: Delivery,
  error: unknown,
  onParked: (message: string) => void,
): Settlement {
  if (error instanceof Parked) {
    onParked(error.message);
    return { ...endOf(delivery), outcome: 'parked', needs: error.needs };
  }
  const { reason, code, message, details } =
    error instanceof Undeliverable
      ? error
      : new Undeliverable('malformed', 'MALFORMED', 'the call cannot be read');
  return { ...endOf(delivery), outcome: 'dead', reason, result: encodeFailure(code, message, details) };
}
