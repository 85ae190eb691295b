// `mq-rpc generate --watch`: generates again whenever something that matters has changed.

import type { Generator } from '../../codegen/index.js';
import { messageOf } from '../errors.js';
import { EXIT, UsageError } from './exit.js';
import { type GenerateFlags, optionsOf, printResult, withProgress } from './generate.js';
import { loadProjects, type Project } from './project.js';
import type { Terminal } from './terminal.js';
import { type SourceWatcher, watchSources } from './watch-sources.js';

/** Editors and formatters write several times in a row; this long after the last change it is over. */
const QUIET_MS = 60;

/** Watching can miss what happens to a file right after it was replaced: this long after a run we look again. */
const SECOND_LOOK_MS = 300;

/** Watches until SIGINT or SIGTERM, then finishes what is being written and ends the process. */
export async function watch(flags: GenerateFlags, terminal: Terminal): Promise<never> {
  // A wrong config at the start is wrong usage; a config that becomes wrong later is only reported.
  const watching = new Watching(flags, terminal, await loadProjects(terminal.cwd, flags));
  const signalled = nextSignal();
  await watching.start();
  await signalled;
  await watching.stop();
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

/** A project that is watched, with the generator that knows it. */
interface WatchedProject {
  readonly project: Project;
  readonly generator: Generator;
  /** What its last run has read, and what it had to complain about. */
  last: string;
  lastDiagnostics: string;
}

/** Why there is a run: it is the first, something has changed, or something may have changed unseen. */
type Occasion = 'start' | 'change' | 'secondLook';

/** One `--watch`, from its first run to Ctrl-C. At most one run is under way at a time. */
class Watching {
  readonly #flags: GenerateFlags;
  readonly #terminal: Terminal;
  /** By what they are: a project whose config has changed is another one. */
  #watched: ReadonlyMap<string, WatchedProject> = new Map();
  #projects: readonly Project[];
  #sources: SourceWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #secondLook: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;
  #lastError = '';

  constructor(flags: GenerateFlags, terminal: Terminal, projects: readonly Project[]) {
    this.#flags = flags;
    this.#terminal = terminal;
    this.#projects = projects;
  }

  async start(): Promise<void> {
    const { stdout, stderr } = this.#terminal;
    // Watching starts before the first run, so that no change falls in between.
    this.#sources = await watchSources(this.#projects, {
      onChange: (path) => this.#changed(path),
      onError: (error) => stderr.write(`watch: ${String(error)}\n`),
    });
    await this.#enqueue(() => this.#generateAll('start'));
    stdout.write(`watching ${this.#projects.flatMap(({ contracts }) => contracts).join(' ')}, Ctrl-C ends\n`);
    // What was known without reading is read now, so that the first change need not wait for it.
    await this.#enqueue(() => this.#warmUp());
  }

  /** Lets a run that is under way finish: no file is left half written. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#secondLook);
    await this.#sources?.close();
    await this.#running;
  }

  #changed(path: string): void {
    // What we write ourselves is no news; what others do to it is undone.
    if ([...this.#watched.values()].some(({ generator }) => generator.isAsGenerated(path))) return;
    clearTimeout(this.#secondLook);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#enqueue(() => this.#generateAll('change')), QUIET_MS);
  }

  #lookAgain(): void {
    clearTimeout(this.#secondLook);
    this.#secondLook = setTimeout(
      () => void this.#enqueue(() => this.#generateAll('secondLook')),
      SECOND_LOOK_MS,
    );
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(work).catch((error: unknown) => this.#complain(error));
    return this.#running;
  }

  /** A config or a file that is wrong for the moment: the next change may put it right. */
  #complain(error: unknown): void {
    const help = error instanceof UsageError ? `${error.help}\n` : '';
    const text = `error: ${messageOf(error)}\n${help}`;
    if (text !== this.#lastError) this.#terminal.stderr.write(text);
    this.#lastError = text;
  }

  async #generateAll(occasion: Occasion): Promise<void> {
    if (this.#isStopped) return;
    if (occasion === 'change') this.#lastError = '';
    if (occasion !== 'secondLook') this.#lookAgain();
    if (occasion !== 'start') this.#projects = await loadProjects(this.#terminal.cwd, this.#flags);
    this.#lastError = '';
    this.#watched = await this.#generatorsOf(this.#projects);
    for (const watched of this.#watched.values()) {
      const isNews = await this.#generate(watched, occasion);
      if (isNews) this.#lookAgain();
      this.#watchFilesOf(watched);
    }
  }

  async #generatorsOf(projects: readonly Project[]): Promise<Map<string, WatchedProject>> {
    const { createGenerator } = await import('../../codegen/index.js');
    return new Map(
      projects.map((project) => {
        const key = JSON.stringify(project);
        const generator = createGenerator(optionsOf(project, this.#flags));
        return [key, this.#watched.get(key) ?? { project, generator, last: '', lastDiagnostics: '' }];
      }),
    );
  }

  /** Whether there was something to tell: what was read has changed, or its files had. */
  async #generate(watched: WatchedProject, occasion: Occasion): Promise<boolean> {
    const { project, generator, last, lastDiagnostics } = watched;
    const result = await withProgress(() => generator.run(), this.#terminal);
    watched.lastDiagnostics = JSON.stringify(result.diagnostics);
    watched.last = `${generator.state} ${watched.lastDiagnostics}`;
    // A kept generator asks the disk less than a new one: that alone is no news.
    const isChanged =
      occasion === 'secondLook' ? watched.lastDiagnostics !== lastDiagnostics : watched.last !== last;
    const isNews = occasion === 'start' || isChanged || (result.diagnostics.length === 0 && !result.upToDate);
    const isOneOf = this.#projects.length;
    if (isNews) await printResult({ project, result }, { isOneOf }, this.#terminal);
    return isNews;
  }

  async #warmUp(): Promise<void> {
    for (const watched of this.#watched.values()) {
      await watched.generator.warmUp();
      watched.lastDiagnostics = '[]';
      watched.last = `${watched.generator.state} []`;
      this.#watchFilesOf(watched);
    }
  }

  #watchFilesOf({ project, generator }: WatchedProject): void {
    this.#sources?.add(project, [...generator.inputs, ...generator.outputs]);
  }
}
