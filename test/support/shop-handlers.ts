// Handlers for the shop contract, with the parts that a test wants to change.

import type { Handlers } from 'mq-rpc';
import { OutOfStock, type Shop } from './contracts/shop.contract.js';

/** Answers every method in the plainest way; `changes` replace single handlers. */
export function shopHandlers(changes: Partial<Handlers<Shop>> = {}): Handlers<Shop> {
  return {
    place: (order, ctx) => {
      const missing = order.lines.find(({ quantity }) => quantity > 100);
      if (missing !== undefined) {
        throw new OutOfStock({ sku: missing.sku, availableAt: new Date('2026-12-24T00:00:00Z') }, 'sold out');
      }
      return { orderId: order.id, attempt: ctx.attempt, total: 10n ** 20n };
    },
    placeOnce: (order, ctx) => ({ orderId: order.id, attempt: ctx.attempt, total: 1n }),
    act: (text) => text,
    say: (text, times) => text.repeat(times ?? 1),
    soon: (text) => text,
    echo: (data) => JSON.stringify(data).length,
    strict: () => {},
    track: () => {},
    ...changes,
  };
}

/** An order that every handler accepts. */
export const anOrder = (id = 'o-1') => ({
  id,
  placedAt: new Date('2026-11-20T10:00:00.000Z'),
  lines: [{ sku: 'apple', quantity: 3 }],
});

/** A promise and the function that resolves it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
