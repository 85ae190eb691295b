// Names and texts that would become code if they were pasted into it.

import { ServiceError } from 'mq-rpc';

/** Errors are classes of the contract: here with names that generated code uses itself. */
export class Array extends ServiceError<globalThis.Array<Date>> {}
export class wire_ extends ServiceError {}

/** Ends a comment: *\/ and starts a `template ${literal}`. */
export interface Odd {
  "quote'd": string;
  'double"d': string;
  'back\\slash': string;
  'line\nbreak': string;
  '\u2028': string;
  'a-b': 1;
  '123': number;
  class: string;
  wire?: string;
  source: 'here' | "it's" | '*/' | '`${x}`' | '\u2029';
  hasOwnProperty?: boolean;
}

export interface wire {
  at: string;
}

export interface At {
  key: string;
}

export interface CallContext {
  ctx: string;
}

export interface Promise_ {
  then: string;
}

export interface ServiceClient {
  name: string;
}

export interface CallOptions {
  name: string;
}

/** `*\/` and ${code} in the doc of a service: \u2028.
 *  @service hostile
 *  @version 1.0 */
export interface Hostile {
  /** Closes *\/ the comment. */
  odd(value: Odd): Promise<Odd>;
  clash(ctx: CallContext, wire: wire): Promise<ServiceClient>;
  options(key: At, at: CallOptions): Promise<At>;
  copyOdd(value: Odd): Promise<void>;
  delete(this_: string): Promise<void>;
  /** @throws {Array}
   *  @throws {wire_} */
  inline(value: {
    /** A comment in a type. */
    'a`b': `\n${number}`; // and another */
    list?: { '}': 1 }[];
  }): Promise<void>;
}
