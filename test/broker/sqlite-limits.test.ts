// Which of the calls that wait for limits goes first, when that becomes clear only in the middle of a claim.

import { expect, test } from 'vitest';
import type { Message } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { createMessage } from './message.js';
import { attemptOf, idsOf } from './suite/subject.js';

const aClaim = { queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000 };
const one = (name: string) => ({ name, concurrency: 1 });
const call = (priority: number, ...names: string[]): Message =>
  createMessage({ priority, limits: names.map(one) });

test('a call that is stopped by another limit makes way for the next urgent, not for the next in the batch', async () => {
  const broker = await openBroker('memory:');
  const running = call(3, 'method');
  await broker.send([running]);
  const [delivery] = await broker.claim(aClaim);
  if (delivery === undefined) throw new Error('expected a delivery');
  const [both, urgent] = [call(3, 'method', 'key'), call(2, 'method')];
  await broker.send([both, urgent]);
  expect(await broker.claim(aClaim)).toEqual([]);
  await broker.settle([{ ...attemptOf(delivery), outcome: 'answered', result: '1' }]);

  const [ofKey, late] = [call(4, 'key'), call(1, 'method')];
  await broker.send([ofKey, late]);
  const claimed = await broker.claim(aClaim);
  expect(idsOf(claimed)).toEqual([ofKey.id, urgent.id]);
  expect(claimed.map(({ attempt }) => attempt)).toEqual([1, 1]);
  await broker.close();
});
