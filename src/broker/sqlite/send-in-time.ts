// Sends messages that have to reach their queue in some time, though the lock may have to be waited for longer.

import type { Clock, Timer } from '../../clock.js';
import { RpcError } from '../../errors.js';
import type { Message, SendStatus } from '../broker.js';
import type { Effort } from './group-commit.js';
import type { Store } from './store.js';

/** As {@link Broker.send}. Those that have equally long to get there are sent, and answered, together. */
export async function sendInTime(
  store: Store,
  clock: Clock,
  messages: readonly Message[],
): Promise<SendStatus[]> {
  const times = [...new Set(messages.map(({ reachWithinMs }) => reachWithinMs))];
  const groups = times.map((time) => messages.filter(({ reachWithinMs }) => reachWithinMs === time));
  const settled = await Promise.allSettled(groups.map((group) => sendGroup(store, clock, group)));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw explain(failed.reason, settled.length === 1);
  const answers = settled.map((result) => (result.status === 'fulfilled' ? result.value : []));
  return messages.map(({ reachWithinMs }) => answers[times.indexOf(reachWithinMs)]?.shift() as SendStatus);
}

/** How safely messages are written: express ones may be lost. */
export const effortFor = (messages: readonly Message[]): Effort =>
  messages.every(({ isExpress }) => isExpress === true) ? 'lazy' : 'durable';

/** Whoever still waits for the lock when the time is over will not write any more: the answer is certain. */
async function sendGroup(store: Store, clock: Clock, group: readonly Message[]): Promise<SendStatus[]> {
  const calledAt = store.now;
  const reachWithinMs = group[0]?.reachWithinMs;
  const late = group.map((): SendStatus => 'late');
  let isGivenUp = false;
  let timer: Timer | undefined;
  const sending = store.commit.run(effortFor(group), (tx) =>
    isGivenUp ? late : store.verbs.send(tx, store.now, group, calledAt),
  );
  if (reachWithinMs === undefined) return sending;
  const givenUp = new Promise<SendStatus[]>((resolve) => {
    timer = clock.after(reachWithinMs + 1, () => {
      isGivenUp = true;
      resolve(late);
    });
  });
  return Promise.race([sending, givenUp]).finally(() => timer?.cancel());
}

/** That one group was not written says nothing about the others. */
function explain(reason: unknown, isAlone: boolean): unknown {
  if (isAlone || !(reason instanceof RpcError) || reason.code === 'CLOSED') return reason;
  return new RpcError('UNCONFIRMED', `${reason.message} (others of the batch may have been)`, {
    cause: reason,
  });
}
