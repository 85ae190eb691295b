// Sends calls one after the other, ten at a time, and notes each id that was acknowledged, until it is killed.

import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { createMessage } from '../message.js';

const [url = '', acknowledged = ''] = process.argv.slice(2);
const broker = await openBroker(url);

async function sendForEver(): Promise<never> {
  for (;;) {
    const id = randomUUID();
    await broker.send([createMessage({ id, maxDeliveries: 1_000 })]);
    appendFileSync(acknowledged, `${id}\n`);
  }
}

console.log('sending');
await Promise.all(Array.from({ length: 10 }, sendForEver));
