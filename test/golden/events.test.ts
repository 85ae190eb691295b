// Generated events, run: published by the client, refused by servers, handled by subscribers.

import { createTestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import {
  OrdersClient,
  OrdersSubscriber,
  ordersDescriptor,
  WeatherSubscriber,
  weatherDescriptor,
} from './delivery/expected/index.js';

class Watcher extends OrdersSubscriber {
  readonly seen: string[] = [];
  stockChanged(change: { sku: string }): void {
    this.seen.push(change.sku);
  }
  closed(reason: string | undefined): void {
    this.seen.push(`closed: ${reason}`);
  }
}

class Rain extends WeatherSubscriber {
  rain(): void {}
}

test('what the client publishes reaches the handlers of the generated skeleton', async () => {
  await using pair = await createTestPair();
  const watcher = new Watcher();
  await pair.server.subscribe(watcher, { group: 'watchers' });
  const orders = new OrdersClient(pair.client);
  await orders.stockChanged({ sku: 'a', left: 3 });
  await pair.clock.advance('1s');
  await orders.closed();
  await pair.clock.advance('1s');
  expect(watcher.seen).toEqual(['a', 'closed: undefined']);
});

test('a server answers everything but the events', async () => {
  await using pair = await createTestPair();
  const handlers = {
    place: (order: { id: string }) => order.id,
    mend() {},
    climb() {},
    insist() {},
    once() {},
  };
  await pair.server.serve(ordersDescriptor, handlers);
  const placed = new OrdersClient(pair.client).place({ id: '7', customerId: 'c', quantity: 1 });
  await pair.clock.advance('1s');
  expect(await placed).toBe('7');
});

test('a service of events alone cannot be served', async () => {
  await using pair = await createTestPair();
  const refusal = 'serve: weather has events only: subscribe to them';
  await expect(pair.server.serve(weatherDescriptor, {})).rejects.toThrow(new TypeError(refusal));
  await expect(pair.server.serve(new Rain())).rejects.toThrow(new TypeError(refusal));
});
