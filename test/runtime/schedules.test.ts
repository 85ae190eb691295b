// Schedules: what recurs is called once for each of its times, whoever runs, and whatever happens in between.

import { type Connection, connect, RpcError } from 'mq-rpc';
import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import { keyedCallId } from '#dist/src/client/call-id.js';
import { callAt } from '#dist/src/schedules/call-template.js';
import { createRecurrence } from '#dist/src/schedules/recurrence.js';
import { decodeSchedule } from '#dist/src/schedules/schedule-body.js';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient } from '../support/generated/shop.client.js';
import { shopDescriptor } from '../support/generated/shop.descriptor.js';
import { shopHandlers } from '../support/shop-handlers.js';

const QUEUE = 'mq-rpc:schedules';
const HOURLY = { cron: '0 * * * *' };

/** Serves the shop; gives the times for which `track` was called. */
async function serveShop(mq: Connection): Promise<string[]> {
  const times: string[] = [];
  const track = (event: string, ctx: { headers: Readonly<Record<string, string>> }) => {
    times.push(`${event} ${ctx.headers['mq-rpc-scheduled-for']}`);
  };
  await mq.serve(shopDescriptor, shopHandlers({ track }));
  return times;
}

const shop = (mq: Connection): ShopClient => new ShopClient(mq);

/** A time of the first of January 2026, as it stands in a header. */
const at = (time: string): string => `2026-01-01T${time}:00.000Z`;

/** Makes a schedule by a connection that is closed again, so that nobody fires it for a while. */
async function scheduleAndLeave(
  pair: TestPair,
  missed: 'one' | 'all' | 'none',
  cron = '0 * * * *',
): Promise<void> {
  const mq = await pair.connect();
  await mq.schedule('tidy', { cron, missed }, shop(mq).track, 'tidy');
  await mq.close();
}

test('a schedule calls its method at each of its times, and the call knows the time', async () => {
  await using pair = await createTestPair();
  const calls = await serveShop(pair.server);
  const entry = await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'tidy');
  expect(entry).toEqual({
    name: 'tidy',
    cron: '0 * * * *',
    timeZone: 'UTC',
    missed: 'one',
    nextAt: new Date(at('01:00')),
    method: 'track',
    queue: 'shop.v1',
  });
  await pair.clock.advance('59m');
  expect(calls).toEqual([]);
  await pair.clock.advance('2h');
  expect(calls).toEqual([`tidy ${at('01:00')}`, `tidy ${at('02:00')}`]);
});

test('each time fires once, however many connections there are, and also when some of them close', async () => {
  await using pair = await createTestPair();
  const calls = await serveShop(pair.server);
  const others = await Promise.all([1, 2, 3].map(() => pair.connect()));
  for (const mq of others) {
    await mq.serve(shopDescriptor, shopHandlers(), { concurrency: 1 }).then((server) => server.drain());
    await mq.schedule('tidy', { cron: '*/10 * * * *' }, shop(mq).track, 'tidy');
  }
  for (const mq of others) {
    await pair.clock.advance('10m');
    await Promise.all([mq.close(), pair.clock.advance('10m')]);
  }
  expect(calls).toEqual(
    ['00:10', '00:20', '00:30', '00:40', '00:50', '01:00'].map((time) => `tidy ${at(time)}`),
  );
});

test('of times that were missed the newest is fired, once, unless the schedule says otherwise', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'one');
  await pair.clock.advance('210m');
  const calls = await serveShop(pair.server);
  await pair.clock.advance('1m');
  expect(calls).toEqual([`tidy ${at('03:00')}`]);
  await pair.clock.advance('30m');
  expect(calls).toEqual([`tidy ${at('03:00')}`, `tidy ${at('04:00')}`]);
});

test('all times that were missed are fired, oldest first, if the schedule says so', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'all');
  await pair.clock.advance('210m');
  const calls = await serveShop(pair.server);
  await pair.clock.advance('31m');
  expect(calls).toEqual(['01:00', '02:00', '03:00', '04:00'].map((time) => `tidy ${at(time)}`));
});

