// A client of a run: so many calls in flight, of four kinds, until its input ends; then it waits for the last ones.

import { connect, RpcError } from 'mq-rpc';
import { ShopClient } from '../../support/generated/index.js';
import { createHistory, type Operation } from '../history.js';
import { CALL_TIMEOUT_MS } from '../limits.js';

const [url = '', folder = '', name = '', inFlight = '32'] = process.argv.slice(2);
const note = createHistory(folder, name);
const mq = await connect({ url, name });
const shop = new ShopClient(mq).with({ timeout: CALL_TIMEOUT_MS });

let isStopped = false;
process.stdin
  .on('end', () => {
    isStopped = true;
  })
  .resume();

/** Notes what is done and what came of it; `undefined` if it failed. */
async function noted<T>(
  step: { readonly operation: Operation; readonly key: string; readonly id?: string },
  run: () => Promise<T>,
  describe: (value: T) => { id?: string; value?: string; durability?: string },
): Promise<T | undefined> {
  note({ type: 'invoke', ...step });
  try {
    const value = await run();
    note({ type: 'ok', ...step, ...describe(value) });
    return value;
  } catch (error) {
    const rpcError = error instanceof RpcError ? error : undefined;
    note({
      type: rpcError?.kind === 'rejected' ? 'fail' : 'info',
      ...step,
      ...(rpcError?.callId === undefined ? {} : { id: rpcError.callId }),
      value: rpcError?.code ?? String(error),
    });
    // A broker that refuses at once is not asked a thousand times a second.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return undefined;
  }
}

async function makeCall(key: string, kind: number): Promise<void> {
  if (kind === 0) {
    await noted(
      { operation: 'call', key },
      () => shop.act(key),
      (value) => ({ value }),
    );
    return;
  }
  const call = await noted(
    { operation: 'submit', key },
    () => shop.act.submit(key),
    ({ id, durability }) => ({ id, durability }),
  );
  // One kind is left for whoever looks at the end.
  if (call === undefined || kind === 1) return;
  const { id } = call;
  const value = await noted(
    { operation: 'result', key, id },
    () => call.result(),
    (result) => ({ value: result }),
  );
  if (value === undefined || kind === 2) return;
  await noted(
    { operation: 'confirm', key, id },
    () => call.confirm(),
    () => ({}),
  );
}

let next = 0;
let done = 0;
async function callInTurn(): Promise<void> {
  while (!isStopped) {
    const index = next++;
    await makeCall(`${name}-${index}`, index % 4);
    done++;
  }
}

const progress = setInterval(() => console.log(`done ${done}`), 100);
console.log('calling');
await Promise.all(Array.from({ length: Number(inFlight) }, callInTurn));
clearInterval(progress);
console.log(`done ${done}`);
await mq.close();
process.exit();
