// Sends large calls until ten were refused, and prints what became of each.

import { randomUUID } from 'node:crypto';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { createMessage } from '../message.js';

const [url = ''] = process.argv.slice(2);
const broker = await openBroker(url);

for (let refused = 0; refused < 10; ) {
  const id = randomUUID();
  const code = await broker.send([createMessage({ id, body: 'x'.repeat(100_000) })]).then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? 'a strange error',
  );
  if (code !== 'accepted') refused += 1;
  console.log(`${id} ${code}`);
}
await broker.close();
