// One line of progress that is rewritten in place and leaves no trace.

import type { WriteStream } from 'node:tty';

type Screen = Pick<WriteStream, 'isTTY' | 'columns' | 'write'>;

const ERASE_LINE = '\r\u001b[2K';

/** Shows progress on a terminal; on anything else it is silent. */
export class ProgressLine {
  readonly #screen: Screen | undefined;
  #isShown = false;

  constructor(screen: Screen, env: NodeJS.ProcessEnv) {
    this.#screen = screen.isTTY === true && env.TERM !== 'dumb' ? screen : undefined;
  }

  show(text: string): void {
    // A line that wraps could not be erased any more.
    this.#screen?.write(ERASE_LINE + text.slice(0, (this.#screen.columns || 80) - 1));
    this.#isShown = true;
  }

  erase(): void {
    if (this.#isShown) this.#screen?.write(ERASE_LINE);
    this.#isShown = false;
  }
}
