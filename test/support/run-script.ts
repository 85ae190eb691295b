// Runs a TypeScript file of the tests as a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface ScriptProcess {
  readonly process: ChildProcess;
  /** Resolves when the process has printed this line; fails if it ends before. */
  printed(line: string): Promise<void>;
  /** Ends the process and resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves with how it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts `test/support/processes/<name>.ts`. The process does not outlive the test. */
export function runScript(name: string, ...args: readonly string[]): ScriptProcess {
  const file = fileURLToPath(new URL(`./processes/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    changed();
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  void ended.then(changed);
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) await kill();
  });
  const printed = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const isThere = lines.includes(line);
        if (!isThere && child.exitCode === null && child.signalCode === null) return;
        watchers.delete(look);
        if (isThere) resolve();
        else reject(new Error(`${name} ended before it printed "${line}"`));
      };
      watchers.add(look);
      look();
    });
  return { process: child, printed, kill, ended };
}