test('more missed times than go into one batch are all fired', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'all', '* * * * *');
  await pair.clock.advance('1201m');
  const calls = await serveShop(pair.server);
  await vi.waitFor(() => expect(calls).toHaveLength(1201), { timeout: 30_000 });
  expect(new Set(calls).size).toBe(1201);
});

test('no time that was missed is fired, if the schedule says so', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'none');
  await pair.clock.advance('210m');
  const calls = await serveShop(pair.server);
  await pair.clock.advance('31m');
  expect(calls).toEqual([`tidy ${at('04:00')}`]);
});

test('a time that is fired within a minute was not missed', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'none');
  await pair.clock.advance('61m');
  const calls = await serveShop(pair.server);
  await pair.clock.advance('1s');
  expect(calls).toEqual([`tidy ${at('01:00')}`]);
});

test('times of a frequent schedule that are late by less than a minute are all fired', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'one', '*/15 * * * * *');
  await pair.clock.advance('60s');
  const calls = await serveShop(pair.server);
  await pair.clock.settle();
  expect(calls).toHaveLength(4);
});

test('the same schedule again changes nothing', async () => {
  await using pair = await createTestPair();
  const calls = await serveShop(pair.server);
  const first = await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'tidy');
  await pair.clock.advance('90m');
  const again = await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'tidy');
  expect(first.nextAt).toEqual(new Date(at('01:00')));
  expect(again.nextAt).toEqual(new Date(at('02:00')));
  expect(await pair.client.schedules()).toEqual([again]);
  await pair.clock.advance('1h');
  expect(calls).toEqual([`tidy ${at('01:00')}`, `tidy ${at('02:00')}`]);
});

test('another definition replaces the former', async () => {
  await using pair = await createTestPair();
  const calls = await serveShop(pair.server);
  await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'tidy');
  await pair.client.schedule('tidy', { cron: '30 * * * *' }, shop(pair.client).track, 'clean');
  await pair.clock.advance('2h');
  expect(calls).toEqual([`clean ${at('00:30')}`, `clean ${at('01:30')}`]);
  expect(await pair.client.schedules()).toMatchObject([{ cron: '30 * * * *' }]);
});

test('a time that was missed is not lost when the schedule is given other arguments', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'one');
  await pair.clock.advance('90m');
  await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'clean');
  const calls = await serveShop(pair.server);
  await pair.clock.settle();
  expect(calls).toEqual([`clean ${at('01:00')}`]);
});

test('several processes that define a schedule differently at the same time leave one definition', async () => {
  await using pair = await createTestPair();
  const texts = ['a', 'b', 'c'];
  await Promise.allSettled(
    texts.map((text) => pair.client.schedule('tidy', HOURLY, shop(pair.client).track, text)),
  );
  expect(await pair.client.schedules()).toHaveLength(1);
});

test('a schedule that was taken away fires no more', async () => {
  await using pair = await createTestPair();
  const calls = await serveShop(pair.server);
  await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'tidy');
  await pair.client.schedule('other', HOURLY, shop(pair.client).track, 'other');
  expect(await pair.client.unschedule('tidy')).toBe(true);
  expect(await pair.client.unschedule('tidy')).toBe(false);
  await pair.clock.advance('1h');
  expect(calls).toEqual([`other ${at('01:00')}`]);
  expect((await pair.server.schedules()).map(({ name }) => name)).toEqual(['other']);
});

test('a schedule whose times are over is forgotten', async () => {
  await using pair = await createTestPair();
  const calls = await serveShop(pair.server);
  await pair.client.schedule('once', { cron: '0 0 1 1 1 * 2026' }, shop(pair.client).track, 'once');
  await pair.clock.advance('2h');
  expect(calls).toEqual([`once ${at('01:00')}`]);
  expect(await pair.client.schedules()).toEqual([]);
});

