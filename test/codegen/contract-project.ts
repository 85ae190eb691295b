// A project in a temporary folder whose contracts are read for a test.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDiagnostics } from '#dist/codegen/format-diagnostic.js';
import { type ReadContractsResult, readContracts } from '#dist/codegen/read-contracts.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface ContractProject extends Disposable {
  readonly cwd: string;
  /** Reads the project's contract files, in the order of their names. */
  read(tsconfig?: string): ReadContractsResult;
  /** What there is to say about them, as the command line prints it. */
  complaints(): string;
}

const PACKAGES = [
  '@types/node',
  '@octokit/webhooks-types',
  'class-transformer',
  'class-validator',
  'reflect-metadata',
  'valibot',
  'zod',
];

/** Writes the files; those that end in `.contract.ts` are contracts. `mq-rpc` and some packages are installed. */
export function contractProject(files: Readonly<Record<string, string>>): ContractProject {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'mq-rpc-contracts-')));
  const modules = join(cwd, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  mkdirSync(join(modules, '@octokit'));
  symlinkSync(repository, join(modules, 'mq-rpc'), 'dir');
  for (const name of PACKAGES) {
    symlinkSync(join(repository, 'node_modules', name), join(modules, name), 'dir');
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const contracts = Object.keys(files).filter((name) => name.endsWith('.contract.ts'));
  const read = (tsconfig?: string) => readContracts({ cwd, files: contracts, ...(tsconfig && { tsconfig }) });
  return {
    cwd,
    read,
    complaints: () => formatDiagnostics(read().diagnostics, { cwd }),
    [Symbol.dispose]: () => rmSync(cwd, { recursive: true, force: true }),
  };
}

/** Reads contracts together, and gives what there is to say about each file. */
export function diagnose(files: Readonly<Record<string, string>>): (file: string) => string {
  using project = contractProject(files);
  const { cwd } = project;
  const { diagnostics } = project.read();
  return (file) => {
    const about = diagnostics.filter(({ place }) => place?.file === join(cwd, file));
    return formatDiagnostics(about, { cwd });
  };
}
