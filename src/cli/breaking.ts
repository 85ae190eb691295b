// `mq-rpc breaking`: what has changed in the contracts, and whether queued calls and written code survive it.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BreakingResult, Level } from '../../codegen/breaking.js';
import { changesText, githubText, jsonText } from './breaking-report.js';
import { EXIT, UsageError } from './exit.js';
import { loadProject, type OneProjectFlags } from './project.js';
import { diagnosticsText } from './report.js';
import type { Terminal } from './terminal.js';

/** The options of `mq-rpc breaking`. */
export interface BreakingFlags extends Pick<OneProjectFlags, 'config' | 'contracts' | 'tsconfig'> {
  readonly against?: string;
  readonly save?: string;
  readonly level: Level;
  readonly allow?: readonly string[];
  readonly format?: 'text' | 'github';
  readonly json?: boolean;
}

/** Runs the command and returns its exit code. Throws a {@link UsageError} if there is nothing to compare with. */
export async function breakingCommand(flags: BreakingFlags, terminal: Terminal): Promise<number> {
  const { against, save } = flags;
  if (against === undefined && save === undefined) {
    throw new UsageError(
      'nothing to compare the contracts with',
      'Name a git ref, a folder or a file, as in: mq-rpc breaking --against main',
    );
  }
  const project = await loadProject(terminal.cwd, flags);
  const { contracts, root: cwd, tsconfig } = project;
  const breaking = await import('../../codegen/breaking.js');
  if (against === undefined) {
    return saveTo(
      resolve(terminal.cwd, save ?? ''),
      breaking.saveContracts({ cwd, contracts, tsconfig }),
      terminal,
    );
  }
  await checkAllowed(flags.allow);
  try {
    const options = { cwd, contracts, tsconfig, against, from: terminal.cwd };
    return report(breaking.findChanges(options), cwd, flags, terminal);
  } catch (error) {
    if (error instanceof breaking.AgainstError)
      throw new UsageError(error.message, error.help, { cause: error });
    throw error;
  }
}

async function checkAllowed(allowed: readonly string[] = []): Promise<void> {
  const { RULES } = await import('../../codegen/compare/rules.js');
  const unknown = allowed.find((rule) => !Object.hasOwn(RULES, rule));
  if (unknown === undefined) return;
  throw new UsageError(`there is no rule ${unknown}`, 'Write the id of a rule as the command prints it.');
}

type Saved = ReturnType<typeof import('../../codegen/breaking.js')['saveContracts']>;

async function saveTo(
  file: string,
  { diagnostics, services, text }: Saved,
  terminal: Terminal,
): Promise<number> {
  if (diagnostics.length > 0) {
    terminal.stderr.write(await diagnosticsText(diagnostics, terminal));
    return EXIT.findings;
  }
  writeFileSync(file, text);
  terminal.stdout.write(`saved ${services.length} ${services.length === 1 ? 'service' : 'services'}\n`);
  return EXIT.fine;
}

async function report(
  found: BreakingResult,
  root: string,
  flags: BreakingFlags,
  terminal: Terminal,
): Promise<number> {
  const { breaksAt } = await import('../../codegen/breaking.js');
  const result = { ...found, changes: found.changes.map((change) => allowed(change, flags.allow)) };
  const { diagnostics, old, changes } = result;
  const isBroken = changes.some((change) => breaksAt(change, flags.level));
  if (flags.json === true) terminal.stdout.write(await jsonText(result, root, flags.level));
  else if (diagnostics.length > 0) {
    const what = old.isBroken ? `all in ${old.label}: nothing was compared` : 'nothing was compared';
    terminal.stderr.write(await diagnosticsText(diagnostics, terminal, { consequence: what }));
  } else {
    terminal.stdout.write(await changesText(result, flags.level, terminal));
    if (formatOf(flags, terminal) === 'github')
      terminal.stdout.write(await githubText(result, flags.level, terminal));
  }
  if (old.isBroken) return EXIT.notRun;
  return diagnostics.length > 0 || isBroken ? EXIT.findings : EXIT.fine;
}

const allowed = <Of extends BreakingResult['changes'][number]>(
  change: Of,
  rules: readonly string[] = [],
): Of => (rules.includes(change.rule) ? { ...change, isAllowed: true } : change);

/** Annotations go beside the text: whoever looks at the log of a run wants to read it. */
const formatOf = ({ format }: BreakingFlags, { env }: Terminal): 'text' | 'github' =>
  format ?? (env.GITHUB_ACTIONS === 'true' ? 'github' : 'text');