test('calls of schedules have the options of their client and their contract', async () => {
  await using pair = await createTestPair();
  const client = shop(pair.client).with({ priority: 7, headers: { tenant: 'x' }, timeToBeReceived: '10m' });
  await pair.client.schedule('say', HOURLY, client.say, 'hello', 2);
  await pair.clock.advance('1h');
  const broker = await brokerOf(pair);
  const [call] = await broker.claim({ queue: 'shop.v1', worker: 'w', limit: 10, leaseMs: 1_000 });
  expect(call).toMatchObject({ priority: 7, expiresAt: Date.UTC(2026, 0, 1, 1, 10) });
  expect(JSON.parse(call?.body ?? '')).toMatchObject({
    m: 'say',
    a: ['hello', 2],
    h: { tenant: 'x', 'mq-rpc-scheduled-for': at('01:00') },
  });
});

test('a schedule made in a handler inherits neither the deadline nor the trace of its call', async () => {
  await using pair = await createTestPair();
  const act = async () => {
    await pair.server.schedule('tidy', HOURLY, shop(pair.server).track, 'tidy');
    return 'scheduled';
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  const options = { deadline: new Date(pair.clock.now() + 60_000), headers: { traceparent: '00-1' } };
  await shop(pair.client).with(options).act('go');
  const broker = await brokerOf(pair);
  const [schedule] = await broker.peek(QUEUE, { limit: 10 });
  const call = JSON.parse(JSON.parse(schedule?.body ?? '').call.body);
  expect(call).toMatchObject({ m: 'track', a: ['tidy'] });
  expect(call).not.toHaveProperty('d');
  expect(call).not.toHaveProperty('h');
});

test('a time that was fired by a process that crashed before it could say so is not fired again', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'one');
  await pair.clock.advance('1h');
  const broker = await brokerOf(pair);
  const [delivery] = await broker.claim({ queue: QUEUE, worker: 'crashes', limit: 1, leaseMs: 10_000 });
  const schedule = decodeSchedule(delivery?.body ?? '');
  if (schedule === undefined || 'newer' in schedule) throw new Error('not a schedule');
  await broker.send([callAt(schedule.call, 'tidy', schedule.firstAt, pair.clock.now())]);
  const calls = await serveShop(pair.server);
  await pair.clock.advance('5m');
  expect(calls).toEqual([`tidy ${at('01:00')}`]);
  expect(await pair.client.schedules()).toMatchObject([{ nextAt: new Date(at('02:00')) }]);
});

test('a schedule whose processes crash again and again goes on where it was', async () => {
  await using pair = await createTestPair();
  const calls = await serveShop(pair.server);
  await scheduleAndLeave(pair, 'all');
  await pair.clock.advance('150m');
  await pair.server.close();
  const broker = await brokerOf(pair);
  await pair.clock.advance('1h');
  const [delivery] = await broker.claim({ queue: QUEUE, worker: 'crashes', limit: 1, leaseMs: 10_000 });
  if (delivery === undefined) throw new Error('the schedule is not due');
  const { queue, id, attempt } = delivery;
  await broker.settle([{ queue, id, attempt, outcome: 'dead', reason: 'attempts-exhausted', result: '' }]);
  const mq = await pair.connect();
  const later = await serveShop(mq);
  await pair.clock.advance('1m');
  expect(calls).toEqual([`tidy ${at('01:00')}`, `tidy ${at('02:00')}`]);
  expect(later).toEqual([`tidy ${at('03:00')}`]);
});

test('a schedule waits for a queue that is full', async () => {
  await using pair = await createTestPair();
  const broker = await brokerOf(pair);
  await broker.limit('shop.v1', { maxCalls: 1 });
  await shop(pair.client).track('first');
  await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'tidy');
  await pair.clock.advance('1h');
  expect(await broker.counts('shop.v1')).toMatchObject({ ready: 1 });
  const calls = await serveShop(pair.server);
  await pair.clock.advance('10s');
  expect(calls).toEqual(['first undefined', `tidy ${at('01:00')}`]);
});

