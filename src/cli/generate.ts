// `mq-rpc generate`: from the contracts to the generated files, once or at every change.

import { setFlagsFromString } from 'node:v8';
import type { GenerateResult } from '../../codegen/index.js';
import { EXIT } from './exit.js';
import { ProgressLine } from './progress-line.js';
import type { Project, ProjectFlags } from './project.js';
import { loadProject } from './project.js';
import { diagnosticsText, driftText, jsonText, summaryText } from './report.js';
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
  const project = await loadProject(terminal.cwd, flags);
  const result = await generateOnce(project, flags, terminal);
  if (flags.json === true) terminal.stdout.write(jsonText(result, project.root));
  else await print(result, project, flags, terminal);
  return result.diagnostics.length > 0 || (flags.check === true && !result.upToDate)
    ? EXIT.findings
    : EXIT.fine;
}

/**
 * Most runs are over before optimised code has paid for itself: without this, V8 spends a third of their
 * processor time on making it. What stays hot is optimised all the same, only later. The engines of other Nodes
 * have no such flag, and complain of it.
 */
function optimiseLater(): void {
  if (/^2[01]\./.test(process.versions.node)) setFlagsFromString('--interrupt-budget=500000');
}

/** Generates with a progress line on a terminal. The generator is loaded here: it is by far the largest part. */
export async function generateOnce(
  project: Project,
  flags: Pick<GenerateFlags, 'check' | 'cache'>,
  { stderr, env }: Terminal,
): Promise<GenerateResult> {
  const { generate } = await import('../../codegen/index.js');
  const progress = new ProgressLine(stderr, env);
  try {
    return await generate({
      cwd: project.root,
      contracts: project.contracts,
      outDir: project.outDir,
      ...(project.tsconfig !== undefined && { tsconfig: project.tsconfig }),
      selfContained: project.selfContained,
      ...(project.outputs !== undefined && { outputs: project.outputs }),
      check: flags.check === true,
      cache: flags.cache,
      onProgress: ({ step, done, total, name }) => progress.show(`${step} ${done}/${total} ${name ?? ''}`),
    });
  } finally {
    progress.erase();
  }
}

async function print(
  result: GenerateResult,
  { root }: Project,
  flags: GenerateFlags,
  terminal: Terminal,
): Promise<void> {
  if (result.diagnostics.length > 0) {
    terminal.stderr.write(await diagnosticsText(result.diagnostics, terminal));
  } else if (flags.check === true && !result.upToDate) {
    terminal.stderr.write(driftText(result, root, terminal.cwd));
  } else {
    terminal.stdout.write(`${summaryText(result)}\n`);
  }
}
