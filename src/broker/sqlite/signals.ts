// Wakes other processes: each topic is a small file that those who wait for it watch.

import { createHash } from 'node:crypto';
import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Signal files of inboxes that nobody has used for this long belong to processes that died. */
const STALE_MS = 24 * 3_600_000;

/** The most file names that are kept at hand. */
const MAX_NAMES = 10_000;

/** A queue that may have ready calls, or leased ones that are to be cancelled, or an inbox that may have outcomes. */
export type Topic = `queue:${string}` | `cancel:${string}` | `inbox:${string}`;

export interface Signals {
  /** Wakes whoever waits for the topic, in any process. Never throws: signals are hints. */
  signal(topic: Topic): void;
  /** Calls `onSignal` at each signal; the function that is returned stops it. Throws if the system cannot. */
  wait(topic: Topic, onSignal: () => void): () => void;
}

/** For queues that no other process can reach. */
export const noSignals: Signals = { signal: () => undefined, wait: () => () => undefined };

/**
 * Signals through files in a folder, which is made when somebody waits. Watching single files is quick on every
 * system; watching folders is not.
 */
export function fileSignals(folder: string): Signals {
  const names = new Map<Topic, string>();
  const fileOf = (topic: Topic): string => {
    const known = names.get(topic);
    if (known !== undefined) return known;
    if (names.size >= MAX_NAMES) names.clear();
    const file = join(folder, nameOf(topic));
    names.set(topic, file);
    return file;
  };
  removeStale(folder);
  return {
    signal(topic) {
      const now = Date.now() / 1_000;
      try {
        utimesSync(fileOf(topic), now, now);
      } catch {
        // No such file: nobody waits.
      }
    },
    wait(topic, onSignal) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const waiting = new Waiting(fileOf(topic), onSignal);
      return () => waiting.stop(topic.startsWith('inbox:'));
    },
  };
}

/** One watched file. It is made again if somebody deletes it. */
class Waiting {
  readonly #file: string;
  readonly #onSignal: () => void;
  #watcher: FSWatcher | undefined;

  constructor(file: string, onSignal: () => void) {
    this.#file = file;
    this.#onSignal = onSignal;
    this.#watch();
  }

  /** Stops, and removes the file if nobody will ever signal to it again. */
  stop(isOver: boolean): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    try {
      if (isOver) rmSync(this.#file, { force: true });
    } catch {
      // Then it is removed when it is stale.
    }
  }

  #watch(): void {
    writeFileSync(this.#file, '', { flag: 'a' });
    this.#watcher = watch(this.#file, { persistent: false }, (event) => {
      if (event === 'rename') this.#watchAgain();
      this.#onSignal();
    });
    this.#watcher.on('error', () => this.#watchAgain());
  }

  #watchAgain(): void {
    if (this.#watcher === undefined) return;
    this.#watcher.close();
    try {
      this.#watch();
    } catch {
      // The folder is gone; the poll still finds everything, only later.
    }
  }
}

/** Names come from contracts and URLs and may hold anything, so a file is named by a digest. */
function nameOf(topic: Topic): string {
  const digest = createHash('sha256').update(topic).digest('hex').slice(0, 32);
  return `${topic.charAt(0)}-${digest}`;
}

function removeStale(folder: string): void {
  const oldest = Date.now() - STALE_MS;
  try {
    for (const name of readdirSync(folder)) {
      if (!/^i-[0-9a-f]{32}$/.test(name)) continue;
      const file = join(folder, name);
      if (statSync(file).mtimeMs < oldest) rmSync(file, { force: true });
    }
  } catch {
    // There is no folder yet, or another process tidies it at the same moment.
  }
}
