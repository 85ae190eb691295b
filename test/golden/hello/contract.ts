// The smallest contract worth having.

import { ServiceError } from 'mq-rpc';

/** Thrown for people who are not there. */
export class NobodyThere extends ServiceError<{ name: string }> {}

/** Greets people.
 *  @service hello
 *  @version 1.0 */
export interface Hello {
  /**
   * Greets someone.
   *
   * Politely, and more than once if asked to.
   * @priority 5
   * @timeToBeReceived 2d
   * @throws {NobodyThere}
   */
  greet(name: string, times?: number): Promise<string>;

  /** Notes that someone was seen.
   *  @oneway */
  seen(name: string): void;

  ping(): Promise<void>;
}
