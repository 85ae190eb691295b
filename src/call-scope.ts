// What a handler's own calls inherit from the call that it is running for.

import { AsyncLocalStorage } from 'node:async_hooks';

/** The part of a running call that goes on to the calls that its handler makes. */
export interface CallScope {
  readonly deadline: Date | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that a nested call takes over: the trace, in the names of W3C Trace Context. */
const INHERITED_HEADERS = ['traceparent', 'tracestate', 'baggage'] as const;

const storage = new AsyncLocalStorage<CallScope>();

/** Runs a handler so that the calls it makes inherit from `scope`. */
export const runInScope = <T>(scope: CallScope, handler: () => T): T => storage.run(scope, handler);

/** The deadline that a call made here inherits, if any. */
export const inheritedDeadline = (): Date | undefined => storage.getStore()?.deadline;

/** The headers of a call made here: its own over the inherited ones. */
export function withInheritedHeaders(
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const scope = storage.getStore();
  if (scope === undefined) return own;
  const headers: Record<string, string> = {};
  for (const name of INHERITED_HEADERS) {
    const text = scope.headers[name];
    if (text !== undefined) headers[name] = text;
  }
  return { ...headers, ...own };
}