test('what is no schedule becomes a dead letter, and what a newer process has written is left to it', async () => {
  await using pair = await createTestPair();
  const broker = await brokerOf(pair);
  const message = { queue: QUEUE, priority: 3, maxDeliveries: 3, wantsResult: false, retainMs: 0 };
  const [odd, newer] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'];
  await broker.send([
    { ...message, id: odd as string, body: '{"v":1,"name":5}' },
    { ...message, id: newer as string, body: '{"v":2}' },
  ]);
  await serveShop(pair.server);
  await pair.clock.advance('1m');
  expect(await pair.client.deadLetters(QUEUE).list()).toMatchObject([
    { id: odd, body: '{"v":1,"name":5}', reason: 'malformed', error: { code: 'MALFORMED' } },
  ]);
  expect(await broker.fetch([{ queue: QUEUE, id: newer as string }])).toMatchObject([{ state: 'parked' }]);
  expect(await pair.client.schedules()).toEqual([]);
});

test('a schedule whose calls the broker refuses becomes a dead letter', async () => {
  await using pair = await createTestPair();
  await scheduleAndLeave(pair, 'one');
  const broker = await brokerOf(pair);
  const [call] = await broker.peek(QUEUE, { limit: 1 });
  const schedule = JSON.parse(call?.body ?? '');
  const body = JSON.stringify({ ...schedule, call: { ...schedule.call, priority: 9 } });
  const message = { queue: QUEUE, priority: 3, maxDeliveries: 3, wantsResult: false, retainMs: 0 };
  await pair.client.unschedule('tidy');
  await broker.send([{ ...message, id: call?.id ?? '', body }]);
  const warnings: string[] = [];
  await serveShop(await pair.connect({ onWarning: (warning) => warnings.push(warning) }));
  await pair.clock.advance('1h');
  expect(await pair.client.deadLetters(QUEUE).list()).toMatchObject([{ reason: 'malformed' }]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^the schedule tidy could not be fired and is a dead letter: priority of call/);
});

test('a schedule replaces what has its name and cannot be read', async () => {
  await using pair = await createTestPair();
  const broker = await brokerOf(pair);
  const message = { queue: QUEUE, priority: 3, maxDeliveries: 3, wantsResult: false, retainMs: 0 };
  const id = keyedCallId(QUEUE, 'schedule', 'tidy');
  await broker.send([{ ...message, id, digest: 'another', body: '{"v":2}' }]);
  const calls = await serveShop(pair.server);
  await pair.clock.settle();
  await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'tidy');
  await pair.clock.advance('1h');
  expect(calls).toEqual([`tidy ${at('01:00')}`]);
});

test('namespaces have schedules of their own', async () => {
  await using pair = await createTestPair();
  await pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 'tidy');
  expect(await pair.server.schedules()).toHaveLength(1);
  await using other = await connect({ url: pair.client.url, clock: pair.clock, namespace: 'other' });
  expect(await other.schedules()).toEqual([]);
  const entry = await other.schedule('tidy', HOURLY, shop(other).track, 'tidy');
  expect(entry.queue).toBe('shop.v1');
});

const BERLIN = 'Europe/Berlin';

/** The first times after an instant. */
async function timesOf(cron: string, from: string, count: number): Promise<string[]> {
  const recurrence = await createRecurrence({ cron, timeZone: BERLIN });
  const times: string[] = [];
  let last = Date.parse(from);
  while (times.length < count) {
    last = recurrence.next(last) ?? Number.NaN;
    times.push(new Date(last).toISOString().slice(5, 16));
  }
  return times;
}

test('in the hour that a clock is put forward by, what comes once a day comes at its end', async () => {
  expect(await timesOf('30 2 * * *', '2026-03-28T12:00Z', 2)).toEqual(['03-29T01:00', '03-30T00:30']);
});

test('in the hour that a clock is put forward by, what comes more often does not come', async () => {
  expect(await timesOf('*/30 2 * * *', '2026-03-28T12:00Z', 2)).toEqual(['03-30T00:00', '03-30T00:30']);
  expect(await timesOf('0 * * * *', '2026-03-29T00:30Z', 2)).toEqual(['03-29T01:00', '03-29T02:00']);
});

