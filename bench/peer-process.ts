// A process of a peer, as the benchmark sees it: it is told what to do, answers, and is killed.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from './measure.js';
import type { PeerVerbs } from './processes/peer.js';

export interface PeerProcess {
  /** Has the process do something. Rejects if it dies of it. */
  do<V extends keyof PeerVerbs>(
    verb: V,
    ...argument: Parameters<PeerVerbs[V]>
  ): Promise<Awaited<ReturnType<PeerVerbs[V]>>>;
  kill(): Promise<void>;
}

const STUCK_MS = 120_000;

/** Starts a process with the adapter `module`, a file below `bench/`, for the Redis on `port`. */
export async function startPeer(module: string, port: number, folder: string): Promise<PeerProcess> {
  const child = fork(compiled('processes/peer.js'), [compiled(`${module}.js`), String(port)], {
    execArgv: [],
    // @imqueue/rpc leaves files in the folder for temporary ones. What everybody warns of is known: see the docs.
    env: { ...process.env, TMPDIR: folder, NODE_ENV: 'production', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await answer(child, module, 'start');
  return {
    do(verb, ...[argument]) {
      child.send({ verb, argument });
      return answer(child, module, verb) as never;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function answer(child: ChildProcess, module: string, verb: string): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  const stuck = setTimeout(() => child.kill('SIGKILL'), STUCK_MS);
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([{ result }]) => result),
      once(child, 'exit', { signal }).then(([code, killed]) => {
        throw new Error(`${module} died of "${verb}": ${killed ?? code}`);
      }),
    ]);
  } finally {
    clearTimeout(stuck);
    done.abort();
  }
}
