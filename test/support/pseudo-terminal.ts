// Runs a command at a terminal of its own, by way of `script`, which every Unix has.

import { spawnSync } from 'node:child_process';

export interface PseudoTerminal {
  readonly status: number | null;
  /** What the terminal showed, stdout and stderr together, control sequences included. */
  readonly screen: string;
}

/** `keys` is what is typed. The terminal turns each line end into CR LF; here it is a line end again. */
export function atTerminal(
  cwd: string,
  command: readonly string[],
  { keys = '', env = {} }: { readonly keys?: string; readonly env?: NodeJS.ProcessEnv } = {},
): PseudoTerminal {
  const { CI, NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
  const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const args = process.platform === 'linux' ? ['-qec', line, '/dev/null'] : ['-q', '/dev/null', ...command];
  const { status, stdout } = spawnSync('script', args, {
    cwd,
    env: { ...inherited, TERM: 'xterm-256color', ...env },
    encoding: 'utf8',
    input: keys,
  });
  return { status, screen: stdout.replaceAll('\r\n', '\n') };
}
