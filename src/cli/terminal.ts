// Where a command reads and writes, and what that place can show.

import type { ReadStream, WriteStream } from 'node:tty';

/** What the commands know of the process they run in. */
export interface Terminal {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
}

/** Whether to colour what goes to this stream. `hasColors` honours NO_COLOR, FORCE_COLOR and TERM. */
export const wantsColour = (stream: WriteStream): boolean => stream.isTTY === true && stream.hasColors();

/** Whether somebody is there to answer a question. */
export const canAsk = ({ stdin, stdout, env }: Terminal): boolean =>
  stdin.isTTY === true && stdout.isTTY === true && !env.CI;

/** Ends quietly when the reader of our output is gone, as in `mq-rpc generate --json | head -1`. */
export function quitWhenNobodyReads({ stdout, stderr }: Terminal): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
}
