// The office: places orders whenever it runs. Stops on SIGTERM or Ctrl-C, after finishing what it has begun.

import { setTimeout as sleep } from 'node:timers/promises';
import { type CallContext, connect } from 'mq-rpc';
import { Book } from './book.js';
import { OrdersServer } from './generated/index.js';
import type { NewOrder, Reservation, Visit } from './orders.contract.js';
import { priceOf, priceOfArticle } from './stock.js';

/** How long somebody types. */
const TYPING_MS = 20;

const [bookFile = ''] = process.argv.slice(2);
const book = new Book(bookFile);
let begun = 0;

class Office extends OrdersServer {
  async place(order: NewOrder, ctx: CallContext) {
    const written = book.find(ctx.id) ?? (await this.#book(ctx, order.id, order, () => priceOf(order)));
    return { orderId: order.id, totalCents: BigInt(written.total) };
  }

  async reserve({ customerId, article, quantity }: Reservation, ctx: CallContext) {
    const price = () => priceOfArticle(article) * BigInt(quantity);
    await this.#book(ctx, 'reservation', { customerId }, price);
    return `${quantity} ${article} until tomorrow`;
  }

  visited({ customerId, note }: Visit, ctx: CallContext) {
    if (book.find(ctx.id) === undefined) this.#write(ctx, note, customerId, 0n, ++begun);
  }

  async #book(ctx: CallContext, what: string, { customerId }: { customerId: string }, price: () => bigint) {
    const number = ++begun;
    await sleep(TYPING_MS);
    return this.#write(ctx, what, customerId, price(), number);
  }

  /** The id of the call is written together with what was done: an attempt after a crash finds it. */
  #write({ id, attempt }: CallContext, what: string, customerId: string, cents: bigint, number: number) {
    const booking = {
      callId: id,
      what,
      customerId,
      total: String(cents),
      office: process.pid,
      begun: number,
      attempt,
    };
    book.write(booking);
    return booking;
  }
}

const mq = await connect({ name: 'office' });
await mq.serve(new Office(), {
  concurrency: 4,
  lease: '1s',
  onFailure: ({ error, attempt }) => console.log(`office: attempt ${attempt}: ${(error as Error).message}`),
});
console.log('office: open');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void mq.close());
