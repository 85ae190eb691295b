// The contract of the stories about delivery: an interface with annotations.

import { ServiceError } from 'mq-rpc';

export interface Parcel {
  id: string;
  customer: string;
  weight: number;
}

export class TooHeavy extends ServiceError<{ most: number }> {}

/** Packs what was ordered and sends it off.
 *  @service warehouse
 *  @version 1.0 */
export interface Warehouse {
  /** Packs a parcel. Not worth starting when it has waited for two days.
   *  @priority 4
   *  @timeToReachQueue 10s
   *  @timeToBeReceived 2d
   *  @timeout 30s */
  pack(parcel: string): Promise<string>;

  /** Notes a temperature. Losing one does no harm: the next one comes soon.
   *  @oneway
   *  @delivery express */
  measured(celsius: number): void;

  /** Fetches a part from its shelf, which takes a while.
   *  @journal deadletter */
  fetchPart(part: string): Promise<string>;

  /** Puts together what consists of parts. */
  assemble(product: string): Promise<string>;

  /** Books a carrier, whose computers are often down.
   *  @retry ladder rungs=1m,2m,4m,8m,16m tries=3
   *  @throws {TooHeavy} */
  book(parcel: Parcel): Promise<string>;

  /** Prints a label. There are two printers, and one customer's labels do not go to both at a time.
   *  @retry immediate 5
   *  @concurrency 2
   *  @concurrency 1 per parcel.customer */
  label(parcel: Parcel): Promise<string>;

  /** Asks the customs office, which answers three questions an hour.
   *  @rate 3/h */
  declare(parcel: string): Promise<string>;

  /** Keeps a document, of whatever size. */
  archive(document: string): Promise<number>;

  /** A parcel has left the house. For whoever wants to know.
   *  @event */
  shipped(parcel: Parcel): void;

  /** A parcel came back.
   *  @event */
  returned(parcel: Parcel): void;
}
