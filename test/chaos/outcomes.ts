// What became of calls, as the public API tells it after everything is over.

import { setTimeout as sleep } from 'node:timers/promises';
import { type CallStatus, connect } from 'mq-rpc';
import { ShopClient } from '../support/generated/index.js';

export interface Outcome {
  readonly state: CallStatus['state'];
  readonly attempt: number;
  readonly reason: CallStatus['reason'];
  /** The result of an answered call. */
  readonly value: string | undefined;
}

/** How many calls are asked for at a time. */
const AT_A_TIME = 500;

/** Asks for each call until it is settled, but not longer than `drainMs` in all. */
export async function readOutcomes(
  url: string,
  ids: readonly string[],
  drainMs: number,
): Promise<Map<string, Outcome>> {
  const mq = await connect({ url, name: 'checker' });
  const { act } = new ShopClient(mq);
  const outcomes = new Map<string, Outcome>();
  const endsAt = performance.now() + drainMs;
  const look = async (id: string): Promise<void> => {
    const call = act.handle(id);
    const { state, attempt, reason } = await call.status();
    const value = state === 'answered' ? await call.result() : undefined;
    outcomes.set(id, { state, attempt, reason, value });
  };
  try {
    for (let open = [...ids]; open.length > 0 && performance.now() < endsAt; ) {
      for (let from = 0; from < open.length; from += AT_A_TIME) {
        await Promise.all(open.slice(from, from + AT_A_TIME).map(look));
      }
      open = open.filter((id) => isWaiting(outcomes.get(id)));
      if (open.length > 0) await sleep(500);
    }
  } finally {
    await mq.close();
  }
  return outcomes;
}

export const isWaiting = (outcome: Outcome | undefined): boolean =>
  outcome?.state === 'scheduled' || outcome?.state === 'ready' || outcome?.state === 'leased';
