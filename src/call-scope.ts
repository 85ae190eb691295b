// What a handler's own calls inherit from the call that it is running for.

import { AsyncLocalStorage } from 'node:async_hooks';

/** The end of a running call, as it reaches the calls that its handler waits for. */
export interface ScopeEnd {
  /** Whether nobody has a use for them any more. Otherwise another attempt may want them, or have made them too. */
  readonly isFinal: boolean;
  readonly reason: Error;
}

/** A call that a handler waits for. */
export interface InnerCall {
  /** Its handler has been told to stop. */
  outerEnded(end: ScopeEnd): void;
}

/** The part of a running call that goes on to the calls that its handler makes. */
export interface CallScope {
  readonly deadline: Date | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Set once its handler has been told to stop. */
  readonly end: ScopeEnd | undefined;
  /** Tells an inner call of the end from now on. */
  enter(inner: InnerCall): void;
  leave(inner: InnerCall): void;
  /** Its handler has ended: what that did not wait for is its own affair from now on. */
  handlerEnded(): void;
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
    scope.handlerEnded();
  }
}

/** The running call whose handler is making a call here, if any. */
export const currentScope = (): CallScope | undefined => storage.getStore()?.scope;

/** The headers of a call made in a scope: its own over the inherited ones. */
export function withInheritedHeaders(
  own: Readonly<Record<string, string>>,
  scope: CallScope | undefined,
): Readonly<Record<string, string>> {
  if (scope === undefined) return own;
  const headers: Record<string, string> = {};
  for (const name of INHERITED_HEADERS) {
    const text = scope.headers[name];
    if (text !== undefined) headers[name] = text;
  }
  return { ...headers, ...own };
}
