// What the options of a call make of its message.

import type { CallOptions, MethodOptions } from 'mq-rpc';
import { expect, test } from 'vitest';
import type { Message } from '#dist/src/broker/broker.js';
import { createTarget } from '#dist/src/client/call-plan.js';
import { type OutgoingContext, prepareCall } from '#dist/src/client/outgoing.js';
import { shopDescriptor } from '../support/generated/index.js';
import { anOrder } from '../support/shop-handlers.js';

const NOW = Date.UTC(2026, 0, 1);

const CONTEXT: OutgoingContext = {
  queue: 'shop.v1',
  nowAt: NOW,
  name: undefined,
  maxBodyBytes: 1_000_000,
  scope: undefined,
  wantsResult: true,
  inbox: undefined,
};

/** The message of a call of `place`, with these options of the method and of the client. */
function messageOf(method: MethodOptions, options: CallOptions = {}, order: object = anOrder()): Message {
  const place = shopDescriptor.methods.place;
  if (place === undefined) throw new Error('there is no such method');
  const target = createTarget(shopDescriptor, { ...place, options: method }, options);
  return prepareCall(target, [order], CONTEXT);
}

const envelopeOf = (message: Message) => JSON.parse(message.body);

test('a plain call asks its broker for nothing', () => {
  expect(messageOf({})).toMatchObject({
    priority: 3,
    notBefore: undefined,
    expiresAt: undefined,
    reachWithinMs: undefined,
    isExpress: undefined,
    journal: undefined,
    lane: undefined,
    limits: undefined,
    maxDeliveries: 13,
  });
  expect(Object.keys(envelopeOf(messageOf({})))).toEqual(['v', 'm', 'c', 'a']);
});

test('the time to be received begins when the call can be started', () => {
  const options = { timeToBeReceived: '1h' } as const;
  const inHours = (hours: number) => NOW + hours * 3_600_000;
  expect(messageOf(options)).toMatchObject({ notBefore: undefined, expiresAt: inHours(1) });
  expect(messageOf(options, { delay: '2h' })).toMatchObject({
    notBefore: inHours(2),
    expiresAt: inHours(3),
  });
  const at = new Date(inHours(5));
  expect(messageOf(options, { at })).toMatchObject({ notBefore: inHours(5), expiresAt: inHours(6) });
});

test('of two clocks the one that runs out first counts, and is named', () => {
  const deadline = new Date(NOW + 60_000);
  const clocks = ({ expiresAt, expiryClock }: Message) => [expiresAt, expiryClock];
  expect(clocks(messageOf({}, { deadline }))).toEqual([NOW + 60_000, 'deadline']);
  const early = messageOf({ timeToBeReceived: '10s' }, { deadline });
  expect(clocks(early)).toEqual([NOW + 10_000, undefined]);
  expect(envelopeOf(early).d).toBe(deadline.getTime());
  expect(clocks(messageOf({ timeToBeReceived: '2m' }, { deadline }))).toEqual([NOW + 60_000, 'deadline']);
});

test('a wait that is longer than time itself ends with it', () => {
  const endless = messageOf({ timeToBeReceived: 2 ** 53 - 1 }, { delay: 2 ** 53 - 1 });
  expect(endless).toMatchObject({ notBefore: 8.64e15, expiresAt: 8.64e15 });
});

test('the time to reach the queue, the journal and the delivery are said as they are', () => {
  const message = messageOf({ journal: 'always' }, { timeToReachQueue: '5s' });
  expect(message).toMatchObject({ reachWithinMs: 5_000, journal: 'always' });
  expect(messageOf({ journal: 'none' }).journal).toBeUndefined();
  const express = messageOf({}, { delivery: 'express' });
  expect(express).toMatchObject({ isExpress: true, maxDeliveries: 1 });
  expect(envelopeOf(express)).toMatchObject({ x: 1 });
});

test('express overrules the retries of a weaker layer', () => {
  const message = messageOf({ retry: { attempts: 9 } }, { delivery: 'express' });
  expect(message).toMatchObject({ isExpress: true, maxDeliveries: 1 });
  expect(messageOf({ delivery: 'express' }, { delivery: 'recoverable', retry: 'ladder' })).toMatchObject({
    isExpress: undefined,
    maxDeliveries: 26,
  });
});

test('retries that the caller asks for travel with the call', () => {
  const retryOf = (retry: CallOptions['retry']) => envelopeOf(messageOf({}, retry && { retry })).r;
  expect(retryOf(undefined)).toBeUndefined();
  expect(retryOf('none')).toEqual([1, 0, 0]);
  expect(retryOf({ strategy: 'immediate', attempts: 4 })).toEqual([4, 0, 0]);
  expect(retryOf({ delay: '2s', declared: ['OutOfStock'] })).toEqual([3, 2_000, 300_000, ['OutOfStock']]);
  expect(retryOf({ rungs: ['1s', '2s'], declared: 'all' })).toEqual([[1_000, 2_000], 3, 'all']);
});

const LAST_8 = /[0-9a-f]{8}$/;

test('calls with an equal order key share a lane, and the end of their ids', () => {
  const first = messageOf({ ordered: 'order.id' });
  const second = messageOf({ ordered: 'order.id' });
  const other = messageOf({ ordered: 'order.id' }, {}, anOrder('o-2'));
  expect(first.lane).toBe('["place","o-1"]');
  expect(second.id).not.toBe(first.id);
  const end = ({ id }: Message) => LAST_8.exec(id)?.[0];
  expect([end(second), end(second) === end(other)]).toEqual([end(first), false]);
  expect(messageOf({}, { orderKey: 'o-1' }).lane).toBe(first.lane);
  expect(messageOf({ ordered: 'order.id' }, { orderKey: 'mine' }).lane).toBe('["place","mine"]');
});

