// The whole run: find contracts, read them, render, write. Nothing is written if anything is wrong.

import { join, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import type { Outputs } from '../src/config.js';
import { type Cache, createCache, type Finding, type KnownResult } from './cache/cache.js';
import { checkGenerated } from './check-generated.js';
import { CODE_FILES } from './code-files.js';
import type { Diagnostic } from './diagnostic.js';
import { createDisk, type Disk } from './disk.js';
import { checkOutputFolder } from './output-folder.js';
import {
  checkDistinct,
  checkOutputPlaces,
  type OutputPlaces,
  outputPlaces,
  ownFolders,
} from './output-places.js';
import type { renderOutputs } from './outputs/outputs.js';
import type { ContractReader, ReadContractsResult } from './read-contracts.js';
import type { Renderer } from './render.js';
import {
  type Drift,
  type FileStatus,
  findDrift,
  generatedText,
  type OwnFolder,
  type WantedFile,
  writeFiles,
} from './write-files.js';

export interface GenerateOptions {
  /** The folder that all other paths are relative to. */
  readonly cwd: string;
  /** Globs of contract files. */
  readonly contracts: readonly string[];
  /** Folder of the generated files. It has to be within the project that `cwd` belongs to. */
  readonly outDir: string;
  /** Default `tsconfig.json` in `cwd`, if there is one. */
  readonly tsconfig?: string;
  /** Whether clients are written that need nothing of the server, and no servers. Default false. */
  readonly selfContained?: boolean;
  /** Documents that are also written. Default: none. */
  readonly outputs?: Outputs;
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
export const generate = (options: GenerateOptions): Promise<GenerateResult> => createGenerator(options).run();

/** Generates again and again, and reads only what has changed in between. */
export interface Generator {
  /** As {@link generate} does it. Runs must not overlap. */
  run(): Promise<GenerateResult>;
  /** Reads everything ahead of the next run, if no run has had to read yet. */
  warmUp(): Promise<void>;
  /** The files that the contracts were read from in the last run, packages included. */
  readonly sourceFiles: readonly string[];
  /** Whether the last run has generated this file, absolute, and it is still as generated. */
  isAsGenerated(path: string): boolean;
}

/** What a run works on, resolved. */
interface Job {
  readonly options: GenerateOptions;
  readonly outDir: string;
  readonly places: OutputPlaces;
  /** The contract files, absolute and sorted. */
  readonly contracts: readonly string[];
}

export function createGenerator(given: GenerateOptions): Generator {
  const options = { ...given, cwd: resolve(given.cwd) };
  const outDir = resolve(options.cwd, options.outDir);
  const places = outputPlaces(options.cwd, options.outputs ?? {});
  let frontEnd: FrontEnd | undefined;
  let last: Generated = { ...NOTHING_GENERATED, result: failed([]) };
  const generateAnew = async (job: Job, settle: Settle) => {
    frontEnd ??= await loadFrontEnd(job);
    const found = generateWith(frontEnd, job, settle);
    // Files that were generated before a mistake was made are still what they were.
    last = found.outputs.size > 0 ? found : { ...found, outputs: last.outputs };
    return last.result;
  };
  return {
    async run() {
      const job = { options, outDir, places, contracts: await findContracts(options) };
      const mistakes = [
        ...checkContracts(options, job.contracts),
        ...checkOutputFolder(options.cwd, outDir),
        ...checkOutputPlaces(options.cwd, places),
      ];
      if (mistakes.length > 0) return failed(mistakes);
      const cache = cacheOf(job);
      // A front end that has read before is as fast, and stays ready.
      const known = options.cache === false || frontEnd !== undefined ? undefined : cache.read();
      return known === undefined ? generateAnew(job, settleInto(cache)) : unchanged(known);
    },
    async warmUp() {
      if (frontEnd !== undefined) return;
      await generateAnew({ options, outDir, places, contracts: await findContracts(options) }, () => []);
    },
    get sourceFiles() {
      return last.sourceFiles;
    },
    isAsGenerated(path) {
      const text = last.outputs.get(path);
      return text !== undefined && generatedText(path) === text;
    },
  };
}

/** All options that decide about the result are part of the cache's key. */
function cacheOf(job: Job): Cache {
  const { options, outDir, contracts } = job;
  const { onProgress, check, cache, ...decisive } = options;
  return createCache({ cwd: options.cwd, outDir, folders: foldersOf(job), contracts, options: decisive });
}

/** Where only those generated files may stay that this run wants. */
const foldersOf = ({ outDir, places }: Job): OwnFolder[] => [
  { folder: outDir, names: CODE_FILES },
  ...ownFolders(places),
];

/** What a run has made of the contracts. */
interface Generated {
  readonly result: GenerateResult;
  readonly sourceFiles: readonly string[];
  /** The texts of the generated files by path; empty if something is wrong. */
  readonly outputs: ReadonlyMap<string, string>;
}

const NOTHING_GENERATED = { sourceFiles: [], outputs: new Map<string, string>() };

/** Brings the files on disk to what they should be; returns what is in the way. */
type Settle = (job: Job, drift: Drift, finding: Finding) => Diagnostic[];

const settleInto =
  (cache: Cache): Settle =>
  ({ options }, drift, finding) => {
    if (options.check === true) return [];
    const problems = write(options, drift);
    if (problems.length === 0) cache.write(finding);
    return problems;
  };

function generateWith(frontEnd: FrontEnd, job: Job, settle: Settle): Generated {
  const { options } = job;
  const disk = createDisk();
  const read = readServices(frontEnd, job, disk);
  const nothing = { ...NOTHING_GENERATED, sourceFiles: read.sourceFiles };
  if (read.diagnostics.length > 0) return { ...nothing, result: failed(read.diagnostics) };
  const files = renderServices(frontEnd, job, read);
  const drift = findDrift(foldersOf(job), files);
  const outputs = new Map(files.map(({ path, text }) => [path, text]));
  const services = read.services.map(({ name }) => name);
  const inTheWay = [...checkDistinct(files), ...drift.diagnostics];
  const problems =
    inTheWay.length > 0 ? inTheWay : settle(job, drift, { services, outputs, answers: disk.answers() });
  if (problems.length > 0) return { ...nothing, result: failed(problems) };
  return { result: resultOf(read, drift, options.check === true), sourceFiles: read.sourceFiles, outputs };
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

/** The compiler and what rests on it, with the memory of what was read and rendered. */
interface FrontEnd {
  readonly reader: ContractReader;
  readonly renderer: Renderer;
  /** Only where documents are asked for. */
  readonly renderOutputs: typeof renderOutputs | undefined;
}

async function loadFrontEnd({ options: { onProgress, outputs }, contracts }: Job): Promise<FrontEnd> {
  onProgress?.({ step: 'load', done: 0, total: contracts.length });
  const { createContractReader } = await import('./read-contracts.js');
  const { createRenderer } = await import('./render.js');
  const documents = outputs === undefined ? undefined : await import('./outputs/outputs.js');
  return {
    reader: createContractReader(),
    renderer: createRenderer(),
    renderOutputs: documents?.renderOutputs,
  };
}

function readServices(
  { reader }: FrontEnd,
  { options: { cwd, tsconfig, outputs, selfContained, onProgress }, contracts }: Job,
  disk: Disk,
): ReadContractsResult {
  const total = contracts.length;
  onProgress?.({ step: 'read', done: 0, total });
  const read = reader.read(
    { cwd, files: contracts, tsconfig, docs: outputs !== undefined || selfContained === true },
    disk,
  );
  onProgress?.({ step: 'read', done: total, total });
  return read.diagnostics.length > 0 ? read : { ...read, diagnostics: checkGenerated(read.services) };
}

function renderServices(
  { renderer, renderOutputs }: FrontEnd,
  { options: { selfContained = false, onProgress }, outDir, places }: Job,
  { services, importExtension }: ReadContractsResult,
): WantedFile[] {
  let done = 0;
  const code = renderer.render(services, {
    outDir,
    extension: importExtension,
    selfContained,
    onService: (name) => onProgress?.({ step: 'render', done: done++, total: services.length, name }),
  });
  const files = code.map(({ name, text }) => ({ path: join(outDir, name), text }));
  return [...files, ...(renderOutputs?.(services, places) ?? [])];
}

function write({ onProgress }: GenerateOptions, drift: Drift): Diagnostic[] {
  try {
    writeFiles(drift, (name, done, total) => onProgress?.({ step: 'write', done, total, name }));
    return [];
  } catch (error) {
    const { code, path = drift.files[0]?.path } = error as NodeJS.ErrnoException;
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
  services: [...services],
  files: outputs.map((path) => ({ path, status: 'unchanged' })),
  upToDate: true,
});

const failed = (diagnostics: Diagnostic[]): GenerateResult => ({
  diagnostics,
  services: [],
  files: [],
  upToDate: false,
});
