// Events: each reaches every group of subscribers once, also those that are offline.

import { type Connection, connect, type EventHandlers, EventSubscriber, type Subscription } from 'mq-rpc';
import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import type { Broker } from '#dist/src/broker/broker.js';
import { createFanOut } from '#dist/src/events/fan-out.js';
import { brokerOf } from '../support/broker-of.js';
import type { News } from '../support/contracts/news.contract.js';
import { NewsClient } from '../support/generated/news.client.js';
import { newsDescriptor } from '../support/generated/news.descriptor.js';
import { NewsSubscriber } from '../support/generated/news.subscriber.js';
import { ShopClient } from '../support/generated/shop.client.js';
import { shopDescriptor } from '../support/generated/shop.descriptor.js';
import { gate, shopHandlers } from '../support/shop-handlers.js';
import { withVerbs } from '../support/with-verbs.js';

type NewsHandlers = EventHandlers<News, 'published' | 'changed' | 'flashed' | 'withdrawn'>;

const article = (id: string, title = 'News') => ({ id, title });

const EVENTS = 'news.v1/events';

interface Reader {
  /** Ids of the articles that were published. */
  readonly read: string[];
  readonly subscription: Subscription;
}

/** Subscribes to what is published. */
async function readAs(mq: Connection, group: string): Promise<Reader> {
  const read: string[] = [];
  const published = ({ id }: { id: string }) => void read.push(id);
  return { read, subscription: await mq.subscribe(newsDescriptor, { published }, { group }) };
}

/** Publishes articles with these ids. */
async function publish(mq: Connection, ...ids: string[]): Promise<void> {
  const news = new NewsClient(mq);
  for (const id of ids) await news.published(article(id));
}

/** A group that joins and is then offline. */
async function joinAndGoOffline(pair: TestPair, group: string): Promise<void> {
  const { subscription } = await readAs(pair.server, group);
  await subscription.close();
}

test('an event reaches every group once, however many subscribers the group has', async () => {
  await using pair = await createTestPair();
  const mails = [await readAs(pair.server, 'mail'), await readAs(await pair.connect(), 'mail')];
  const billing = await readAs(pair.server, 'billing');
  await publish(pair.client, '1', '2', '3', '4');
  await pair.clock.settle();
  expect(mails.flatMap(({ read }) => read).sort()).toEqual(['1', '2', '3', '4']);
  expect(billing.read).toEqual(['1', '2', '3', '4']);
});

test('a subscriber can be a class, which handles all events', async () => {
  await using pair = await createTestPair();
  const seen: unknown[] = [];
  class Reading extends NewsSubscriber {
    published({ id }: { id: string }): void {
      seen.push(['published', id]);
    }
    changed({ id }: { id: string }): void {
      seen.push(['changed', id]);
    }
    flashed(text: string): void {
      seen.push(['flashed', text]);
    }
    withdrawn(id: string): void {
      seen.push(['withdrawn', id]);
    }
  }
  const subscription = await pair.server.subscribe(new Reading(), { group: 'reading' });
  expect(subscription).toMatchObject({ group: 'reading', queue: `${EVENTS}/reading`, running: 0 });
  const news = new NewsClient(pair.client);
  await news.published(article('1'));
  await news.withdrawn('1');
  await pair.clock.settle();
  expect(seen).toEqual([
    ['published', '1'],
    ['withdrawn', '1'],
  ]);
});

test('events wait for groups that are offline', async () => {
  await using pair = await createTestPair();
  await joinAndGoOffline(pair, 'mail');
  const billing = await readAs(pair.server, 'billing');
  await publish(pair.client, '1', '2');
  await pair.clock.advance('30d');
  expect(billing.read).toEqual(['1', '2']);
  const mail = await readAs(pair.server, 'mail');
  await pair.clock.settle();
  expect(mail.read).toEqual(['1', '2']);
});

test('events that nobody was there for wait for the first group', async () => {
  await using pair = await createTestPair();
  await publish(pair.client, '1', '2');
  await pair.clock.advance('2d');
  const { read } = await readAs(pair.server, 'mail');
  await pair.clock.settle();
  expect(read).toEqual(['1', '2']);
  const later = await readAs(pair.server, 'later');
  await pair.clock.settle();
  expect(later.read).toEqual([]);
});

test('a group gets the events that it has handlers for', async () => {
  await using pair = await createTestPair();
  const { read } = await readAs(pair.server, 'mail');
  const flashes: string[] = [];
  const handlers: NewsHandlers = { flashed: (text) => void flashes.push(text) };
  await pair.server.subscribe(newsDescriptor, handlers, { group: 'flash' });
  await publish(pair.client, '1');
  await new NewsClient(pair.client).flashed('now');
  await new NewsClient(pair.client).withdrawn('nobody wants it');
  await pair.clock.settle();
  expect({ read, flashes }).toEqual({ read: ['1'], flashes: ['now'] });
  const broker = await brokerOf(pair);
  expect(await broker.peek(EVENTS, { limit: 10 })).toEqual([]);
});

