// What calls of generated stubs and implementations of skeletons must and must not compile. Compiled with every
// supported compiler by test/golden/compilers.test.ts; never run.

import type { Accepted, Call, CallContext, Connection, ServiceDescriptor, SubmittedCall } from 'mq-rpc';
import {
  OrdersClient,
  OrdersServer,
  OrdersSubscriber,
  ordersDescriptor,
} from '../golden/delivery/expected/index.js';
import { EveryTypeClient, EveryTypeServer } from '../golden/every-type/expected/index.js';
import { HelloClient, HelloServer, helloDescriptor } from '../golden/hello/expected/index.js';

declare const mq: Connection;
declare const id: string;

export async function rightCalls(): Promise<void> {
  const hello = new HelloClient(mq, { priority: 7 });
  const greeting: string = await hello.greet('Ada');
  const call: SubmittedCall<string> = await hello.greet.submit('Ada', 2);
  const accepted: Accepted = await hello.greet.send('Ada');
  const handle: Call<string> = hello.greet.handle(id);
  const result: string = await handle.result({ timeout: '10s' });
  const seen: Accepted = await hello.seen('Ada');
  await hello.with({ priority: 1 }).ping();
  const every = new EveryTypeClient(mq);
  const total: bigint = (await every.builtIns.handle(id).result()).total;
  await every.shape({ kind: 'circle', radius: 1 });
  await every.pair(['a']);
  await every.several('a', undefined, null);
  void [greeting, call.id, accepted, result, seen, total];
}

export async function wrongCalls(): Promise<void> {
  const hello = new HelloClient(mq);
  // @ts-expect-error an argument is missing
  await hello.greet();
  // @ts-expect-error an argument has another type
  await hello.greet(5);
  // @ts-expect-error there is one argument too many
  await hello.greet('Ada', 1, 2);
  // @ts-expect-error there is no such method
  await hello.great('Ada');
  // @ts-expect-error the result has another type
  const wrong: number = await hello.greet('Ada');
  // @ts-expect-error a one-way method has no result to wait for
  await hello.seen.submit('Ada');
  // @ts-expect-error a priority is a number
  hello.with({ priority: 'high' });
  // @ts-expect-error a client needs a connection
  new HelloClient();
  const every = new EveryTypeClient(mq);
  // @ts-expect-error no branch of the union has these members
  await every.shape({ kind: 'circle', side: 1 });
  // @ts-expect-error a member is missing
  await every.line({ sku: 'a' });
  // @ts-expect-error an item of the tuple has another type
  await every.pair([1]);
  void wrong;
}

export class RightServer extends HelloServer {
  greet(name: string, times: number | undefined, ctx: CallContext): string {
    return `${name} ${times} ${ctx.id}`;
  }
  async seen(name: string): Promise<void> {
    void name;
  }
  ping(): void {}
}

// @ts-expect-error a method is missing
export class ForgetfulServer extends HelloServer {
  greet(): string {
    return '';
  }
  seen(): void {}
}

export class WrongServer extends HelloServer {
  // @ts-expect-error the result has another type
  greet(): number {
    return 1;
  }
  // @ts-expect-error the argument has another type
  seen(name: number): void {
    void name;
  }
  ping(): void {}
}

// @ts-expect-error a skeleton has to be implemented
new EveryTypeServer();

export async function serve(): Promise<void> {
  await mq.serve(new RightServer());
  await mq.serve(helloDescriptor, {
    greet: async (name, times, ctx) => `${name} ${times} ${ctx.id}`,
    seen: (name) => void name,
    ping: () => {},
  });
  // @ts-expect-error a handler is missing
  await mq.serve(helloDescriptor, { greet: () => 'hello', seen: () => {} });
}

export async function publish(): Promise<void> {
  const orders = new OrdersClient(mq, { delivery: 'recoverable', retry: 'ladder', journal: 'always' });
  const accepted: Accepted = await orders.stockChanged({ sku: 'a', left: 3 });
  await orders.with({ retry: { strategy: 'ladder', rungs: ['1m', '2m'], tries: 2 } }).place.submit({
    id: '1',
    customerId: 'c',
    quantity: 1,
  });
  // @ts-expect-error an event has no result to wait for
  await orders.stockChanged.submit({ sku: 'a', left: 3 });
  // @ts-expect-error there is no such strategy
  orders.with({ retry: 'ladders' });
  // @ts-expect-error a rung is a duration
  orders.with({ retry: { rungs: ['1 minute'] } });
  void accepted;
}

/** Events are no business of a server. */
export class OrderServer extends OrdersServer {
  place(order: { id: string }): string {
    return order.id;
  }
  mend(): void {}
  climb(): void {}
  insist(): void {}
  once(): void {}
}

export class StockWatcher extends OrdersSubscriber {
  stockChanged(change: { sku: string }, ctx: CallContext): void {
    void [change.sku, ctx.id];
  }
  async closed(reason: string | undefined): Promise<void> {
    void reason;
  }
}

// @ts-expect-error an event is missing
export class ForgetfulSubscriber extends OrdersSubscriber {
  closed(): void {}
}

export async function serveWithoutEvents(): Promise<void> {
  const all = { place: () => 'id', mend: () => {}, climb: () => {}, insist: () => {}, once: () => {} };
  await mq.serve(new OrderServer());
  await mq.serve(ordersDescriptor, all);
  // @ts-expect-error an event is for subscribers
  await mq.serve(ordersDescriptor, { ...all, closed: () => {} });
  // @ts-expect-error a handler is missing
  await mq.serve(ordersDescriptor, { place: () => 'id' });
}

export async function subscribe(): Promise<void> {
  const group = 'billing';
  await mq.subscribe(new StockWatcher(), { group });
  await mq.subscribe(
    ordersDescriptor,
    { stockChanged: ({ left }, ctx) => void [left + 1, ctx.id] },
    { group },
  );
  // @ts-expect-error a group has a name
  await mq.subscribe(new StockWatcher(), {});
  // @ts-expect-error a method that is no event is for servers
  await mq.subscribe(ordersDescriptor, { place: () => 'id' }, { group });
  // @ts-expect-error the event has another type
  await mq.subscribe(ordersDescriptor, { stockChanged: (change: number) => void change }, { group });
}

export const anyService: ServiceDescriptor = ordersDescriptor;