test('in the hour that a clock is put back by, what comes once a day comes the first time', async () => {
  expect(await timesOf('30 2 * * *', '2026-10-24T12:00Z', 2)).toEqual(['10-25T00:30', '10-26T01:30']);
});

test('in the hour that a clock is put back by, what comes more often comes both times', async () => {
  const times = ['10-25T00:00', '10-25T00:30', '10-25T01:00', '10-25T01:30', '10-26T01:00'];
  expect(await timesOf('*/30 2 * * *', '2026-10-24T12:00Z', 5)).toEqual(times);
});

test('a schedule keeps to the clocks of its time zone', async () => {
  await using pair = await createTestPair();
  pair.clock.jump(Date.parse('2026-03-28T12:00Z'));
  const calls = await serveShop(pair.server);
  await pair.client.schedule(
    'tidy',
    { cron: '0 3 * * *', timeZone: BERLIN },
    shop(pair.client).track,
    'tidy',
  );
  await pair.clock.advance('2d');
  expect(calls).toEqual(['tidy 2026-03-29T01:00:00.000Z', 'tidy 2026-03-30T01:00:00.000Z']);
});

test.each([
  [{ cron: 'whenever' }, 'cron: expected a cron expression such as "0 3 * * *", got "whenever"'],
  [{ cron: '0 25 * * *' }, '"0 25 * * *"'],
  [{ cron: '2026-01-01T00:00:00' }, 'cron'],
  [{ cron: '0 0 30 2 *' }, 'cron: expected times to come, got "0 0 30 2 *"'],
  [{ cron: 5 }, 'cron'],
  [{}, 'cron: expected a cron expression such as "0 3 * * *", got undefined'],
  [{ ...HOURLY, timeZone: 'Europe/Nowhere' }, 'time zone, as in "Europe/Berlin", got "Europe/Nowhere"'],
  [{ ...HOURLY, timeZone: '' }, 'timeZone'],
  [{ ...HOURLY, missed: 'some' }, 'missed: expected one, all, none, got "some"'],
  [{ ...HOURLY, timezone: 'UTC' }, '"timezone"'],
  [undefined, 'schedule'],
])('the options %j are refused', async (options, message) => {
  await using pair = await createTestPair();
  const made = pair.client.schedule('tidy', options as never, shop(pair.client).track, 'tidy');
  await expect(made).rejects.toThrow(TypeError);
  await expect(made).rejects.toThrow(message);
});

test.each(['', 'two words', 'x'.repeat(129), 5, undefined])('the name %j is refused', async (name) => {
  await using pair = await createTestPair();
  const { track } = shop(pair.client);
  await expect(pair.client.schedule(name as never, HOURLY, track, 'tidy')).rejects.toThrow('expected a name');
  await expect(pair.client.unschedule(name as never)).rejects.toThrow(TypeError);
});

test('what is no method of a client of the connection is refused', async () => {
  await using pair = await createTestPair();
  const odd = (text: string) => Promise.resolve(text);
  const refused = pair.client.schedule('tidy', HOURLY, Object.assign(odd, { send: odd }), 'tidy');
  await expect(refused).rejects.toThrow('expected a method of a client, as in reports.build');
  const elsewhere = pair.client.schedule('tidy', HOURLY, shop(pair.server).track, 'tidy');
  await expect(elsewhere).rejects.toThrow('of this connection');
});

test('options for single calls, and arguments of another type, are refused', async () => {
  await using pair = await createTestPair();
  const keyed = shop(pair.client).with({ idempotencyKey: 'k' });
  await expect(pair.client.schedule('tidy', HOURLY, keyed.track, 'tidy')).rejects.toThrow('idempotencyKey');
  const refused = pair.client.schedule('tidy', HOURLY, shop(pair.client).track, 5 as never);
  await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', path: 'event' });
  expect(await pair.client.schedules()).toEqual([]);
});

test('a connection that is closed makes no schedules', async () => {
  await using pair = await createTestPair();
  const { track } = shop(pair.client);
  await pair.client.close();
  await expect(pair.client.schedule('tidy', HOURLY, track, 'tidy')).rejects.toThrow(RpcError);
});
