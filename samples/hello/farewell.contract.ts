// The second spelling of a contract: an abstract class with decorators.

import { Method, OneWay, Service, ServiceError } from 'mq-rpc';

/** Thrown for people who were never greeted. Arrives at the caller as itself. */
export class NeverMet extends ServiceError<{ name: string }> {}

/** Says goodbye. */
@Service({ name: 'farewell', version: '1.0' })
export abstract class Farewell {
  /** Says goodbye to someone. */
  @Method({ priority: 5, timeToBeReceived: '2d', throws: [NeverMet] })
  part!: (name: string) => Promise<string>;

  /** Notes that someone has left. */
  @OneWay()
  left!: (name: string) => void;

  /** Undecorated: the defaults. */
  abstract count(): Promise<number>;
}
