// Runs the built command `mq-rpc` in a process of its own.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built command. */
export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `mq-rpc` to its end, with nobody at the terminal. */
export const mqRpc = (cwd: string, ...args: readonly string[]): Finished => mqRpcIn({ cwd }, ...args);

/** The same with changes to the environment. */
export const mqRpcIn = (
  { cwd, env = {} }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
  ...args: readonly string[]
): Finished => run(cwd, process.execPath, [MAIN, ...args], env);

/** Runs a command to its end. */
export function run(
  cwd: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Finished {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...plainEnv(), ...env },
    encoding: 'utf8',
    input: '',
  });
  return { status, stdout, stderr };
}

/** A process that is still running, and the text it has written so far. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves when the output, counted from the end of the last match, has the text. */
  says(text: string): Promise<void>;
  /** Everything it wrote, stdout and stderr in the order of arrival. */
  output(): string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Starts a command in a process group of its own, which is killed when the test ends. */
export function start(cwd: string, command: string, args: readonly string[]): Running {
  const child = spawn(command, args, {
    cwd,
    env: plainEnv(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  onTestFinished(async () => {
    signalGroup(child, 'SIGKILL');
    await ended;
  });
  return { process: child, ended, ...listening(child, ended) };
}

/** What Ctrl-C does: the signal goes to the whole process group. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function listening(child: ChildProcess, ended: Promise<unknown>): Pick<Running, 'says' | 'output'> {
  let output = '';
  let seen = 0;
  let onOutput = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput();
    });
  }
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      onOutput = () => {
        const at = output.indexOf(text, seen);
        if (at < 0) return;
        seen = at + text.length;
        resolve();
      };
      onOutput();
      void ended.then(() => reject(new Error(`ended without saying "${text}"; it said:\n${output}`)));
    });
  return { says, output: () => output };
}

/** Colours, our own settings, and what `npm test` says about the project it was started for. */
const UNWANTED = /^npm_(?:package|lifecycle|config_(?:user_agent|local_prefix))|^MQ_RPC_|COLOR$|^CI$/;

/** The environment without what would change the output, and with npm on the Node that runs the tests. */
function plainEnv(): NodeJS.ProcessEnv {
  const env = Object.entries(process.env).filter(([name]) => !UNWANTED.test(name));
  return { ...Object.fromEntries(env), PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
}
