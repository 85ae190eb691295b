// Express calls: handed to idle workers and answered without Redis keeping anything of them.

import type { Message, Settlement } from '../broker.js';
import type { BrokerContext } from '../open-broker.js';
import { Batch } from './batch.js';
import type { Unread } from './chunks.js';
import { Packer } from './packing.js';
import type { QueueLink } from './queue-link.js';
import { packAnswer, packHandOver } from './records.js';

/** Larger calls and results are not pushed: Redis closes connections that fall far behind. */
const MOST_PUSHED_BYTES = 16_384;

/** How long nobody is asked again after all workers were busy: meanwhile calls are queued at once. */
const BUSY_MS = 10;

/** How long a worker's own express call is leased to it while it is settled. */
const ADOPTED_MS = 60_000;

const bytesOf = (text: string): number =>
  text.length * 3 <= MOST_PUSHED_BYTES ? 0 : Buffer.byteLength(text);

/** Whether a call need not be stored: nobody can ask for it later, and nothing of it has to wait. */
export const isHandedOver = (message: Message, now: number): boolean =>
  message.isExpress === true &&
  (message.expiresAt === undefined || message.expiresAt > now) &&
  (message.inbox !== undefined || !message.wantsResult) &&
  message.digest === undefined &&
  message.notBefore === undefined &&
  message.reachWithinMs === undefined &&
  bytesOf(message.body) <= MOST_PUSHED_BYTES;

/** Whether the outcome goes to its caller and nowhere else. */
const isPushed = (settlement: Unread<Settlement>): settlement is Settlement =>
  settlement.express !== undefined &&
  settlement.outcome === 'answered' &&
  typeof settlement.result === 'string' &&
  bytesOf(settlement.result) <= MOST_PUSHED_BYTES;

/** What a batch of settlements comes to. */
export interface Parted {
  /** Those that the queue has to settle. */
  readonly stored: readonly Unread<Settlement>[];
  /** Of these, express calls, which the queue does not have yet. */
  readonly adopted: readonly Unread<Settlement>[];
  /** Outcomes by inbox, for `settle` to push. */
  readonly answers: Buffer;
}

const NO_ANSWERS = Buffer.alloc(0);

export class ExpressCalls {
  readonly #link: QueueLink;
  readonly #clock: BrokerContext['clock'];
  readonly #handOvers = new Batch<Message, boolean>({
    run: (messages) => this.#handOver(messages),
    sizeOf: ({ body }) => body.length,
  });
  #busyAt = Number.NEGATIVE_INFINITY;

  constructor(link: QueueLink, clock: BrokerContext['clock']) {
    this.#link = link;
    this.#clock = clock;
  }

  /** Which of these calls a worker has got. The others are nowhere. */
  async handOver(messages: readonly Message[]): Promise<boolean[]> {
    if (performance.now() - this.#busyAt < BUSY_MS) return messages.map(() => false);
    return this.#handOvers.add(messages);
  }

  /** Tells the settlements of express calls from others. */
  part(settlements: readonly Unread<Settlement>[]): Parted {
    if (settlements.every(({ express }) => express === undefined))
      return { stored: settlements, adopted: [], answers: NO_ANSWERS };
    const stored = settlements.filter((settlement) => !isPushed(settlement));
    const adopted = stored.filter(({ express }) => express !== undefined);
    const answers = new Map<string, Settlement[]>();
    for (const settlement of settlements) if (isPushed(settlement)) enterAnswer(answers, settlement);
    return { stored, adopted, answers: packAnswers(answers, this.#clock.now()) };
  }

  /**
   * Takes calls that came to no plain answer into the queue, as if they had always been there: so that a dead one
   * becomes a dead letter, and one that was not started waits again.
   */
  async adopt(settlements: readonly Unread<Settlement>[]): Promise<void> {
    const packer = new Packer();
    for (const { id, express } of settlements) {
      if (express === undefined) continue;
      const end = packer.id(id).sized();
      packer.append(express.sent);
      end();
    }
    await this.#link.run('adopt', () => [`${ADOPTED_MS}`, packer.bytes()], { isDurable: true });
  }

  drained(): Promise<void> {
    return this.#handOvers.drained();
  }

  async #handOver(messages: readonly Message[]): Promise<boolean[]> {
    const order = mostUrgentFirst(messages);
    const packer = new Packer(messages.length * 512);
    const now = this.#clock.now();
    for (const index of order) packHandOver(packer, messages[index] as Message, now);
    const args = [`${messages.length}`, packer.bytes()];
    // Nobody would recognize a call that is handed over a second time.
    const statuses = String(await this.#link.run('express', () => args, { once: true }));
    if (statuses.includes('n')) this.#busyAt = performance.now();
    const isTaken: boolean[] = new Array(messages.length);
    order.forEach((index, place) => {
      isTaken[index] = statuses[place] === 'a';
    });
    return isTaken;
  }
}

function mostUrgentFirst(messages: readonly Message[]): number[] {
  const order = messages.map((_, index) => index);
  const priorityAt = (index: number): number => messages[index]?.priority ?? 0;
  return messages.every(({ priority }) => priority === messages[0]?.priority)
    ? order
    : order.sort((a, b) => priorityAt(b) - priorityAt(a));
}

/** A one-way call has nobody to answer to. */
function enterAnswer(answers: Map<string, Settlement[]>, settlement: Settlement): void {
  const inbox = settlement.express?.inbox;
  if (inbox === undefined) return;
  const own = answers.get(inbox);
  if (own === undefined) answers.set(inbox, [settlement]);
  else own.push(settlement);
}

function packAnswers(answers: ReadonlyMap<string, readonly Settlement[]>, now: number): Buffer {
  const packer = new Packer(answers.size === 0 ? 0 : 4_096);
  for (const [inbox, settlements] of answers) {
    const end = packer.text(inbox, 1).sized();
    for (const settlement of settlements) packAnswer(packer, settlement, now);
    end();
  }
  return packer.bytes();
}
