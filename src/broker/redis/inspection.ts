// Looks at every server before it is used: refuses what is unfit, reports what is unsafe, and knows the weakest promise.

import type { Durability } from '../broker.js';
import type { Link } from './link.js';
import type { RedisTarget } from './redis-url.js';
import { inspectServer, judge, reportOnce, type ServerFacts } from './safe-start.js';

export interface InspectionOptions {
  readonly target: RedisTarget;
  readonly onWarning: (message: string) => void;
}

export class Inspection {
  readonly #options: InspectionOptions;
  /** By link: a server that was started anew may be set differently. */
  readonly #checks = new WeakMap<Link, Promise<void>>();
  #durability: Durability | undefined;
  #isOver = false;

  constructor(options: InspectionOptions) {
    this.#options = options;
  }

  /** What an acknowledgement means on the weakest server so far. */
  get durability(): Durability {
    return this.#durability ?? 'broker-memory';
  }

  /** From now on, a replica is a master that was: there will be another one. */
  end(): void {
    this.#isOver = true;
  }

  /** Looks at the server of a link, once. `display` is what messages call it. Rejects if it must not be used. */
  check(link: Link, display: string): Promise<void> {
    let check = this.#checks.get(link);
    if (check === undefined) {
      check = this.#check(link, display).catch((error: unknown) => {
        this.#checks.delete(link);
        throw error;
      });
      this.#checks.set(link, check);
    }
    return check;
  }

  async #check(link: Link, display: string): Promise<void> {
    const { target, onWarning } = this.#options;
    const facts = await inspectServer((name, ...args) => link.command(name, ...args));
    if (this.#wasMaster(facts)) {
      link.end();
      throw new Error('READONLY it is a replica now');
    }
    const { durability, warnings } = judge(facts, { ...target, display });
    if (durability === 'broker-memory') this.#durability = durability;
    else this.#durability ??= durability;
    // What all servers of a cluster have in common is said once.
    reportOnce(target.display, warnings, onWarning);
  }

  #wasMaster({ isReplica }: ServerFacts): boolean {
    return isReplica && (this.#isOver || this.#options.target.kind === 'cluster');
  }
}
