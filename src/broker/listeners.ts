// What brokers do with those who listen to them.

import { messageOf } from '../errors.js';
import type { Unsubscribe } from './broker.js';

/** Tells a listener. One that throws must not keep others from hearing. */
export function tell(listener: () => void, onWarning: (message: string) => void): void {
  try {
    listener();
  } catch (error) {
    onWarning(`a listener threw: ${(error instanceof Error && error.stack) || messageOf(error)}`);
  }
}

/** A subscription that stops once, and is in the set until then. */
export function remember(subscriptions: Set<Unsubscribe>, stop: Unsubscribe): Unsubscribe {
  const unsubscribe = (): void => {
    if (subscriptions.delete(unsubscribe)) stop();
  };
  subscriptions.add(unsubscribe);
  return unsubscribe;
}
