// The whole run: find contracts, read them, render, write. Nothing is written if anything is wrong.

import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { createCache } from './cache/cache.js';
import { checkGenerated } from './check-generated.js';
import type { Diagnostic } from './diagnostic.js';
import { checkOutputFolder } from './output-folder.js';
import { type FileStatus, findDrift, writeFiles } from './write-files.js';

export interface GenerateOptions {
  /** The folder that all other paths are relative to. */
  readonly cwd: string;
  /** Globs of contract files. */
  readonly contracts: readonly string[];
  /** Folder of the generated files. It has to be within the project that `cwd` belongs to. */
  readonly outDir: string;
  /** Default `tsconfig.json` in `cwd`, if there is one. */
  readonly tsconfig?: string;
  /** Write nothing; tell which files would change. */
  readonly check?: boolean;
  /** Whether an unchanged project may be recognised without reading its contracts. Default true. */
  readonly cache?: boolean;
  readonly onProgress?: (progress: GenerateProgress) => void;
}

export interface GenerateProgress {
  readonly step: 'load' | 'read' | 'render' | 'write';
  readonly done: number;
  readonly total: number;
  /** What is being worked on. */
  readonly name?: string;
}

export interface GeneratedFileStatus {
  /** Absolute. */
  readonly path: string;
  readonly status: FileStatus;
}

export interface GenerateResult {
  /** Everything that is wrong. If there is any, nothing was written. */
  readonly diagnostics: Diagnostic[];
  /** Names of the services, in order. */
  readonly services: string[];
  readonly files: GeneratedFileStatus[];
  /** Whether the files were as they should be before this run. */
  readonly upToDate: boolean;
}

/** Generates the files of all contracts. Mistakes of contracts are in the result; nothing is thrown for them. */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const outDir = resolve(options.cwd, options.outDir);
  const contracts = await findContracts(options);
  const diagnostics = [...checkContracts(options, contracts), ...checkOutputFolder(options.cwd, outDir)];
  if (diagnostics.length > 0) return failed(diagnostics);
  const cache = createCache(options, outDir, contracts);
  const known = options.cache === false ? undefined : cache.read();
  if (known !== undefined) {
    const files = known.outputs.map((path): GeneratedFileStatus => ({ path, status: 'unchanged' }));
    return { diagnostics: [], services: known.services, files, upToDate: true };
  }
  const result = await regenerate(options, outDir, contracts);
  if (options.check !== true && result.diagnostics.length === 0) cache.write(result);
  return result;
}

async function findContracts({ cwd, contracts }: GenerateOptions): Promise<string[]> {
  const files = await glob([...contracts], { cwd, absolute: true, ignore: ['**/node_modules/**'] });
  return files.map((file) => resolve(file)).sort();
}

function checkContracts({ cwd, contracts }: GenerateOptions, files: readonly string[]): Diagnostic[] {
  if (files.length > 0) return [];
  return [
    {
      code: 'MQ3004',
      message: `no file matches ${contracts.join(', ') || 'an empty list of contracts'} in ${cwd}`,
      help: 'Let "contracts" name the files of your contracts, as in "src/**/*.contract.ts".',
      place: undefined,
    },
  ];
}

/** Reads the contracts and writes what they ask for. Loads the front end, and with it the compiler. */
async function regenerate(
  options: GenerateOptions,
  outDir: string,
  contracts: readonly string[],
): Promise<GenerateResult & { readonly sourceFiles: readonly string[] }> {
  const { cwd, tsconfig, check = false, onProgress = () => {} } = options;
  onProgress({ step: 'load', done: 0, total: contracts.length });
  const { readContracts } = await import('./read-contracts.js');
  onProgress({ step: 'read', done: 0, total: contracts.length });
  const read = readContracts({ cwd, files: contracts, tsconfig });
  const mistakes = read.diagnostics.length > 0 ? read.diagnostics : checkGenerated(read.services);
  onProgress({ step: 'read', done: contracts.length, total: contracts.length });
  if (mistakes.length > 0) return { ...failed(mistakes), sourceFiles: read.sourceFiles };

  const { render } = await import('./render.js');
  const total = read.services.length;
  let done = 0;
  const files = render(read.services, {
    outDir,
    extension: read.importExtension,
    onService: (name) => onProgress({ step: 'render', done: done++, total, name }),
  });
  const drift = findDrift(outDir, files);
  if (drift.diagnostics.length > 0) return { ...failed(drift.diagnostics), sourceFiles: read.sourceFiles };
  if (!check) writeFiles(drift, (name, at, of) => onProgress({ step: 'write', done: at, total: of, name }));
  return {
    diagnostics: [],
    services: read.services.map((service) => service.name),
    files: drift.files.map(({ path, status }) => ({
      path,
      status: check && status !== 'unchanged' ? 'stale' : status,
    })),
    upToDate: drift.files.every((file) => file.status === 'unchanged'),
    sourceFiles: read.sourceFiles,
  };
}

const failed = (diagnostics: Diagnostic[]): GenerateResult => ({
  diagnostics,
  services: [],
  files: [],
  upToDate: false,
});
