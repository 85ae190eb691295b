// The dead letters of a queue: to look at, to mend and replay, to move and to throw away.

import type { Broker, DeadLetter, Message, Page, SendStatus } from '../broker/broker.js';
import { checkChoice, checkOptionNames } from '../contract/options.js';
import { RpcError } from '../errors.js';
import { createEntry, type DeadLetterEntry, LETTER_REASONS, type LetterReason } from './dead-letter-entry.js';
import { type EditLetter, editedBody } from './letter-edit.js';
import { checkAfter, checkLimit, readPages } from './pages.js';
import type { NamedQueue, QueueOf } from './queue-of.js';
import { withoutDeadline } from './rewritten-body.js';
import { checkIds, type Selected } from './selection.js';

/** So many letters are read and written at a time. */
const CHUNK = 50;

/** So many are read at a time to look for some. */
const PAGE = 100;

export interface ListLetters {
  /** The most entries. Default 100. */
  readonly limit?: number;
  /** Goes on behind the entry with this `position`. */
  readonly after?: number;
  /** Those of one method. */
  readonly method?: string;
  /** Those with one reason. */
  readonly reason?: LetterReason;
}

/** How an operation over many letters is followed, and stopped. */
export interface LetterProgress {
  /** Told now and then how many letters are done. */
  readonly onProgress?: (done: number) => void;
  /** Stops between two letters; what is done stays done. */
  readonly signal?: AbortSignal;
}

export interface ReplayLetters extends LetterProgress {
  /** Changes each call before it is replayed. If it throws, nothing more is replayed. */
  readonly edit?: EditLetter;
}

/** What operations need of their connection. */
export interface LetterContext {
  readonly broker: Broker;
  readonly maxBodyBytes: number;
  /** Which queue a letter is moved to. */
  readonly resolve: (of: QueueOf, where: string) => NamedQueue;
}

/** Iterating reads all of them, newest first, a page at a time. */
export class DeadLetters implements AsyncIterable<DeadLetterEntry> {
  readonly #of: NamedQueue;
  readonly #context: LetterContext;

  constructor(of: NamedQueue, context: LetterContext) {
    this.#of = of;
    this.#context = context;
  }

