// Ends the servers of a test process that has ended, however that went: a shell that waits for the end of its input.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The system closes the pipe when its writer is gone, also after SIGKILL. Ctrl-C reaches the whole group: the
// watchdog has one of its own.
const SCRIPT = `
pids=' '
while read -r verb pid; do
  case "$verb" in
    started) pids="$pids$pid " ;;
    ended) case "$pids" in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
# They may still be writing.
for wait in 0.1 0.3 1; do rm -rf "$1" 2>/dev/null && break; sleep $wait; done
`;

interface Watchdog {
  readonly process: ChildProcess;
  readonly folder: string;
}

let current: Watchdog | undefined;

function watchdog(): Watchdog {
  if (current !== undefined) return current;
  const folder = mkdtempSync(join(tmpdir(), 'mq-rpc-redis-'));
  const child = spawn('sh', ['-c', SCRIPT, 'mq-rpc-watchdog', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // Child processes have sockets as their pipes, which the types do not say.
  (child.stdin as unknown as Socket).unref();
  current = { process: child, folder };
  return current;
}

/** A folder that is gone soon after this process is. */
export const watchedFolder = (): string => mkdtempSync(join(watchdog().folder, 'server-'));

/** Has a child process killed when this process ends before it. */
export function watchProcess(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  watchdog().process.stdin?.write(`started ${pid}\n`);
  child.once('exit', () => watchdog().process.stdin?.write(`ended ${pid}\n`));
}
