// The life of one delivery inside a server, from its body to its settlement.

import type { Delivery, Settlement } from '../broker/broker.js';
import { endOf } from '../broker/end-of.js';
import { runInScope } from '../call-scope.js';
import { encodeAnswer } from '../wire/outcome.js';
import type { Breaker } from './breaker.js';
import { RunningCall } from './call-context.js';
import { type Checked, checkDelivery, settleUnchecked } from './check-delivery.js';
import type { Implementation } from './service-server.js';
import { type Running, settleAnswer, settleThrown } from './settlements.js';

/** A handler's failure, for whoever runs the server. The caller sees its name and message only. */
export interface HandlerFailure {
  readonly error: unknown;
  readonly id: string;
  readonly service: string;
  readonly method: string;
  readonly attempt: number;
  /** Wait before the next attempt in ms, `undefined` if there is none: the call is dead. */
  readonly retryInMs: number | undefined;
}

/** What a dispatch tells its worker. Neither may throw. */
export interface DispatchObserver {
  /** A handler is about to start. */
  started(call: RunningCall): void;
  failed(failure: HandlerFailure): void;
  /** The call waits for a server of another version; the message says whose. */
  readonly parked: (message: string) => void;
}

/** What the deliveries of one worker have in common. */
export interface DispatchContext {
  readonly implementation: Implementation;
  readonly maxBodyBytes: number;
  readonly breaker: Breaker | undefined;
}

/** Runs a delivery. Never throws: whatever happens is a settlement. */
export async function dispatch(
  context: DispatchContext,
  delivery: Delivery,
  observer: DispatchObserver,
): Promise<Settlement> {
  let checked: Checked;
  try {
    checked = checkDelivery(context, delivery);
  } catch (error) {
    return settleUnchecked(delivery, error, observer.parked);
  }
  const { method, envelope, handler, args } = checked;
  // An express call has no attempts to save.
  const delayMs = envelope.isExpress ? 0 : (context.breaker?.waitMs(method.name, delivery) ?? 0);
  if (delayMs > 0) return { ...endOf(delivery), outcome: 'released', delayMs };
  const call = new RunningCall(delivery, envelope);
  const { service } = context.implementation;
  // Spread last: V8 takes long to add members to a copy.
  const running: Running = { context, service, delivery, call, observer, ...checked };
  observer.started(call);
  let value: unknown;
  try {
    value = await runInScope(call, () => handler(...args, call));
  } catch (error) {
    return settleThrown(running, error);
  }
  context.breaker?.answered(method.name);
  return settleAnswer(running, () => encodeAnswer(method, value));
}
