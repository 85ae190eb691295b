// Lists of a broker, a page at a time.

import type { Page } from '../broker/broker.js';
import { checkInteger } from '../contract/options.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/** The option `limit` of a list. */
export const checkLimit = (limit: number = DEFAULT_LIMIT): number =>
  checkInteger(limit, 'limit', 1, MAX_LIMIT);

/** The option `after` of a list. */
export function checkAfter(after: number | undefined): number | undefined {
  if (after === undefined || Number.isFinite(after)) return after;
  throw new TypeError(
    `after: expected the position of an entry, got ${JSON.stringify(after) ?? typeof after}`,
  );
}

/** All entries from a page on. */
export async function* readPages<Entry extends { readonly position: number }>(
  read: (page: Page) => Promise<readonly Entry[]>,
  { limit, after }: Page,
): AsyncGenerator<Entry, void> {
  let last = after;
  for (;;) {
    const page = await read({ limit, after: last });
    if (page.length === 0) return;
    yield* page;
    last = page.at(-1)?.position;
  }
}