  async count(): Promise<number> {
    return (await this.#context.broker.counts(this.#of.queue)).dead;
  }

  /** Newest first. */
  async list(options: ListLetters = {}): Promise<DeadLetterEntry[]> {
    checkOptionNames(options, 'deadLetters.list', ['limit', 'after', 'method', 'reason']);
    const limit = checkLimit(options.limit);
    const { method, reason } = options;
    const after = checkAfter(options.after);
    if (reason !== undefined) checkChoice(reason, 'reason', LETTER_REASONS);
    const isAny = method === undefined && reason === undefined;
    const entries: DeadLetterEntry[] = [];
    for await (const letter of this.#letters({ limit: isAny ? Math.min(limit, PAGE) : PAGE, after })) {
      const entry = createEntry(letter, this.#of.name);
      if (method !== undefined && entry.method !== method) continue;
      if (reason !== undefined && entry.reason !== reason) continue;
      if (entries.push(entry) === limit) break;
    }
    return entries;
  }

  /** A letter by the id of its call; `undefined` if there is none. */
  async get(id: string): Promise<DeadLetterEntry | undefined> {
    const [letter] = await this.#find(checkIds(id, 'deadLetters.get'));
    return letter && createEntry(letter, this.#of.name);
  }

  /**
   * Makes dead letters calls again, under the ids they had: whoever still waits for one gets its outcome. Nothing of
   * them expires any more. Quotas do not apply. `'all'` are those that there are now, oldest first: what dies again
   * meanwhile stays. Resolves with how many there were.
   */
  async replay(letters: Selected, options: ReplayLetters = {}): Promise<number> {
    checkOptionNames(options, 'deadLetters.replay', ['edit', 'onProgress', 'signal']);
    const { broker } = this.#context;
    if (options.edit !== undefined && typeof options.edit !== 'function')
      throw new TypeError(`edit: expected a function, got ${typeof options.edit}`);
    return this.#each(letters, 'replay', options, async (found) => {
      const replays = [];
      for (const letter of found) {
        const { id, queue } = letter;
        const body = await this.#bodyOf(letter, options.edit);
        replays.push({ id, queue, body: body === letter.body ? undefined : body });
      }
      return (await broker.replay(replays)).filter(Boolean).length;
    });
  }

  /**
   * Makes dead letters calls of another queue, under the ids they had, and takes them from here. Handles of their
   * callers do not find them there. If it ends in between, a letter is in both places, and moving it again is enough.
   * Rejects with `QUEUE_FULL` if the other queue takes no more: the rest stays here. Resolves with how many there were.
   */
  async move(letters: Selected, to: QueueOf, options: LetterProgress = {}): Promise<number> {
    checkOptionNames(options, 'deadLetters.move', ['onProgress', 'signal']);
    const target = this.#context.resolve(to, 'deadLetters.move');
    if (target.queue === this.#of.queue) {
      throw new TypeError(
        `deadLetters.move: expected another queue than ${this.#of.name}; to try again, replay`,
      );
    }
    return this.#each(letters, 'move', options, (found) => this.#moveSome(found, target));
  }

  /** Forgets dead letters for good. Resolves with how many there were. */
  async purge(letters: Selected, options: LetterProgress = {}): Promise<number> {
    checkOptionNames(options, 'deadLetters.purge', ['onProgress', 'signal']);
    return this.#each(letters, 'purge', options, (found) => this.#remove(found));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DeadLetterEntry, void> {
    for await (const letter of this.#letters()) yield createEntry(letter, this.#of.name);
  }

  #letters(from: Page = { limit: PAGE }): AsyncGenerator<DeadLetter, void> {
    return readPages((page) => this.#context.broker.deadLetters(this.#of.queue, page), from);
  }

  async #find(ids: readonly string[]): Promise<DeadLetter[]> {
    const { queue } = this.#of;
    const letters = await this.#context.broker.findDeadLetters(ids.map((id) => ({ queue, id })));
    return letters.filter((letter) => letter !== undefined);
  }

  /** Oldest first, so that calls which run in an order come back in it. */
  async #select(letters: Selected, where: string): Promise<readonly string[]> {
    if (letters !== 'all') return checkIds(letters, where);
    const ids: string[] = [];
    for await (const { id } of this.#letters()) ids.push(id);
    return ids.reverse();
  }

  async #each(
    letters: Selected,
    verb: string,
    { onProgress, signal }: LetterProgress,
    act: (letters: DeadLetter[]) => Promise<number>,
  ): Promise<number> {
    const ids = await this.#select(letters, `deadLetters.${verb}`);
    let done = 0;
    for (let at = 0; at < ids.length; at += CHUNK) {
      if (signal?.aborted) throw stopped(verb, done, signal.reason);
      done += await act(await this.#find(ids.slice(at, at + CHUNK)));
      onProgress?.(done);
    }
    return done;
  }

  async #bodyOf(letter: DeadLetter, edit: EditLetter | undefined): Promise<string> {
    const { maxBodyBytes } = this.#context;
    if (edit === undefined) return withoutDeadline(letter.body);
    const body = await editedBody(letter, edit, this.#of);
    const bytes = Buffer.byteLength(body);
    if (bytes <= maxBodyBytes) return body;
    const message = `edit: the call takes ${bytes} bytes, the limit is ${maxBodyBytes} (connect option maxBodyBytes)`;
    throw new RpcError('TOO_LARGE', message, { callId: letter.id });
  }

  async #moveSome(letters: readonly DeadLetter[], target: NamedQueue): Promise<number> {
    const statuses = await this.#context.broker.send(letters.map((letter) => movedTo(target.queue, letter)));
    const isThere = (_: DeadLetter, index: number) => THERE.includes(statuses[index]);
    const done = await this.#remove(letters.filter(isThere));
    const left = letters.findIndex((letter, index) => !isThere(letter, index));
    if (left >= 0) throw notMoved(letters[left]?.id, statuses[left], target);
    return done;
  }

  async #remove(letters: readonly DeadLetter[]): Promise<number> {
    return (await this.#context.broker.remove(letters)).filter(Boolean).length;
  }
}

/** A letter that is there already has been sent before: somebody was stopped before it was taken from here. */
const THERE: readonly (SendStatus | undefined)[] = ['accepted', 'duplicate'];

const movedTo = (queue: string, { id, body, priority, sent }: DeadLetter): Message => ({
  ...sent,
  id,
  queue,
  priority,
  body: withoutDeadline(body),
  expiresAt: undefined,
});

function notMoved(
  callId: string | undefined,
  status: SendStatus | undefined,
  { name }: NamedQueue,
): RpcError {
  if (status === 'conflict') {
    return new RpcError('ID_REUSE', `deadLetters.move: ${name} has another call with the id ${callId}`, {
      callId,
    });
  }
  const what = status === 'dead-letters-full' ? 'its dead letters are as many as it may have' : 'it is full';
  return new RpcError('QUEUE_FULL', `deadLetters.move: ${name} takes no more calls: ${what}`, { callId });
}

const stopped = (verb: string, done: number, cause: unknown): RpcError =>
  new RpcError('ABORTED', `deadLetters.${verb} was aborted after ${done} letters`, { cause });
