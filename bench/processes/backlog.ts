// What a million waiting calls cost: the same sends and claims on an empty queue and on a full one, in turn.

import { openBroker } from '#dist/src/broker/open-broker.js';
import { newCallId } from '#dist/src/client/call-id.js';
import { anOrder, median, timeInFlight } from '../measure.js';

const [emptyUrl = '', fullUrl = '', waiting = '0'] = process.argv.slice(2);
const ROUNDS = 7;
const CALLS = 5_000;
const BATCH = 50;

const body = JSON.stringify({ v: 1, m: 'place', c: '1.0/0123456789abcdef', a: [anOrder(0)] });
const message = () => ({
  id: newCallId(),
  queue: 'bench.v1',
  body,
  priority: 3,
  maxDeliveries: 10,
  wantsResult: false,
  retainMs: 60_000,
});

const empty = await openBroker(emptyUrl);
const full = await openBroker(fullUrl);
for (let sent = 0; sent < Number(waiting); sent += 1_000)
  await full.send(Array.from({ length: 1_000 }, message));

async function round(broker: typeof full) {
  const send = await timeInFlight(CALLS, 500, () => broker.send([message()]));
  let claim = 0;
  for (let claimed = 0; claimed < CALLS; claimed += BATCH) {
    const startAt = performance.now();
    const deliveries = await broker.claim({
      queue: 'bench.v1',
      worker: 'bench',
      limit: BATCH,
      leaseMs: 60_000,
    });
    claim += performance.now() - startAt;
    await broker.settle(
      deliveries.map(({ queue, id, attempt }) => ({ queue, id, attempt, outcome: 'answered', result: '' })),
    );
  }
  return { send, claim: claim / 1_000 };
}

await round(empty);
await round(full);
const ratios = { send: [] as number[], claim: [] as number[] };
for (let index = 0; index < ROUNDS; index++) {
  const few = await round(empty);
  const many = await round(full);
  ratios.send.push(many.send / few.send);
  ratios.claim.push(many.claim / few.claim);
}
await Promise.all([empty.close(), full.close()]);
console.log(JSON.stringify({ send: median(ratios.send), claim: median(ratios.claim) }));
