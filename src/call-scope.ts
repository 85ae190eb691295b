// What a handler's own calls inherit from the call that it is running for.

import { AsyncLocalStorage } from 'node:async_hooks';

/** The part of a running call that goes on to the calls that its handler makes. */
export interface CallScope {
  readonly deadline: Date | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that a nested call takes over: the trace, in the names of W3C Trace Context. */
const INHERITED_HEADERS = ['traceparent', 'tracestate', 'baggage'] as const;

interface Run {
  /** `undefined` once the handler has ended: what it has started, a timer or a pool, may live longer. */
  scope: CallScope | undefined;
}

const storage = new AsyncLocalStorage<Run>();

/** Runs a handler so that the calls which it makes until it ends inherit from `scope`. */
export async function runInScope<T>(scope: CallScope, handler: () => T): Promise<Awaited<T>> {
  const run: Run = { scope };
  try {
    return await storage.run(run, handler);
  } finally {
    run.scope = undefined;
  }
}

/** The deadline that a call made here inherits, if any. */
export const inheritedDeadline = (): Date | undefined => storage.getStore()?.scope?.deadline;

/** The headers of a call made here: its own over the inherited ones. */
export function withInheritedHeaders(
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const scope = storage.getStore()?.scope;
  if (scope === undefined) return own;
  const headers: Record<string, string> = {};
  for (const name of INHERITED_HEADERS) {
    const text = scope.headers[name];
    if (text !== undefined) headers[name] = text;
  }
  return { ...headers, ...own };
}
