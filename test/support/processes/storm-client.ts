// A client that dies with its last acknowledgement: submits calls, notes each acknowledged id, kills itself.

import { appendFileSync } from 'node:fs';
import { connect } from 'mq-rpc';
import { ShopClient } from '../generated/index.js';

const [url = '', acksFile = '', count = '0'] = process.argv.slice(2);
const shop = new ShopClient(await connect(url));

let next = 0;
const submitInTurn = async (): Promise<void> => {
  for (let index = next++; index < Number(count); index = next++) {
    const { id } = await shop.act.submit(`call ${index}`);
    appendFileSync(acksFile, `${id}\n`);
  }
};
await Promise.all(Array.from({ length: 20 }, submitInTurn));
process.kill(process.pid, 'SIGKILL');
