// The one signature of everything that reads values: generated functions and the ones in this folder.

import type { At, Key } from './at.js';

/** Checks the value that stands at `key` of `at` and returns a copy of it, or throws a `Refusal`. */
export type Reader = (value: unknown, at: At, key: Key) => unknown;

/**
 * An object whose members are about to be read or written by name.
 *
 * It is `any` because generated code reads members that nothing is known of yet, each once and into a check;
 * `Record<string, unknown>` would force `source['id']` on it under `noPropertyAccessFromIndexSignature`.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Members = any;
