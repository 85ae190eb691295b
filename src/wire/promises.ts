// Promises where nobody can wait for one: of others' code that has to answer at once.

import { types } from 'node:util';

/** Whether it is a promise of any kind: libraries and other realms have their own. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { readonly then?: unknown }).then === 'function';

/** Nobody will wait for it; it must not end the process either. What only looks like a promise may begin when asked. */
export function forsake(promise: PromiseLike<unknown>): void {
  if (types.isPromise(promise)) promise.catch(() => undefined);
}
