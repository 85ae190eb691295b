// One redis-server process that a test starts, kills, pauses and starts again on the same port and data.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Address, ask, askInfo } from './ask.js';
import { releasePorts, reservePorts } from './ports.js';
import { programs } from './programs.js';
import { GivenUp, until } from './until.js';
import { watchedFolder, watchProcess } from './watchdog.js';

const run = promisify(execFile);

/** Settings as in redis.conf; a list stands for several lines. */
export type Config = Readonly<Record<string, string | number | readonly string[]>>;

export interface ServerOptions {
  readonly config?: Config;
  /** Default: one that nobody has. */
  readonly port?: number;
  /** With what `cli` and the rest of this object log in. */
  readonly username?: string;
  readonly password?: string;
  /** Runs it as a Sentinel. */
  readonly isSentinel?: boolean;
  /** More files in its folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A server process. It listens on 127.0.0.1 and does not outlive this process. */
export class RedisServer implements Address, AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly #isSentinel: boolean;
  #process: ChildProcess | undefined;

  private constructor(port: number, options: ServerOptions) {
    this.port = port;
    this.folder = watchedFolder();
    this.username = options.username;
    this.password = options.password;
    this.#isSentinel = options.isSentinel ?? false;
    const config: Config = {
      port,
      bind: '127.0.0.1',
      dir: this.folder,
      logfile: 'server.log',
      ...options.config,
    };
    const lines = Object.entries(config).flatMap(([name, value]) =>
      [value].flat().map((one) => `${name} ${one}\n`),
    );
    writeFileSync(join(this.folder, 'server.conf'), lines.join(''));
    for (const [name, text] of Object.entries(options.files ?? {}))
      writeFileSync(join(this.folder, name), text);
  }

  /** Starts a server and waits until it answers. */
  static async start(options: ServerOptions = {}): Promise<RedisServer> {
    const [port = 0] = options.port === undefined ? await reservePorts(1) : [options.port];
    const server = new RedisServer(port, options);
    await server.restart();
    return server;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get isRunning(): boolean {
    const child = this.#process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** What the server has written to its log. */
  get log(): string {
    const file = join(this.folder, 'server.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Runs redis-cli with these arguments; the reply as it prints it. Rejects if that is an error. */
  async cli(...args: readonly string[]): Promise<string> {
    const login = [
      ...(this.username === undefined ? [] : ['--user', this.username]),
      ...(this.password === undefined ? [] : ['--pass', this.password, '--no-auth-warning']),
    ];
    const all = ['-e', '-h', '127.0.0.1', '-p', String(this.port), ...login, ...args];
    const { stdout } = await run(programs().cli, all, { timeout: 10_000, maxBuffer: 2 ** 28 });
    return stdout.replace(/\n$/, '');
  }

  /** The members of INFO, of one section or of all. */
  info(section = 'everything'): Promise<Record<string, string>> {
    return askInfo(this, 'info', section);
  }

  /** Ends the process and resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) return;
    child.ref();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Stops the process where it stands: its connections stay open and nothing answers. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Starts it on the same port and data, after a SIGKILL if it runs, and waits until it answers. */
  async restart(): Promise<void> {
    await this.kill();
    const file = join(this.folder, 'server.conf');
    const child = spawn(programs().server, [file, ...(this.#isSentinel ? ['--sentinel'] : [])], {
      stdio: 'ignore',
    });
    watchProcess(child);
    child.unref();
    this.#process = child;
    await this.whenReady();
  }

  /** Resolves when the server has loaded its data and answers. */
  async whenReady(): Promise<void> {
    const isReady = async (): Promise<boolean> => {
      if (!this.isRunning) throw new GivenUp(`the server has ended:\n${this.#endOfLog()}`);
      return (await ask(this, 'ping')) === 'PONG';
    };
    await until(isReady, { what: 'the server answers', intervalMs: 5, detail: () => this.#endOfLog() });
  }

  /** Ends the process and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    // A child that rewrites the file may still be writing.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    releasePorts([this.port]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #endOfLog(): string {
    return this.log.split('\n').slice(-12).join('\n');
  }
}
