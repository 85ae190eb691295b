// `mq-rpc generate --watch`: generates again whenever something that matters has changed.

import { basename } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { messageOf } from '../errors.js';
import { EXIT, UsageError } from './exit.js';
import type { GenerateFlags } from './generate.js';
import { generateOnce } from './generate.js';
import type { Project } from './project.js';
import { loadProject } from './project.js';
import { diagnosticsText, summaryText } from './report.js';
import type { Terminal } from './terminal.js';

/** Editors and formatters write several times in a row; this long after the last change it is over. */
const QUIET_MS = 60;

/** Watches until SIGINT or SIGTERM, then finishes what is being written and ends the process. */
export async function watch(flags: GenerateFlags, terminal: Terminal): Promise<never> {
  // A wrong config at the start is wrong usage; a config that becomes wrong later is only reported.
  const session = new WatchSession(flags, terminal, await loadProject(terminal.cwd, flags));
  const signalled = nextSignal();
  await session.start();
  await signalled;
  await session.stop();
  // chokidar 4 leaves a handle open when a watched file was removed before (Node 22 and 24): it would keep us alive.
  process.exit(EXIT.fine);
}

/** Only the first signal is caught: a second Ctrl-C ends a run that hangs. */
const nextSignal = (): Promise<void> =>
  new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });

/** One `--watch`, from its first run to Ctrl-C. At most one run is under way at a time. */
class WatchSession {
  readonly #flags: GenerateFlags;
  readonly #terminal: Terminal;
  #project: Project;
  /** What the last run wrote: its appearance is no news. */
  #outputs: ReadonlySet<string> = new Set();
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(flags: GenerateFlags, terminal: Terminal, project: Project) {
    this.#flags = flags;
    this.#terminal = terminal;
    this.#project = project;
  }

  async start(): Promise<void> {
    const { watch } = await import('chokidar');
    // Watching starts before the first run, so that no change falls in between. All sources are watched and not
    // only those that contracts import now: a new import, or a new contract, is then a change like any other.
    const watcher = watch(this.#project.root, {
      ignoreInitial: true,
      ignored: (path, stats) => path !== this.#project.root && isIgnored(path, stats?.isFile() === true),
    });
    this.#watcher = watcher;
    const onFile = (path: string): void => {
      if (!this.#outputs.has(path)) this.#changed();
    };
    watcher.on('add', onFile).on('change', onFile).on('unlink', onFile);
    watcher.on('error', (error) => this.#terminal.stderr.write(`watch: ${String(error)}\n`));
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    await this.#regenerate();
    this.#terminal.stdout.write(`watching ${this.#project.contracts.join(' ')}, Ctrl-C ends\n`);
  }

  /** Lets a run that is under way finish: no file is left half written. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
    await this.#running;
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#regenerate(), QUIET_MS);
  }

  #regenerate(): Promise<void> {
    this.#running = this.#running.then(() => this.#generate());
    return this.#running;
  }

  async #generate(): Promise<void> {
    const { stdout, stderr } = this.#terminal;
    try {
      this.#project = await loadProject(this.#terminal.cwd, this.#flags);
      const result = await generateOnce(this.#project, this.#flags, this.#terminal);
      if (result.diagnostics.length > 0) {
        stderr.write(await diagnosticsText(result.diagnostics, this.#terminal));
      } else {
        this.#outputs = new Set(result.files.map(({ path }) => path));
        stdout.write(`${summaryText(result)}\n`);
      }
    } catch (error) {
      // A config or a file that is wrong for the moment: the next change may put it right.
      stderr.write(`error: ${messageOf(error)}\n`);
      if (error instanceof UsageError) stderr.write(`${error.help}\n`);
    }
  }
}

const SOURCE = /\.(?:[cm]?[jt]s|tsx)$/;
const SETTINGS = /^(?:package|tsdoc|tsconfig.*)\.json$/;

const isSource = (name: string): boolean => SOURCE.test(name) || SETTINGS.test(name);

/** Whatever cannot change the output: packages, hidden folders, files that are no source. */
function isIgnored(path: string, isFile: boolean): boolean {
  const name = basename(path);
  return name === 'node_modules' || name.startsWith('.') || (isFile && !isSource(name));
}
