// Checks what a caller sets, where it is set: whoever has no compiler misspells, and whoever has one contradicts.

import { parseDuration } from '../duration.js';
import { type CallOptions, checkOptionNames } from './options.js';
import { resolveOptions } from './resolve-options.js';

const CALL_OPTIONS = Object.keys({
  priority: true,
  timeToBeReceived: true,
  timeout: true,
  retry: true,
  retain: true,
  delivery: true,
  timeToReachQueue: true,
  journal: true,
  delay: true,
  at: true,
  orderKey: true,
  idempotencyKey: true,
  deadline: true,
  headers: true,
  signal: true,
} satisfies Record<keyof CallOptions, true>);

/** Throws a `TypeError` or `RangeError` that names the option of a client or call that makes no sense. */
export function checkCallOptions(options: CallOptions): void {
  checkOptionNames(options, 'client options', CALL_OPTIONS);
  resolveOptions(options);
  checkTimes(options);
  checkKey('idempotencyKey', options.idempotencyKey);
  checkKey('orderKey', options.orderKey);
  const { signal, headers } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('signal', 'an AbortSignal');
  if (headers !== undefined) checkHeaders(headers);
}

function checkTimes({ delay, at, deadline }: CallOptions): void {
  if (deadline !== undefined) checkDate('deadline', deadline);
  if (at !== undefined) checkDate('at', at);
  if (delay !== undefined) parseDuration(delay, 'delay');
  if (delay !== undefined && at !== undefined)
    throw new TypeError('at and delay: expected one of them, got both');
  if (at !== undefined && deadline !== undefined && deadline <= at) {
    throw new RangeError(
      `deadline: expected an instant after at, ${at.toISOString()}, got ${deadline.toISOString()}`,
    );
  }
}

function checkDate(option: string, date: Date): void {
  if (!(date instanceof Date && Number.isFinite(date.getTime()))) refuse(option, 'a valid Date');
}

function checkKey(option: string, key: string | undefined): void {
  if (key !== undefined && (typeof key !== 'string' || key === ''))
    refuse(option, 'a text that is not empty');
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  if (typeof headers !== 'object' || headers === null) refuse('headers', 'an object of texts');
  for (const [name, text] of Object.entries(headers)) {
    if (name === '__proto__' || typeof text !== 'string') refuse(`headers.${name}`, 'a text');
  }
}

function refuse(option: string, expected: string): never {
  throw new TypeError(`${option}: expected ${expected}`);
}
