// Versions side by side: a call waits for a server that understands it, and nothing of it is burnt.

import { expect, test } from 'vitest';
import { eventually, failureOf, LONG_LEASE, type Stage } from '../stage.js';
import {
  LibraryClient as FirstClient,
  libraryDescriptor as first,
} from '../versions/first/generated/index.js';
import {
  LibraryClient as SecondClient,
  libraryDescriptor as second,
} from '../versions/second/generated/index.js';

export function versionsSuite(stage: Stage): void {
  const serveFirst = async () =>
    (await stage.connect()).serve(
      first,
      { lend: (book) => `${book}, lent by the first` },
      { lease: LONG_LEASE },
    );
  const serveSecond = async () =>
    (await stage.connect()).serve(
      second,
      {
        lend: (book) => `${book}, lent by the second`,
        giveBack: (book) => `${book}, back`,
      },
      { lease: LONG_LEASE },
    );

  test('a newer server answers older clients', async () => {
    await serveSecond();
    expect(await new FirstClient(stage.mq).lend('Emma')).toBe('Emma, lent by the second');
  });

  test('a call of a newer client is parked by older servers, and resumes when a newer one starts', async () => {
    await serveFirst();
    const client = new SecondClient(stage.mq);
    const calls = [await client.giveBack.submit('Emma'), await client.lend.submit('Persuasion')];
    await eventually(async () => {
      for (const call of calls) expect(await call.status()).toMatchObject({ state: 'parked', failures: 0 });
    });
    await stage.pass('10m');
    expect((await calls[0]?.status())?.state).toBe('parked');
    // The older server goes on meanwhile.
    expect(await new FirstClient(stage.mq).lend('Emma')).toBe('Emma, lent by the first');
    await serveSecond();
    await stage.pass('3s');
    expect(await calls[0]?.result()).toBe('Emma, back');
    expect(await calls[1]?.result()).toBe('Persuasion, lent by the second');
  });

  test('with both kinds of servers every call is answered by one that understands it', async () => {
    await serveFirst();
    await serveSecond();
    const [older, newer] = [new FirstClient(stage.mq), new SecondClient(stage.mq)];
    const results = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? older.lend(`${index}`) : newer.giveBack(`${index}`),
    );
    await stage.pass('5s');
    const answers = await Promise.all(results);
    expect(answers.filter((answer) => answer.endsWith('back'))).toHaveLength(10);
  });

  test('a parked call can be cancelled, and expires', async () => {
    await serveFirst();
    const client = new SecondClient(stage.mq);
    const cancelled = await client.giveBack.submit('Emma');
    const expiring = await client.with({ timeToBeReceived: '1m' }).giveBack.submit('Emma');
    await eventually(async () => {
      for (const call of [cancelled, expiring]) expect((await call.status()).state).toBe('parked');
    });
    expect(await cancelled.cancel()).toBe('cancelled');
    await stage.pass('62s');
    await eventually(async () => expect((await expiring.status()).state).toBe('expired'));
    expect(await failureOf(expiring.result())).toMatchObject({ clock: 'timeToBeReceived' });
  });

  test('calls of another major version have a queue of their own', async () => {
    const next = { ...second, version: '2.0', queue: 'library.v2' };
    await serveFirst();
    const server = await (await stage.connect()).serve(next, {
      lend: (book) => book,
      giveBack: (book) => book,
    });
    expect(await new FirstClient(stage.mq).lend('Emma')).toBe('Emma, lent by the first');
    await server.close();
  });
}
