// The whole run: find contracts, read them, render, write. Nothing is written if anything is wrong.

import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { createCache, type KnownResult } from './cache/cache.js';
import { checkGenerated } from './check-generated.js';
import type { Diagnostic } from './diagnostic.js';
import { checkOutputFolder } from './output-folder.js';
import type { ReadContractsResult } from './read-contracts.js';
import type { GeneratedFile } from './render.js';
import { type Drift, type FileStatus, findDrift, writeFiles } from './write-files.js';

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

/** Generates the files of all contracts. What is wrong is in the result; nothing is thrown for it. */
export async function generate(given: GenerateOptions): Promise<GenerateResult> {
  const options = { ...given, cwd: resolve(given.cwd) };
  const outDir = resolve(options.cwd, options.outDir);
  const contracts = await findContracts(options);
  const mistakes = [...checkContracts(options, contracts), ...checkOutputFolder(options.cwd, outDir)];
  if (mistakes.length > 0) return failed(mistakes);

  const cache = createCache(options, outDir, contracts);
  const known = options.cache === false ? undefined : cache.read();
  if (known !== undefined) return unchanged(known);

  const read = await readServices(options, contracts);
  if (read.diagnostics.length > 0) return failed(read.diagnostics);
  const drift = findDrift(outDir, await renderServices(options, outDir, read));
  const isCheck = options.check === true;
  const problems = drift.diagnostics.length > 0 || isCheck ? drift.diagnostics : write(options, drift);
  if (problems.length > 0) return failed(problems);

  const result = resultOf(read, drift, isCheck);
  if (!isCheck) cache.write(result, read.sourceFiles);
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

/** Reads the contracts. Loads the front end, and with it the compiler. */
async function readServices(
  { cwd, tsconfig, onProgress }: GenerateOptions,
  contracts: readonly string[],
): Promise<ReadContractsResult> {
  const total = contracts.length;
  onProgress?.({ step: 'load', done: 0, total });
  const { readContracts } = await import('./read-contracts.js');
  onProgress?.({ step: 'read', done: 0, total });
  const read = readContracts({ cwd, files: contracts, tsconfig });
  onProgress?.({ step: 'read', done: total, total });
  return read.diagnostics.length > 0 ? read : { ...read, diagnostics: checkGenerated(read.services) };
}

async function renderServices(
  { onProgress }: GenerateOptions,
  outDir: string,
  { services, importExtension }: ReadContractsResult,
): Promise<GeneratedFile[]> {
  const { render } = await import('./render.js');
  let done = 0;
  return render(services, {
    outDir,
    extension: importExtension,
    onService: (name) => onProgress?.({ step: 'render', done: done++, total: services.length, name }),
  });
}

function write({ onProgress }: GenerateOptions, drift: Drift): Diagnostic[] {
  try {
    writeFiles(drift, (name, done, total) => onProgress?.({ step: 'write', done, total, name }));
    return [];
  } catch (error) {
    const { code, path = drift.outDir } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const help = 'Let mq-rpc write there, or choose another output folder.';
    return [{ code: 'MQ4003', message: `${path} cannot be written: ${code}`, help, place: undefined }];
  }
}

function resultOf({ services }: ReadContractsResult, { files }: Drift, isCheck: boolean): GenerateResult {
  return {
    diagnostics: [],
    services: services.map((service) => service.name),
    files: files.map(({ path, status }) => ({
      path,
      status: isCheck && status !== 'unchanged' ? 'stale' : status,
    })),
    upToDate: files.every((file) => file.status === 'unchanged'),
  };
}

const unchanged = ({ services, outputs }: KnownResult): GenerateResult => ({
  diagnostics: [],
  services,
  files: outputs.map((path) => ({ path, status: 'unchanged' })),
  upToDate: true,
});

const failed = (diagnostics: Diagnostic[]): GenerateResult => ({
  diagnostics,
  services: [],
  files: [],
  upToDate: false,
});
