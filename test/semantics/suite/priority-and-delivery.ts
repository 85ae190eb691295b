// Priority and delivery: what is more urgent starts first, and express calls are made once at most.

import { expect, test } from 'vitest';
import { gate } from '../../support/shop-handlers.js';
import { DeskClient } from '../generated/index.js';
import { eventually, failureOf, type Stage } from '../stage.js';

export function priorityAndDeliverySuite(stage: Stage): void {
  /** A server with one slot that writes down what it starts. */
  async function serveOne() {
    const started: string[] = [];
    const opened = gate();
    const handle = async (text: string): Promise<string> => {
      started.push(text);
      if (text === 'holds up') await opened.opened;
      return text;
    };
    const server = await stage.serve({ work: handle, hurry: handle }, { concurrency: 1 });
    return { started, server, open: opened.open };
  }

  test('calls start in the order of their priority, as annotation, client or call say it', async () => {
    const { desk, mq } = stage;
    await desk.work.submit('plain');
    await desk.with({ priority: 0 }).work.submit('lowest of this call');
    await new DeskClient(mq, { priority: 5 }).work.submit('five of this client');
    await desk.hurry.submit('seven by annotation');
    await desk.with({ priority: 6 }).hurry.submit('six in spite of the annotation');
    const { started } = await serveOne();
    await eventually(() =>
      expect(started).toEqual([
        'seven by annotation',
        'six in spite of the annotation',
        'five of this client',
        'plain',
        'lowest of this call',
      ]),
    );
  });

  test('an urgent call passes by those that a busy server has in sight', async () => {
    const { started, open } = await serveOne();
    await stage.desk.work.submit('holds up');
    await eventually(() => expect(started).toEqual(['holds up']));
    for (const text of ['one', 'two', 'three']) await stage.desk.work.submit(text);
    await stage.pass('2s');
    await stage.desk.hurry.submit('urgent');
    open();
    await eventually(() => expect(started).toEqual(['holds up', 'urgent', 'one', 'two', 'three']));
  });

  test('every acceptance says how safe the call is', async () => {
    const { desk, setting } = stage;
    expect((await desk.work.submit('x')).durability).toBe(setting.durability);
    expect((await desk.work.send('x')).durability).toBe(setting.durability);
    expect((await desk.peek.submit('x')).durability).toBe(setting.expressDurability);
    expect((await desk.with({ delivery: 'recoverable' }).peek.submit('x')).durability).toBe(
      setting.durability,
    );
    expect((await desk.with({ delivery: 'express' }).work.send('x')).durability).toBe(
      setting.expressDurability,
    );
  });

  test('an express call is answered, whether a server waits for it or comes later', async () => {
    const early = stage.desk.peek('early');
    await stage.serve();
    expect(await early).toBe('early');
    expect(await stage.desk.peek('later')).toBe('later');
    expect(await stage.desk.with({ delivery: 'express' }).work('by option')).toBe('by option');
    const submitted = await stage.desk.peek.submit('handle');
    expect(await submitted.result()).toBe('handle');
  });

  test('many express calls at once each get their own answer', async () => {
    await stage.serve();
    await stage.serve();
    const texts = Array.from({ length: 100 }, (_, index) => `${index}`);
    expect(await Promise.all(texts.map((text) => stage.desk.peek(text)))).toEqual(texts);
  });

  test('an express call that fails is not tried again', async () => {
    let runs = 0;
    await stage.serve({
      peek: () => {
        runs++;
        throw new Error('no');
      },
    });
    expect(await failureOf(stage.desk.peek('x'))).toMatchObject({ code: 'HANDLER_FAILED', kind: 'failed' });
    await stage.pass('5m');
    expect(runs).toBe(1);
  });

  test('an express call whose server closes is not run by another one', async () => {
    let runs = 0;
    const server = await stage.serve({
      peek: (_text, ctx) => {
        runs++;
        return new Promise((_resolve, reject) =>
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)),
        );
      },
    });
    const failure = failureOf(stage.desk.peek('x'));
    await eventually(() => expect(runs).toBe(1));
    await stage.serve({
      peek: () => {
        runs++;
        return 'again';
      },
    });
    const closed = server.close(0);
    await stage.pass('30s');
    await closed;
    expect(await failure).toMatchObject({ kind: 'unknown' });
    expect(runs).toBe(1);
  });

  test('what contradicts express is refused before anything is sent', async () => {
    const contradictions = [
      { delivery: 'express', journal: 'always' },
      { delivery: 'express', orderKey: 'k' },
      { delivery: 'express', retry: 5 as never },
    ] as const;
    for (const options of contradictions) {
      await expect(async () => stage.desk.with(options).work('x')).rejects.toBeInstanceOf(TypeError);
    }
    expect((await stage.desk.work.submit('x')).id).toBeDefined();
  });

  test('a priority that there is not is refused', async () => {
    for (const priority of [-1, 8, 2.5, Number.NaN, '7' as never]) {
      await expect(async () => stage.desk.with({ priority }).work('x')).rejects.toBeInstanceOf(RangeError);
    }
  });
}
