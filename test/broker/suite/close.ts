// close: what was asked for is finished, and nothing happens afterwards.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import type { Subject } from './subject.js';

export function closeSuite(subject: Subject): void {
  test('what was asked for before is finished', async () => {
    const connection = await subject.connect();
    const sent = connection.send([createMessage()]);
    const closed = connection.close();
    expect(await sent).toEqual(['accepted']);
    await closed;
    expect((await subject.broker.counts('q')).ready).toBe(1);
  });

  test('closing twice is closing once', async () => {
    const connection = await subject.connect();
    await Promise.all([connection.close(), connection.close()]);
    await connection.close();
  });

  test('every verb refuses to work afterwards', async () => {
    const connection = await subject.connect();
    await connection.close();
    const call = { queue: 'q', id: createMessage().id, attempt: 1 };
    const page = { limit: 1 };
    const verbs: (() => Promise<unknown>)[] = [
      () => connection.send([createMessage()]),
      () => connection.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 1_000 }),
      () => connection.extend([call], 1_000),
      () => connection.settle([{ ...call, outcome: 'released' }]),
      () => connection.reap(),
      () => connection.fetch([call]),
      () => connection.confirm([call]),
      () => connection.cancel([call]),
      () => connection.limit('q', { maxCalls: 1 }),
      () => connection.counts('q'),
      () => connection.peek('q', page),
      () => connection.deadLetters('q', page),
      () => connection.findDeadLetters([call]),
      () => connection.replay([call]),
      () => connection.remove([call]),
      () => connection.journal('q', 'sent', page),
      () => connection.groups('q'),
      () => connection.join('q', { name: 'g', events: [] }),
      () => connection.leave('q', 'g'),
    ];
    for (const verb of verbs) await expect(verb()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('its listeners and subscriptions hear nothing any more', async () => {
    const connection = await subject.connect();
    let heard = 0;
    connection.listen('q', () => heard++);
    connection.subscribe('inbox', () => heard++);
    await connection.close();
    await subject.answer({ inbox: 'inbox' });
    expect(heard).toBe(0);
  });

  test('the calls stay for the other connections', async () => {
    const connection = await subject.connect();
    const message = createMessage();
    await connection.send([message]);
    await connection.close();
    expect((await subject.find(message))?.state).toBe('ready');
  });
}
