// Whatever a body, a name or a result holds, it comes out as it went in and touches nothing else.

import { expect, test } from 'vitest';
import { attemptOf, eventually, type Subject } from './subject.js';

const TEXTS = {
  'not JSON': '\u0001}{ not json',
  empty: '',
  quotes: `'"\`\\; DROP TABLE call; --`,
  'beyond the basic plane': '𝒳😀\u2028\u2029\uFFFF',
  'an escaped NUL': '{"a":"\\u0000"}',
  'a prototype': '{"__proto__":{"polluted":true}}',
  'a megabyte': 'ä'.repeat(512 * 1024),
};

const NAMES = [
  '../../etc/passwd',
  '..',
  '/',
  'a/b\\c',
  "'; DROP TABLE call; --",
  'nul.v1',
  'ü😀',
  '{q}:*',
  '',
];

export function malformedSuite(subject: Subject): void {
  for (const [name, text] of Object.entries(TEXTS)) {
    test(`a body and a result may be ${name}`, async () => {
      const delivery = await subject.answer({ body: text }, text);
      expect(delivery.body).toBe(text);
      expect((await subject.find(delivery))?.result).toBe(text);
    });
  }

  for (const name of NAMES) {
    test(`a queue and an inbox may be called ${JSON.stringify(name)}`, async () => {
      const pushed: string[] = [];
      let heard = 0;
      const inbox = name === '' ? 'inbox' : name;
      subject.broker.subscribe(inbox, (records) => pushed.push(...records.map(({ id }) => id)));
      subject.broker.listen(name, () => heard++);
      const delivery = await subject.answer({ queue: name, inbox });
      expect(heard).toBeGreaterThan(0);
      await eventually(() => expect(pushed).toEqual([delivery.id]));
      expect((await subject.broker.counts(name)).answered).toBe(1);
    });
  }

  test('a malformed call ends in the dead-letter queue, and the queue goes on', async () => {
    const malformed = await subject.deliver({ body: 'garbage' });
    await subject.broker.settle([
      { ...attemptOf(malformed), outcome: 'dead', reason: 'malformed', result: '1' },
    ]);
    expect((await subject.broker.deadLetters('q', { limit: 1 }))[0]?.body).toBe('garbage');
    await subject.answer();
  });

  test('instants that nobody lives to see do no harm to the queue', async () => {
    const ever = Number.MAX_SAFE_INTEGER;
    const retried = await subject.deliver();
    const retry = { ...attemptOf(retried), outcome: 'retry', delayMs: ever, result: '1' } as const;
    expect(await subject.broker.settle([retry])).toEqual(['ok']);
    const message = await subject.send({ expiresAt: ever + subject.clock.now(), retainMs: ever });
    await subject.send({ notBefore: ever + subject.clock.now() });
    const [delivery] = await subject.claim({ leaseMs: ever });
    expect(delivery?.id).toBe(message.id);
    await subject.broker.reap();
    expect(await subject.broker.counts('q')).toMatchObject({ scheduled: 2, leased: 1 });
    expect(subject.warnings).toEqual([]);
  });

  test('a message that the broker cannot store fails by itself', async () => {
    // What no typed caller can do, and what a later version might: a body that is no text.
    const broken = subject.send({ body: { not: 'text' } as unknown as string });
    const fine = subject.send();
    await expect(broken).rejects.toThrow();
    expect((await subject.find(await fine))?.state).toBe('ready');
  });
}
