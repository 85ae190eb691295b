// The envelope of a call: everything about it that travels in the body. `docs/wire-format.md` lists each field.

import { MAX_INSTANT } from '../clock.js';
import { type CallVersion, majorOf, minorOf } from '../contract/contract-version.js';
import { attemptsOf, type ResolvedRetry, type RetriedErrors } from '../contract/retry.js';
import { MAX_ATTEMPTS, MAX_RUNGS } from '../contract/retry-problem.js';
import { decodeCopies, type EventCopies, type EventCopiesJson, encodeCopies } from './event-copies.js';

/** Major version of the wire format. A body with another one is not read. */
export const WIRE_VERSION = 1;

/** A call as it travels, decoded. */
export interface Envelope extends CallVersion {
  readonly method: string;
  /** Name of the caller's connection. */
  readonly caller: string | undefined;
  /** Instant in ms after which no handler may start. */
  readonly deadlineAt: number | undefined;
  /** Set if the caller asked for other retries than the contract. */
  readonly retry: ResolvedRetry | undefined;
  /** Whether no second attempt may be made, whatever becomes of the first. */
  readonly isExpress: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Set if it is an event. */
  readonly copies?: EventCopies | undefined;
  /** The encoded arguments, still to be checked by the method's `decodeArguments`. */
  readonly args: unknown;
}

/** Short member names: they are stored with every waiting call. */
interface EnvelopeJson {
  v: typeof WIRE_VERSION;
  m: string;
  c: string;
  s?: string;
  f?: string;
  d?: number;
  r?: RetryJson;
  x?: 1;
  h?: Readonly<Record<string, string>>;
  e?: EventCopiesJson;
  a: unknown;
}

/** Waits that double, or a ladder; then, if there are some, the declared errors that are retried. */
type RetryJson = readonly [
  ...([attempts: number, delayMs: number, maxDelayMs: number] | [rungsMs: readonly number[], tries: number]),
  ...([] | [declared: RetriedErrors]),
];

/** Why a body is not a call that can be read. */
export type EnvelopeProblem = 'malformed' | 'unsupported-version';

/** A body that is not a call. The broker keeps its bytes; `message` says what is wrong, without quoting them. */
export class EnvelopeError extends Error {
  readonly problem: EnvelopeProblem;

  constructor(problem: EnvelopeProblem, message: string) {
    super(message);
    this.name = 'EnvelopeError';
    this.problem = problem;
  }
}

export function encodeEnvelope(envelope: Envelope): string {
  const { caller, deadlineAt, retry, isExpress, headers, copies } = envelope;
  const json: EnvelopeJson = {
    v: WIRE_VERSION,
    m: envelope.method,
    c: `${envelope.version}/${envelope.contract}`,
    ...(envelope.form !== envelope.version && { s: envelope.form }),
    ...(caller !== undefined && { f: caller }),
    ...(deadlineAt !== undefined && { d: deadlineAt }),
    ...(retry !== undefined && { r: writeRetry(retry) }),
    ...(isExpress && { x: 1 as const }),
    ...(Object.keys(headers).length > 0 && { h: headers }),
    ...(copies !== undefined && { e: encodeCopies(copies) }),
    a: envelope.args,
  };
  return JSON.stringify(json);
}

/** Reads a body. Nothing in it is believed: an {@link EnvelopeError} says what is not as it has to be. */
export function decodeEnvelope(body: string): Envelope {
  const json = parseObject(body);
  if (json.v !== WIRE_VERSION) {
    if (typeof json.v !== 'number') throw malformed('it has no wire version');
    throw new EnvelopeError('unsupported-version', `wire version ${json.v} is not ${WIRE_VERSION}`);
  }
  const { m: method, c: contract, f: caller, d: deadlineAt } = json;
  if (typeof method !== 'string') throw malformed('it names no method');
  const [, version, hash] = (typeof contract === 'string' && CONTRACT.exec(contract)) || [];
  if (version === undefined || hash === undefined) throw malformed('it names no contract version');
  if (caller !== undefined && typeof caller !== 'string') throw malformed('its caller is no text');
  if (deadlineAt !== undefined && !isInstant(deadlineAt)) throw malformed('its deadline is no instant');
  return {
    method,
    version,
    contract: hash,
    form: readForm(json.s, version),
    caller,
    deadlineAt,
    retry: readRetry(json.r),
    isExpress: readFlag(json.x),
    headers: readHeaders(json.h),
    copies: readCopies(json.e),
    args: json.a,
  };
}

const CONTRACT = /^(\d{1,9}\.\d{1,9})\/([0-9a-f]{1,64})$/;

const FORM = /^\d{1,9}\.\d{1,9}$/;

function readForm(value: unknown, version: string): string {
  if (value === undefined) return version;
  const isForm =
    typeof value === 'string' &&
    FORM.test(value) &&
    majorOf(value) === majorOf(version) &&
    minorOf(value) <= minorOf(version);
  if (isForm) return value;
  throw malformed('the version of its form is none of its contract');
}

const malformed = (what: string): EnvelopeError => new EnvelopeError('malformed', `not a call: ${what}`);

const isInstant = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MAX_INSTANT;

function parseObject(body: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw malformed('it is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed('it is no object');
  return json as Record<string, unknown>;
}

function writeRetry(retry: ResolvedRetry): RetryJson {
  const declared: [] | [RetriedErrors] = retry.declared.length === 0 ? [] : [retry.declared];
  return 'rungsMs' in retry
    ? [retry.rungsMs, retry.tries, ...declared]
    : [retry.attempts, retry.delayMs, retry.maxDelayMs, ...declared];
}

function readRetry(value: unknown): ResolvedRetry | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw malformed('its retry is no list');
  const retry = Array.isArray(value[0]) ? readLadder(value) : readDoubling(value);
  if (attemptsOf(retry) <= MAX_ATTEMPTS) return retry;
  throw malformed(`its retry asks for more than ${MAX_ATTEMPTS} attempts`);
}

function readDoubling([attempts, delayMs, maxDelayMs, declared]: readonly unknown[]): ResolvedRetry {
  if (isCount(attempts) && isCount(delayMs) && isCount(maxDelayMs)) {
    return { attempts, delayMs, maxDelayMs, declared: readDeclared(declared) };
  }
  throw malformed('its retry is not three numbers');
}

function readLadder([rungsMs, tries, declared]: readonly unknown[]): ResolvedRetry {
  if (Array.isArray(rungsMs) && rungsMs.length <= MAX_RUNGS && rungsMs.every(isCount) && isCount(tries)) {
    return { rungsMs, tries, declared: readDeclared(declared) };
  }
  throw malformed(`its retry is not up to ${MAX_RUNGS} rungs and a number`);
}

function readDeclared(value: unknown = []): RetriedErrors {
  if (value === 'all') return 'all';
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw malformed('its retried errors are no names');
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function readFlag(value: unknown): boolean {
  if (value === undefined || value === 1) return value === 1;
  throw malformed('a flag of it is not 1');
}

function readCopies(value: unknown): EventCopies | undefined {
  const copies = value === undefined ? undefined : decodeCopies(value);
  if (value !== undefined && copies === undefined) throw malformed('what it says of its copies is no rule');
  return copies;
}

function readHeaders(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('its headers are no object');
  }
  const entries = Object.entries(value);
  if (entries.some(([name, text]) => name === '__proto__' || typeof text !== 'string')) {
    throw malformed('its headers are not all text');
  }
  return Object.fromEntries(entries);
}
