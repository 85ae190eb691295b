// Large bodies: up to the cap they go through like small ones, and above it they are refused.

import { connect, RpcError } from 'mq-rpc';
import { expect, test } from 'vitest';
import { DeskClient, deskDescriptor } from '../generated/index.js';
import { failureOf, LONG_LEASE, type Stage } from '../stage.js';

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** A text whose JSON has so many bytes, with characters of all lengths. */
function textOf(bytes: number): string {
  const period = 'aä€😀';
  const size = Buffer.byteLength(period);
  return period.repeat(Math.floor(bytes / size)) + 'x'.repeat(bytes % size);
}

export function largeBodiesSuite(stage: Stage): void {
  // Comparing long texts with `toEqual` takes long to print when they differ.
  const isEcho = async (desk: DeskClient, text: string): Promise<boolean> =>
    (await desk.store(text)) === text;

  for (const size of [64 * KIB - 200, 64 * KIB, 64 * KIB + 200, MIB, 7 * MIB]) {
    test(`arguments and results of ${size} bytes come through`, async () => {
      await stage.serve();
      expect(await isEcho(stage.desk, textOf(size))).toBe(true);
    });
  }

  test('large calls wait for a server like small ones, and many of them come through', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => textOf(MIB + index));
    const calls = await Promise.all(texts.map((text) => stage.desk.store.submit(text)));
    await stage.serve();
    const results = await Promise.all(calls.map((call) => call.result()));
    expect(results.map((result, index) => result === texts[index])).toEqual(texts.map(() => true));
  });

  test('a large call that fails is a letter with all of it, and can be replayed', async () => {
    const text = textOf(2 * MIB);
    const server = await stage.serve({
      store: () => {
        throw new Error('no luck');
      },
    });
    const call = await stage.desk.store.submit(text);
    await failureOf(call.result());
    await server.close();
    const letters = stage.mq.deadLetters(stage.desk);
    const letter = await letters.get(call.id);
    const [sent] = (letter?.args ?? []) as string[];
    expect(sent === text).toBe(true);
    await letters.replay(call.id);
    await stage.serve();
    expect((await call.result()) === text).toBe(true);
  });

  test('large express calls and large events come through', async () => {
    const text = textOf(MIB);
    const events: string[] = [];
    await stage.serve();
    await (await stage.connect()).subscribe(
      deskDescriptor,
      { priceChanged: (sku) => void events.push(sku) },
      { group: 'g', lease: LONG_LEASE },
    );
    expect((await stage.desk.peek(text)) === text).toBe(true);
    await stage.desk.priceChanged(text);
    for (let wait = 0; events.length === 0 && wait < 100; wait++) await stage.pass('1s');
    expect(events.map((event) => event === text)).toEqual([true]);
  });

  test('a call above the cap is refused before it is sent', async () => {
    const failure = await failureOf(stage.desk.store(textOf(8 * MIB)));
    expect(failure).toBeInstanceOf(RpcError);
    expect(failure).toMatchObject({ code: 'TOO_LARGE', kind: 'rejected' });
  });

  test('a result above the cap is a failure of the handler', async () => {
    await stage.serve({ store: () => 'x'.repeat(8 * MIB) });
    expect(await failureOf(stage.desk.store('x'))).toMatchObject({ code: 'INVALID_RESULT', kind: 'failed' });
  });

  test('the cap is an option of the connection', async () => {
    const small = new DeskClient(await stage.connect({ maxBodyBytes: 2 * KIB }));
    expect(await failureOf(small.store(textOf(2 * KIB)))).toMatchObject({ code: 'TOO_LARGE' });
    for (const maxBodyBytes of [0, 100, -1, 1.5]) {
      await expect(connect({ url: stage.setting.url, maxBodyBytes })).rejects.toBeInstanceOf(RangeError);
    }
  });
}
