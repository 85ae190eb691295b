// Takes orders all day, with nobody in the office: queues each, notes the ids of the calls, and goes home.

import { connect } from 'mq-rpc';
import { OrdersClient } from './generated/index.js';
import { appendToLedger } from './ledger.js';
import { ordersTaken, SENT_TWICE, TAKEN_BACK } from './taken.js';

const [name = '', ledger = ''] = process.argv.slice(2);
await using mq = await connect({ name });
const orders = new OrdersClient(mq);
const urgent = orders.with({ priority: 7 });
const mine = ordersTaken().filter(({ takenBy }) => takenBy === name);

for (const { isUrgent, ...order } of mine) {
  const client = isUrgent ? urgent : orders;
  const taken = { ...order, takenAt: new Date() };
  const call = await client.place.submit(taken);
  appendToLedger(ledger, { callId: call.id, method: 'place', about: order.id });
  await orders.visited({ customerId: order.customerId, by: name, note: `took ${order.id}` });
  if (order.id === SENT_TWICE) {
    const again = await client.place.submit(taken);
    console.log(`${name}: ${order.id} sent twice, ${again.duplicate ? 'is one call' : 'IS TWO CALLS'}`);
  }
  if (order.id === TAKEN_BACK) console.log(`${name}: ${order.id} taken back, ${await call.cancel()}`);
}

/** One customer decides tomorrow, the other one wanted to know at once. */
const reservations = [
  { customerId: mine[0]?.customerId ?? '', deadline: new Date(Date.now() + 86_400_000) },
  { customerId: mine[1]?.customerId ?? '', deadline: new Date(Date.now() + 100) },
];
for (const { customerId, deadline } of reservations) {
  const call = await orders
    .with({ deadline })
    .reserve.submit({ customerId, article: 'TST-25', quantity: 10 });
  const entry = { callId: call.id, method: 'reserve', about: customerId } as const;
  appendToLedger(ledger, { ...entry, deadline: deadline.toISOString() });
}

console.log(
  `${name}: ${mine.length} orders taken, ${mine.filter(({ isUrgent }) => isUrgent).length} of them urgent`,
);