test('an event has one outcome in each group: a failing handler is tried again, and others are not', async () => {
  await using pair = await createTestPair();
  const attempts: string[] = [];
  const withdrawn = (group: string) => (id: string, ctx: { attempt: number }) => {
    attempts.push(`${group} ${id} ${ctx.attempt}`);
    if (group === 'mail') throw new Error('no mail today');
  };
  const options = { onFailure: () => {} };
  for (const group of ['mail', 'billing']) {
    await pair.server.subscribe(newsDescriptor, { withdrawn: withdrawn(group) }, { ...options, group });
  }
  await new NewsClient(pair.client).withdrawn('1');
  await pair.clock.advance('1m');
  expect(attempts.sort()).toEqual(['billing 1 1', 'mail 1 1', 'mail 1 2']);
  const [letter] = await pair.client.deadLetters(`${EVENTS}/mail`).list();
  expect(letter).toMatchObject({ method: 'withdrawn', args: ['1'], reason: 'handler-failed' });
  expect(await pair.client.deadLetters(`${EVENTS}/billing`).count()).toBe(0);
});

test('an event keeps its priority, its time and its journal on its way', async () => {
  await using pair = await createTestPair();
  await joinAndGoOffline(pair, 'other');
  const flashed = () => {};
  const { close } = await pair.server.subscribe(newsDescriptor, { flashed }, { group: 'flash' });
  await close();
  await new NewsClient(pair.client).flashed('now');
  // Somebody passes it on.
  await readAs(pair.server, 'other');
  await pair.clock.settle();
  const broker = await brokerOf(pair);
  expect(await broker.peek(`${EVENTS}/flash`, { limit: 10 })).toMatchObject([
    { priority: 6, state: 'ready' },
  ]);
  await pair.clock.advance('61s');
  expect(await pair.client.deadLetters(`${EVENTS}/flash`).list()).toMatchObject([
    { reason: 'expired', expiredBy: 'timeToBeReceived', priority: 6, args: ['now'] },
  ]);
});

test('an event that nobody came for in time is a dead letter where it was published', async () => {
  await using pair = await createTestPair();
  await new NewsClient(pair.client).flashed('now');
  await pair.clock.advance('2m');
  expect(await pair.client.deadLetters(EVENTS).list()).toMatchObject([{ reason: 'expired', args: ['now'] }]);
});

test('events with an equal key reach a group in order, one at a time', async () => {
  await using pair = await createTestPair();
  const log: string[] = [];
  const release = gate();
  const changed = async ({ id, title }: { id: string; title: string }) => {
    log.push(`${id} ${title} begins`);
    if (id === 'a') await release.opened;
    log.push(`${id} ${title} ends`);
  };
  await pair.server.subscribe(newsDescriptor, { changed }, { group: 'mail' });
  const news = new NewsClient(pair.client);
  await news.changed(article('a', '1'));
  await news.changed(article('a', '2'));
  await news.changed(article('b', '1'));
  await pair.clock.settle();
  expect(log).toEqual(['a 1 begins', 'b 1 begins', 'b 1 ends']);
  release.open();
  await pair.clock.settle();
  expect(log.slice(3)).toEqual(['a 1 ends', 'a 2 begins', 'a 2 ends']);
});

test('an event that a crash passes on again reaches each group once', async () => {
  await using pair = await createTestPair();
  const { read, subscription } = await readAs(pair.server, 'mail');
  await subscription.drain();
  const broker = await brokerOf(pair);
  // Whoever passes the event on dies when the copies are sent.
  const dying = { settle: () => Promise.reject(new Error('the process dies')) };
  const options = { queue: EVENTS, serviceQueue: 'news.v1', worker: 'dying', clock: pair.clock };
  const fanOut = createFanOut({ ...options, broker: withVerbs(broker, dying), onWarning: () => {} });
  await publish(pair.client, '1');
  await pair.clock.settle();
  await fanOut.close();
  expect(await broker.peek(`${EVENTS}/mail`, { limit: 10 })).toHaveLength(1);
  expect(await broker.counts(EVENTS)).toMatchObject({ leased: 1 });
  const other = await readAs(pair.server, 'mail');
  await pair.clock.advance('1m');
  expect([...read, ...other.read]).toEqual(['1']);
  expect(await broker.counts(EVENTS)).toMatchObject({ leased: 0, ready: 0 });
});

