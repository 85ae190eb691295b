// The office's book: one line for each order, with the id of its call, so that no order is in it twice.

import { appendFileSync } from 'node:fs';
import { readLines } from './ledger.js';

/** One line of the book. */
export interface Booking {
  readonly callId: string;
  readonly what: string;
  readonly customerId: string;
  /** `totalCents` of an order, in digits. */
  readonly total: string;
  /** Process that has written it, and the how-manieth thing that this process had begun. */
  readonly office: number;
  readonly begun: number;
  readonly attempt: number;
}

export class Book {
  readonly #file: string;
  readonly #bookings: Map<string, Booking>;

  constructor(file: string) {
    this.#file = file;
    this.#bookings = new Map(readLines<Booking>(file).map((booking) => [booking.callId, booking]));
  }

  /** What an earlier attempt has written, if it got that far. */
  find(callId: string): Booking | undefined {
    return this.#bookings.get(callId);
  }

  write(booking: Booking): void {
    appendFileSync(this.#file, `${JSON.stringify(booking)}\n`);
    this.#bookings.set(booking.callId, booking);
  }
}