test('a call without a value at the path of its order key is in no lane', () => {
  expect(messageOf({ ordered: 'order.note' }).lane).toBeUndefined();
  expect(messageOf({ ordered: 'order.note' }, {}, { ...anOrder(), note: 'x' }).lane).toBe('["place","x"]');
});

test('many calls of one lane have many ids', () => {
  const ids = Array.from({ length: 20_000 }, () => messageOf({}, { orderKey: 'k' }).id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('with both keys, the id is that of the idempotency key, in the partition of the lane', () => {
  const options = { orderKey: 'customer-7', idempotencyKey: 'k-1' };
  const [first, second, keyed, laned] = [
    messageOf({}, options),
    messageOf({}, options),
    messageOf({}, { idempotencyKey: 'k-1' }),
    messageOf({}, { orderKey: 'customer-7' }),
  ];
  expect(second.id).toBe(first.id);
  expect(first.id.slice(0, -8)).toBe(keyed.id.slice(0, -8));
  expect(first.id.slice(-8)).toBe(laned.id.slice(-8));
  expect(first.digest).toBe(keyed.digest);
});

test('an id with the hash of a lane is a UUID like any other', () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(messageOf({}, { orderKey: 'k' }).id).toMatch(uuid);
  expect(messageOf({}, { orderKey: 'k', idempotencyKey: 'k' }).id).toMatch(uuid);
});

test('limits are those of a method, or of a value in its arguments', () => {
  expect(messageOf({ concurrency: 5, rate: '100/s' }).limits).toEqual([
    { name: 'concurrency:["place"]', concurrency: 5 },
    { name: 'rate/1000:["place"]', rate: 100, periodMs: 1_000 },
  ]);
  const perOrder = messageOf({
    concurrency: [5, { calls: 1, per: 'order.id' }],
    rate: { calls: '10/m', per: 'order.note' },
  });
  expect(perOrder.limits).toEqual([
    { name: 'concurrency:["place"]', concurrency: 5 },
    { name: 'concurrency:["place","order.id","o-1"]', concurrency: 1 },
    { name: 'rate/60000:["place","order.note",null]', rate: 10, periodMs: 60_000 },
  ]);
});

test('a key that is a date is that instant, in every time zone', () => {
  expect(messageOf({ ordered: 'order.placedAt' }).lane).toBe('["place","2026-11-20T10:00:00.000Z"]');
});

test('of an event, the copies have what is asked for, and the event its order', () => {
  const message = messageOf({ event: true, journal: 'always', concurrency: 2, ordered: 'order.id' });
  expect(message).toMatchObject({ journal: 'deadletter', limits: undefined, lane: '["place","o-1"]' });
  expect(envelopeOf(message).e).toEqual({
    n: 13,
    j: 'always',
    l: '["place","o-1"]',
    t: [{ name: 'concurrency:["place"]', concurrency: 2 }],
  });
  const express = messageOf({ event: true, delivery: 'express' });
  expect(express).toMatchObject({ isExpress: undefined });
  expect(envelopeOf(express)).toMatchObject({ x: 1, e: { n: 1, x: true } });
});

const CONTRADICTIONS: readonly (readonly [MethodOptions, CallOptions, string])[] = [
  [{ journal: 'always' }, { delivery: 'express' }, "journal: 'always'"],
  [{ journal: 'deadletter' }, { delivery: 'express' }, "journal: 'deadletter'"],
  [{ ordered: 'order.id' }, { delivery: 'express' }, "ordered: 'order.id'"],
  [{ concurrency: 1 }, { delivery: 'express' }, 'concurrency or rate'],
  [{ rate: '1/s' }, { delivery: 'express' }, 'concurrency or rate'],
  [{ delivery: 'express' }, { orderKey: 'k' }, 'orderKey'],
  [{ delivery: 'express' }, { retry: { attempts: 2 } }, 'retry'],
  [{ delivery: 'express', retry: { attempts: 2 } }, {}, 'retry'],
];

for (const [method, options, named] of CONTRADICTIONS) {
  test(`${JSON.stringify(method)} with ${JSON.stringify(options)} is refused`, () => {
    expect(() => messageOf(method, options)).toThrow(TypeError);
    expect(() => messageOf(method, options)).toThrow(`delivery: 'express' contradicts ${named}`);
  });
}

const UNREADABLE: readonly (readonly [object, string])[] = [
  [{ concurrency: 0 }, 'concurrency: expected a whole number from 1'],
  [{ concurrency: { calls: 'many' } }, 'concurrency: expected a whole number from 1'],
  [{ concurrency: { cals: 1 } }, 'concurrency: there is no option "cals"'],
  [{ rate: '0/s' }, 'rate: expected a rate such as "100/s"'],
  [{ rate: 'often' }, 'rate: expected a rate such as "100/s"'],
  [{ rate: { calls: '5/y', per: 'order.id' } }, 'rate: expected a rate such as "100/s"'],
  [{ delivery: 'fast' }, 'delivery: expected express, recoverable, got "fast"'],
  [{ journal: 'sometimes' }, 'journal: expected none, deadletter, always, got "sometimes"'],
  [{ timeToReachQueue: '-5s' }, 'timeToReachQueue: expected milliseconds or a duration'],
];

for (const [method, message] of UNREADABLE) {
  test(`${JSON.stringify(method)} in a contract is refused`, () => {
    expect(() => messageOf(method as MethodOptions)).toThrow(message);
  });
}
