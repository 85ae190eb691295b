// Asks a schema about a value that has its type, and turns what it says into our refusals.

import { type At, type Key, MAX_DEPTH } from './at.js';
import { withoutValues } from './messages.js';
import { forsake, isThenable } from './promises.js';
import type { Reader } from './reader.js';
import { kindOf, Refusal, refusal } from './refusal.js';
import type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.js';

/** Decodes a value and hands it to a schema. The result is what the schema makes of it. */
export function schema(data: unknown, at: At, key: Key, read: Reader, asked: StandardSchema): unknown {
  const value = read(data, at, key);
  const result = ask(asked, value, at, key);
  if (result.issues === undefined) return result.value;
  throw refusalOf(result.issues[0], value, at, key);
}

function ask(asked: StandardSchema, value: unknown, at: At, key: Key): SchemaResult {
  let result: SchemaResult | Promise<SchemaResult>;
  try {
    result = asked['~standard'].validate(value);
  } catch (cause) {
    throw Object.assign(refusal(value, at, key, 'a value that its schema can take'), { cause });
  }
  if (!isThenable(result)) return result;
  forsake(result);
  throw new Refusal(at.path(key), 'a schema that answers at once', 'promise', at.depth);
}

function refusalOf(issue: SchemaIssue | undefined, value: unknown, at: At, key: Key): Refusal {
  let here = at;
  let name = key;
  let found = value;
  for (const step of issue?.path ?? []) {
    const next = stepInto(found, typeof step === 'object' ? step.key : step);
    if (next === undefined || here.depth + next.keys.length > MAX_DEPTH) break;
    for (const inner of next.keys) {
      here = here.enter(name);
      name = inner;
    }
    found = next.value;
  }
  return new Refusal(here.path(name), expectation(issue, found), kindOf(found), here.depth);
}

interface Step {
  readonly keys: readonly Key[];
  readonly value: unknown;
}

/** The way to what a schema calls `key`. Sets have no keys, and those of maps are values: a map travels as pairs. */
function stepInto(owner: unknown, key: PropertyKey): Step | undefined {
  if (owner instanceof Set) return undefined;
  if (owner instanceof Map) {
    const entries = [...owner];
    const index = entries.findIndex(([own]) => own === key || String(own) === String(key));
    return index === -1 ? undefined : { keys: [index, 1], value: entries[index]?.[1] };
  }
  // Some libraries name the items of arrays by texts.
  const isIndex = typeof key === 'number' || (Array.isArray(owner) && /^\d+$/.test(String(key)));
  const name = isIndex ? Number(key) : String(key);
  const isThere = typeof owner === 'object' && owner !== null && Object.hasOwn(owner, name);
  return { keys: [name], value: isThere ? (owner as Record<Key, unknown>)[name] : undefined };
}

/** Messages of schemas often quote the value. Where that cannot be taken out, some libraries say what they expected. */
function expectation(issue: SchemaIssue | undefined, value: unknown): string {
  const message = issue === undefined ? undefined : withoutValues(issue.message, value);
  if (message !== undefined) return message;
  const { expected } = (issue ?? {}) as { readonly expected?: unknown };
  return typeof expected === 'string' && expected !== '' ? expected : 'what its schema asks for';
}