test('an express event reaches every group, and after a crash nobody twice', async () => {
  await using pair = await createTestPair();
  const mail = await readAs(pair.server, 'mail');
  const billing = await readAs(pair.server, 'billing');
  const news = new NewsClient(pair.client).with({ delivery: 'express' });
  await news.published(article('1'));
  await pair.clock.settle();
  expect([mail.read, billing.read]).toEqual([['1'], ['1']]);
  await Promise.all([mail.subscription.drain(), billing.subscription.drain()]);
  const broker = await brokerOf(pair);
  const dying = { send: () => Promise.reject(new Error('the process dies')) };
  const options = { queue: EVENTS, serviceQueue: 'news.v1', worker: 'dying', clock: pair.clock };
  const fanOut = createFanOut({ ...options, broker: withVerbs(broker, dying), onWarning: () => {} });
  await news.published(article('2'));
  await pair.clock.settle();
  await fanOut.close();
  expect(await broker.counts(EVENTS)).toMatchObject({ ready: 0, leased: 0 });
});

test('events go on when one of several subscribers closes in the middle', async () => {
  await using pair = await createTestPair();
  const readers = await Promise.all([1, 2, 3].map(async () => readAs(await pair.connect(), 'mail')));
  const other = await readAs(pair.server, 'billing');
  const ids = Array.from({ length: 300 }, (_, index) => `${index}`);
  const publishing = Promise.all(ids.map((id) => publish(pair.client, id)));
  await readers[0]?.subscription.close();
  await publishing;
  await readers[1]?.subscription.close();
  await vi.waitFor(() => {
    expect(readers.flatMap(({ read }) => read).sort()).toEqual(ids.toSorted());
    expect(other.read.toSorted()).toEqual(ids.toSorted());
  });
});

test('a group whose queue is full holds up its own events, and those of no other group', async () => {
  await using pair = await createTestPair();
  const warnings: string[] = [];
  const mq = await pair.connect({ onWarning: (message) => warnings.push(message) });
  const full = await readAs(mq, 'full');
  await full.subscription.close();
  const broker = await brokerOf(pair);
  await broker.limit(`${EVENTS}/full`, { maxCalls: 1 });
  const { read } = await readAs(mq, 'mail');
  await publish(pair.client, '1', '2');
  await pair.clock.advance('3h');
  expect(read).toEqual(['1', '2']);
  expect(warnings).toContain(`${EVENTS}: events wait, because groups take no more of them: full`);
  const again = await readAs(pair.server, 'full');
  await pair.clock.advance('2m');
  expect(again.read).toEqual(['1', '2']);
  expect(read).toEqual(['1', '2']);
});

test('groups are listed, and one that has left gets nothing more', async () => {
  await using pair = await createTestPair();
  expect(await pair.client.groups(newsDescriptor)).toEqual([]);
  const mail = await readAs(pair.server, 'mail');
  const billing = await readAs(pair.server, 'billing');
  expect(await pair.client.groups(new NewsClient(pair.client))).toEqual(['billing', 'mail']);
  await publish(pair.client, '1');
  await pair.clock.settle();
  expect(await pair.client.leave('news.v1', 'mail')).toBe(true);
  expect(await pair.client.leave('news.v1', 'mail')).toBe(false);
  await publish(pair.client, '2');
  await pair.clock.settle();
  expect(mail.read).toEqual(['1']);
  expect(billing.read).toEqual(['1', '2']);
  expect(await pair.client.groups('news.v1')).toEqual(['billing']);
});

test('when the last group has left, events wait for the next one', async () => {
  await using pair = await createTestPair();
  const mail = await readAs(pair.server, 'mail');
  await pair.client.leave(newsDescriptor, 'mail');
  await publish(pair.client, '1');
  await pair.clock.advance('1m');
  expect(mail.read).toEqual([]);
  const next = await readAs(pair.server, 'next');
  await pair.clock.advance('5s');
  expect(next.read).toEqual(['1']);
});

test('what is no event becomes a dead letter of the events', async () => {
  await using pair = await createTestPair();
  await readAs(pair.server, 'mail');
  const broker = await brokerOf(pair);
  const id = '01900000-0000-7000-8000-000000000001';
  const message = { id, queue: EVENTS, body: 'nonsense', priority: 3, maxDeliveries: 3 };
  await broker.send([{ ...message, wantsResult: false, retainMs: 0 }]);
  await pair.clock.settle();
  expect(await pair.client.deadLetters(EVENTS).list()).toMatchObject([
    { id, body: 'nonsense', reason: 'malformed', method: undefined, error: { code: 'MALFORMED' } },
  ]);
});

