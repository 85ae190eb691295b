// `mq-rpc generate`: from the contracts to the generated files, once or at every change.

import { setFlagsFromString } from 'node:v8';
import type { GenerateOptions, GenerateResult } from '../../codegen/index.js';
import { EXIT } from './exit.js';
import { ProgressLine } from './progress-line.js';
import type { Project, ProjectFlags } from './project.js';
import { loadProjects } from './project.js';
import {
  diagnosticsText,
  driftText,
  jsonText,
  type ProjectResult,
  projectName,
  summaryText,
} from './report.js';
import type { Terminal } from './terminal.js';

/** The options of `mq-rpc generate`. */
export interface GenerateFlags extends ProjectFlags {
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly cache: boolean;
}

/** Runs the command and returns its exit code. Throws a `UsageError` before anything was written. */
export async function generateCommand(flags: GenerateFlags, terminal: Terminal): Promise<number> {
  if (flags.watch === true) {
    const { watch } = await import('./watch.js');
    return watch(flags, terminal);
  }
  optimiseLater();
  const projects = await loadProjects(terminal.cwd, flags);
  const { createGenerator } = await import('../../codegen/index.js');
  const results: ProjectResult[] = [];
  for (const project of projects) {
    const run = (onProgress: OnProgress) =>
      createGenerator({ ...optionsOf(project, flags), onProgress }).run();
    results.push({ project, result: await withProgress(run, terminal) });
  }
  if (flags.json === true) terminal.stdout.write(jsonText(results, terminal.cwd));
  else for (const each of results) await printResult(each, { ...flags, isOneOf: projects.length }, terminal);
  return results.every(({ result }) => isFine(result, flags)) ? EXIT.fine : EXIT.findings;
}

const isFine = ({ diagnostics, upToDate }: GenerateResult, { check }: GenerateFlags): boolean =>
  diagnostics.length === 0 && (check !== true || upToDate);

/**
 * Most runs are over before optimised code has paid for itself: without this, V8 spends a third of their
 * processor time on making it. What stays hot is optimised all the same, only later. The engines of other Nodes
 * have no such flag, and complain of it.
 */
function optimiseLater(): void {
  if (/^2[01]\./.test(process.versions.node)) setFlagsFromString('--interrupt-budget=500000');
}

/** What the generator is asked to do for a project. */
export function optionsOf(project: Project, flags: Pick<GenerateFlags, 'check' | 'cache'>): GenerateOptions {
  const { root, configFile, ...config } = project;
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as Pick<GenerateOptions, 'contracts' | 'outDir'>),
    cwd: root,
    check: flags.check === true,
    cache: flags.cache,
  };
}

type OnProgress = NonNullable<GenerateOptions['onProgress']>;

/** Shows how far a run has come, on a terminal. */
export async function withProgress<Result>(
  run: (onProgress: OnProgress) => Promise<Result>,
  { stderr, env }: Terminal,
): Promise<Result> {
  const progress = new ProgressLine(stderr, env);
  try {
    return await run(({ step, done, total, name }) =>
      progress.show(`${step} ${done}/${total} ${name ?? ''}`),
    );
  } finally {
    progress.erase();
  }
}

/** How a result is printed: as one of so many, and whether nothing was to be written. */
export interface PrintOptions {
  readonly check?: boolean;
  readonly isOneOf: number;
}

/** Prints the result of one project; among several, with its folder. */
export async function printResult(
  { project, result }: ProjectResult,
  { check, isOneOf }: PrintOptions,
  terminal: Terminal,
): Promise<void> {
  const name = isOneOf > 1 ? `${projectName(project, terminal.cwd)}: ` : '';
  if (result.diagnostics.length > 0) {
    terminal.stderr.write(await diagnosticsText(result.diagnostics, terminal, { project: name }));
  } else if (check === true && !result.upToDate) {
    terminal.stderr.write(driftText(result, project.root, name, terminal.cwd));
  } else {
    terminal.stdout.write(`${name}${summaryText(result)}\n`);
  }
}
