// In the evening: collects every outcome by the id of its call, compares all with the office's book, gives an account.

import { isDeepStrictEqual } from 'node:util';
import { connect, RpcError } from 'mq-rpc';
import type { Booking } from './book.js';
import { OrdersClient } from './generated/index.js';
import { type LedgerEntry, readLedger, readLines } from './ledger.js';
import { CreditExceeded } from './orders.contract.js';
import { MISSPELT, ordersTaken, TAKEN_BACK, TOO_MUCH } from './taken.js';

const [ledgerFile = '', bookFile = ''] = process.argv.slice(2);
await using mq = await connect({ name: 'evening' });
const orders = new OrdersClient(mq, { timeout: '1m' });
const ledger = readLedger(ledgerFile);
const taken = ordersTaken();

/** What became of a call. */
interface Fate extends LedgerEntry {
  readonly outcome: string;
  readonly attempt: number;
  readonly failures: number;
}

async function fateOf(entry: LedgerEntry): Promise<Fate> {
  const call = orders[entry.method].handle(entry.callId);
  const outcome = await call.result().then(() => 'answered', nameOf);
  const { attempt, failures } = await call.status();
  await call.confirm();
  return { ...entry, outcome, attempt, failures };
}

function nameOf(error: unknown): string {
  if (error instanceof CreditExceeded) return `over ${error.data.limitCents / 100n} €`;
  if (error instanceof RpcError) return [error.code, error.clock].filter(Boolean).join(' ');
  throw error;
}

const fates = await Promise.all(ledger.map(fateOf));
const book = readLines<Booking>(bookFile);
const placed = fates.filter(({ method, outcome }) => method === 'place' && outcome === 'answered');
const fateOfOrder = (id: string): string | undefined => fates.find(({ about }) => about === id)?.outcome;
const reserved = fates.filter(({ method }) => method === 'reserve').map(({ outcome }) => outcome);

/** Orders as they were placed, without the one that was mended: it came late. */
const inBook = (customer: string): string[] =>
  book
    .filter(({ customerId, what }) => customerId === customer && /^[WK]-\d+$/.test(what))
    .map(({ what }) => what)
    .filter((id) => id !== MISSPELT.orderId);
const asTaken = (customer: string): string[] =>
  taken
    .filter(({ customerId, id }) => customerId === customer && fateOfOrder(id) === 'answered')
    .map(({ id }) => id)
    .filter((id) => id !== MISSPELT.orderId);

const customers = [...new Set(taken.map(({ customerId }) => customerId))];
const urgent = taken.filter(({ isUrgent }) => isUrgent).map(({ id }) => id);
const [firstOffice] = book.map(({ office }) => office);
const begunFirst = book
  .filter(({ office }) => office === firstOffice)
  .sort((a, b) => a.begun - b.begun)
  .slice(0, urgent.length)
  .map(({ what }) => what);
const visits = book.filter(({ what }) => what.startsWith('took '));
const retried = placed.filter(({ failures }) => failures > 0).length;
const startedAgain = placed.filter(({ attempt, failures }) => attempt > failures + 1).length;

const deadLetters = mq.deadLetters(orders);
const letters = await deadLetters.list({ method: 'reserve', reason: 'expired' });

/** Every promise, and whether it was kept. */
const promises: readonly (readonly [promise: string, isKept: boolean])[] = [
  [`${placed.length} orders placed, each of them once`, isOnce(book) && placed.length === taken.length - 2],
  [`${urgent.length} urgent ones first`, isDeepStrictEqual(new Set(begunFirst), new Set(urgent))],
  [
    `${customers.length} customers, the orders of each as they were taken`,
    customers.every((customer) => isDeepStrictEqual(inBook(customer), asTaken(customer))),
  ],
  [`${TAKEN_BACK} taken back: ${fateOfOrder(TAKEN_BACK)}`, fateOfOrder(TAKEN_BACK) === 'CANCELLED'],
  [`${TOO_MUCH} refused: ${fateOfOrder(TOO_MUCH)}`, fateOfOrder(TOO_MUCH) === 'over 5000 €'],
  [`${retried} placed after failures`, retried >= 4],
  [
    `${MISSPELT.orderId} mended: ${fateOfOrder(MISSPELT.orderId)}`,
    fateOfOrder(MISSPELT.orderId) === 'answered',
  ],
  [
    `reservations: ${reserved.join(', ')}`,
    isDeepStrictEqual(reserved, ['answered', 'EXPIRED deadline', 'answered', 'EXPIRED deadline']),
  ],
  [`${visits.length} visits noted`, visits.length === taken.length],
  [`${letters.length} expired reservations among the dead letters`, letters.length === 2],
];

function isOnce(bookings: readonly Booking[]): boolean {
  return new Set(bookings.map(({ callId }) => callId)).size === bookings.length;
}

for (const [promise, isKept] of promises) console.log(`evening: ${isKept ? 'yes' : ' NO'}  ${promise}`);
console.log(
  `evening:      ${startedAgain} of them begun in the office that was killed, and again in the other`,
);
await deadLetters.purge(letters.map(({ id }) => id));
console.log(`evening:      ${await deadLetters.count()} dead letters left`);
if (!promises.every(([, isKept]) => isKept)) process.exitCode = 1;
