// Reads calls and outcomes for people, as far as they can be read: what is damaged has to be seen, too.

import { decodeEnvelope } from '../wire/envelope.js';

/** What can be told of a call. Each member is `undefined` if the body does not have it in a form that can be read. */
export interface ReadCall {
  readonly method: string | undefined;
  /** The arguments as JSON data. */
  readonly args: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Name of the caller's connection. */
  readonly caller: string | undefined;
  /** The caller's contract: `major.minor`, and the start of its hash. */
  readonly contract: { readonly version: string; readonly hash: string } | undefined;
}

export function readCall(body: string): ReadCall {
  try {
    const { method, args, headers, caller, version, contract } = decodeEnvelope(body);
    return { method, args, headers, caller, contract: { version, hash: contract } };
  } catch {
    const { m, a, h, f, c } = parseObject(body);
    const [version, hash] = typeof c === 'string' ? c.split('/') : [];
    const contract = version === undefined || hash === undefined ? undefined : { version, hash };
    return { method: text(m), args: a, headers: readHeaders(h), caller: text(f), contract };
  }
}

/** A failure as it was written down. */
export interface ReadError {
  /** As in `RpcError.code`, where it has one. */
  readonly code: string | undefined;
  readonly message: string;
  readonly path: string | undefined;
  readonly expected: string | undefined;
  readonly got: string | undefined;
}

/** The failure in an encoded outcome; `undefined` if there is none. */
export function readError(result: string | undefined): ReadError | undefined {
  if (result === undefined) return undefined;
  const outcome = parseObject(result);
  const { error, no } = outcome;
  if (isObject(no)) return details({ ...no, code: 'DECLARED' }, `${text(no.name)}: ${text(no.message)}`);
  if (isObject(error)) return details(error, text(error.message) ?? '');
  // A text that was cut is shown as it is.
  return 'v' in outcome ? undefined : details({}, result);
}

const details = (from: Record<string, unknown>, message: string): ReadError => ({
  code: text(from.code),
  message,
  path: text(from.path),
  expected: text(from.expected),
  got: text(from.got),
});

/** The value in an encoded outcome, as JSON data. */
export const readValue = (result: string | undefined): unknown => parseObject(result ?? '').ok;

/** The object in a text; without members if it holds none. */
export function parseObject(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function readHeaders(value: unknown): Readonly<Record<string, string>> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] => entry[0] !== '__proto__' && typeof entry[1] === 'string',
    ),
  );
}