test('an event whose copies the broker refuses becomes a dead letter, and keeps no other one', async () => {
  await using pair = await createTestPair();
  const { read, subscription } = await readAs(pair.server, 'mail');
  await subscription.drain();
  await publish(pair.client, '1', 'refused', '2');
  const broker = await brokerOf(pair);
  const send: Broker['send'] = async (messages) => {
    if (messages.some(({ body }) => body.includes('refused')))
      throw new RangeError('a lane that is too long');
    return broker.send(messages);
  };
  const options = { queue: EVENTS, serviceQueue: 'news.v1', worker: 'w', clock: pair.clock };
  const fanOut = createFanOut({ ...options, broker: withVerbs(broker, { send }), onWarning: () => {} });
  await pair.clock.settle();
  await fanOut.close();
  const next = await readAs(pair.server, 'mail');
  await pair.clock.settle();
  expect([...read, ...next.read]).toEqual(['1', '2']);
  expect(await pair.client.deadLetters(EVENTS).list()).toMatchObject([
    { args: [{ id: 'refused' }], reason: 'malformed', error: { message: 'a lane that is too long' } },
  ]);
});

test('the server of a service does not handle its events', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(newsDescriptor, { count: () => 7 });
  await publish(pair.client, '1');
  expect(await new NewsClient(pair.client).count()).toBe(7);
  expect(await (await brokerOf(pair)).counts(EVENTS)).toMatchObject({ ready: 1 });
});

test('a subscription drains: it finishes what it has and takes nothing new', async () => {
  await using pair = await createTestPair();
  const { read, subscription } = await readAs(pair.server, 'mail');
  await publish(pair.client, '1');
  await pair.clock.settle();
  await subscription.drain();
  await publish(pair.client, '2');
  await pair.clock.advance('1m');
  expect(read).toEqual(['1']);
  expect(await (await brokerOf(pair)).counts(EVENTS)).toMatchObject({ ready: 1 });
});

test('an event of a handler outlives the deadline of its call', async () => {
  await using pair = await createTestPair();
  await joinAndGoOffline(pair, 'mail');
  const act = async (id: string) => {
    await publish(pair.server, id);
    return id;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  const deadline = new Date(pair.clock.now() + 60_000);
  await new ShopClient(pair.client).with({ deadline }).act('1');
  await pair.clock.advance('5m');
  const { read } = await readAs(pair.server, 'mail');
  await pair.clock.settle();
  expect(read).toEqual(['1']);
});

test('namespaces have events of their own', async () => {
  await using pair = await createTestPair();
  await using other = await connect({ url: pair.client.url, clock: pair.clock, namespace: 'other' });
  const { read, subscription } = await readAs(other, 'mail');
  expect(subscription.queue).toBe(`${EVENTS}/mail`);
  await publish(pair.client, '1');
  await publish(other, '2');
  await pair.clock.settle();
  expect(read).toEqual(['2']);
});

test.each([
  [{}, 'expected handlers for some of published, changed, flashed, withdrawn'],
  [{ count: () => 1 }, 'count: news has no such event; there are published, changed, flashed, withdrawn'],
  [{ published: 5 }, 'expected a function as the handler of published'],
  [undefined, 'generated …Subscriber class'],
])('the handlers %o are refused', async (handlers, message) => {
  await using pair = await createTestPair();
  const subscribed = pair.server.subscribe(newsDescriptor, handlers as never, { group: 'mail' });
  await expect(subscribed).rejects.toThrow(TypeError);
  await expect(subscribed).rejects.toThrow(message);
  expect(await pair.client.groups(newsDescriptor)).toEqual([]);
});

test('a service without events has no subscribers', async () => {
  await using pair = await createTestPair();
  const subscribed = pair.server.subscribe(shopDescriptor, { track: () => {} } as never, { group: 'mail' });
  await expect(subscribed).rejects.toThrow('subscribe: shop has no events');
  class Nothing extends EventSubscriber {
    static override readonly descriptor = shopDescriptor;
  }
  const bySkeleton = pair.server.subscribe(new Nothing(), { group: 'mail' });
  await expect(bySkeleton).rejects.toThrow('subscribe: shop has no events');
});

test.each([
  [{ group: 'Two Words' }, 'group: expected up to 64 lower-case letters'],
  [{}, 'group: expected up to 64 lower-case letters'],
  [{ group: 'mail', grup: 'x' }, '"grup"'],
  [undefined, 'subscribe: expected an object of options'],
  [{ group: 'mail', concurrency: 0 }, 'concurrency'],
])('the options %j are refused', async (options, message) => {
  await using pair = await createTestPair();
  const published = () => {};
  await expect(pair.server.subscribe(newsDescriptor, { published }, options as never)).rejects.toThrow(
    message,
  );
  expect(await pair.client.groups(newsDescriptor)).toEqual([]);
});

test('what is no service has no groups', async () => {
  await using pair = await createTestPair();
  await expect(pair.client.groups(5 as never)).rejects.toThrow('groups: expected a client');
  await expect(pair.client.leave(newsDescriptor, 'No Group')).rejects.toThrow(TypeError);
  await expect(pair.server.subscribe(null as never, { group: 'mail' })).rejects.toThrow('…Subscriber');
});
