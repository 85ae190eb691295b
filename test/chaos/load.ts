// The clients and workers of a run, each a process.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { watchProcess } from '../support/redis/watchdog.js';

export interface LoadOptions {
  readonly url: string;
  /** Where the histories and the processes' stderr go. */
  readonly folder: string;
  readonly clients: number;
  readonly workers: number;
  /** Calls in flight of each client. */
  readonly inFlight: number;
  readonly handlerMs: number;
}

/** The processes that call and answer. */
export class Load {
  readonly #options: LoadOptions;
  readonly #clients: ChildProcess[] = [];
  readonly #workers: ChildProcess[] = [];
  readonly #names = new Map<ChildProcess, string>();
  readonly #done = new Map<ChildProcess, number>();
  readonly #killed: string[] = [];
  #started = 0;

  private constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** Starts all of them; resolves when they call and serve. */
  static async start(options: LoadOptions): Promise<Load> {
    const load = new Load(options);
    await Promise.all(Array.from({ length: options.workers }, () => load.#startWorker()));
    await Promise.all(Array.from({ length: options.clients }, () => load.#startClient()));
    return load;
  }

  /** Calls that the clients are done with, however they ended. */
  get done(): number {
    return [...this.#done.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The workers that run now. */
  get workerNames(): string[] {
    return this.#workers.map((worker) => this.#names.get(worker) ?? '');
  }

  /** Processes that were killed: what they had begun has no end. */
  get killedNames(): string[] {
    return this.#killed;
  }

  /** Kills a worker and starts another one. */
  async replaceWorker(chance: number): Promise<void> {
    await this.#killOne(this.#workers, chance);
    await this.#startWorker();
  }

  /** Kills a client and starts another one. */
  async replaceClient(chance: number): Promise<void> {
    await this.#killOne(this.#clients, chance);
    await this.#startClient();
  }

  /** Has the clients finish what is in flight. Kills those that do not, and says how many that were. */
  async stopClients(timeoutMs: number): Promise<number> {
    return end(this.#clients, timeoutMs);
  }

  /** Has the workers finish. Kills those that do not, and says how many that were. */
  async stopWorkers(timeoutMs: number): Promise<number> {
    return end(this.#workers, timeoutMs);
  }

  /** Kills whatever still runs. */
  kill(): void {
    for (const child of [...this.#clients, ...this.#workers]) child.kill('SIGKILL');
  }

  async #killOne(children: ChildProcess[], chance: number): Promise<void> {
    const [victim] = children.splice(Math.floor(chance * children.length), 1);
    if (victim === undefined) return;
    this.#killed.push(this.#names.get(victim) ?? '');
    const ended = once(victim, 'exit');
    victim.kill('SIGKILL');
    await ended;
  }

  async #startWorker(): Promise<void> {
    const { handlerMs } = this.#options;
    this.#workers.push(await this.#start('worker', String(handlerMs), 'serving'));
  }

  async #startClient(): Promise<void> {
    const { inFlight } = this.#options;
    this.#clients.push(await this.#start('caller', String(inFlight), 'calling'));
  }

  #start(program: string, argument: string, ready: string): Promise<ChildProcess> {
    const { url, folder } = this.#options;
    const name = `${program}-${this.#started++}`;
    const file = fileURLToPath(new URL(`./processes/${program}.ts`, import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', file, url, folder, name, argument], {
      stdio: 'pipe',
    });
    child.stderr.pipe(createWriteStream(join(folder, `${name}.stderr`)));
    watchProcess(child);
    this.#names.set(child, name);
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line === ready) resolve(child);
        else if (line.startsWith('done ')) this.#done.set(child, Number(line.slice(5)));
      });
      child.once('exit', (code, signal) =>
        reject(new Error(`${name} ended with ${code ?? signal} before it was ready: see ${folder}`)),
      );
    });
  }
}

async function end(children: readonly ChildProcess[], timeoutMs: number): Promise<number> {
  const results = await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      const ended = once(child, 'exit');
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
      clearTimeout(timer);
      return signal === 'SIGKILL';
    }),
  );
  return results.filter(Boolean).length;
}
