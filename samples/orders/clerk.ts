// Looks after the dead letters: waits for the one that can be mended, mends and replays it.

import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type DeadLetterEntry } from 'mq-rpc';
import { OrdersClient } from './generated/index.js';
import type { NewOrder } from './orders.contract.js';
import { MISSPELT } from './taken.js';

await using mq = await connect({ name: 'clerk' });
const letters = mq.deadLetters(new OrdersClient(mq));

async function failedOrder(): Promise<DeadLetterEntry> {
  for (;;) {
    const [letter] = await letters.list({ method: 'place', reason: 'handler-failed' });
    if (letter !== undefined) return letter;
    await sleep(50);
  }
}

const mended = (order: NewOrder): NewOrder => ({
  ...order,
  lines: order.lines.map(({ article, quantity }) => ({
    article: article === MISSPELT.article ? MISSPELT.meant : article,
    quantity,
  })),
});

const letter = await failedOrder();
const why = letter.error?.message.split('Error: ')[1];
console.log(`clerk: a dead letter after ${letter.attempts} attempts: ${why}`);
await letters.replay(letter.id, {
  edit: ({ args: [order], ...call }) => ({ ...call, args: [mended(order as NewOrder)] }),
});
console.log(`clerk: mended and replayed: ${MISSPELT.article} is ${MISSPELT.meant}`);
