// Runs one command line from its arguments to its exit code.

import { CommanderError } from 'commander';
import { EXIT, UsageError } from './exit.js';
import { createProgram } from './program.js';
import type { Terminal } from './terminal.js';
import { quitWhenNobodyReads } from './terminal.js';

/** Runs `mq-rpc` with these arguments. Never throws: what goes wrong is printed and becomes the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  quitWhenNobodyReads(terminal);
  let exitCode: number = EXIT.fine;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, terminal);
  }
}

function explain(error: unknown, { stderr }: Terminal): number {
  // Commander has printed its own message already; its exit code is 0 for --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.notRun;
  if (error instanceof UsageError) stderr.write(`error: ${error.message}\n${error.help}\n`);
  else if (isSystemError(error)) stderr.write(`error: ${error.message}\n`);
  else stderr.write(`error: this is a defect of mq-rpc, please report it\n${stackOf(error)}\n`);
  return EXIT.notRun;
}

/** Failures of the machine, such as a full disk or a folder that may not be written, say enough by themselves. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
