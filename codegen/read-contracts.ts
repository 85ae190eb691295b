// The front end: from contract files to services, or to what is wrong with them.

import { dirname, relative } from 'node:path';
import type { ts } from '#typescript';
import { checkServices } from './check.js';
import { createDiagnosticCollector, type Diagnostic, type DiagnosticCollector } from './diagnostic.js';
import { createDisk, type Disk } from './disk.js';
import { placeAt } from './extract/context.js';
import { readDeclaredTags } from './extract/documentation-tags.js';
import { type LoadScope, loadProgram } from './load.js';
import type { ServiceModel } from './model.js';
import {
  augmentingFiles,
  type ImportExtension,
  importExtension,
  type ProjectSettings,
  readProjectSettings,
  type TsconfigError,
} from './project-settings.js';
import { createProgramReader, type ProgramReader } from './read-program.js';
import { createSourceFiles, type SourceFiles } from './source-files.js';
import { guardStack } from './stack-guard.js';

export interface ReadContractsInput {
  /** The project's folder, absolute. */
  readonly cwd: string;
  /** Contract files, absolute or relative to `cwd`. */
  readonly files: readonly string[];
  /** Absolute or relative to `cwd`; `tsconfig.json` if there is one. */
  readonly tsconfig?: string | undefined;
  /** Whether the comments of types are wanted, besides those of contracts and methods. Default false. */
  readonly docs?: boolean;
}

export interface ReadContractsResult {
  /** Sorted by file and place. Incomplete if there is a diagnostic. */
  readonly services: ServiceModel[];
  readonly diagnostics: Diagnostic[];
  /** Every file that was read, absolute, but those of TypeScript's own library. */
  readonly sourceFiles: string[];
  /** The files of the project that a service was read from, its contract first. */
  readonly filesOf: ReadonlyMap<ServiceModel, readonly string[]>;
  /** What relative imports of this project end with. */
  readonly importExtension: ImportExtension;
}

/** Reads contracts again and again. What has not changed in between is not read anew, and is the same object. */
export interface ContractReader {
  read(input: ReadContractsInput, disk: Disk): ReadContractsResult;
}

/** Reads contracts once. */
export const readContracts = (input: ReadContractsInput): ReadContractsResult =>
  createContractReader().read(input, createDisk());

/** A reader that remembers. Its memory rests on the content of files alone, so it cannot be wrong. */
export function createContractReader(): ContractReader {
  let memory: Memory | undefined;
  return {
    read(input, disk) {
      const settings = readProjectSettings({ tsconfig: undefined, ...input, contracts: input.files, disk });
      if (settings.errors.length > 0) return unusable(settings, settings.errors.map(tsconfigDiagnostic));
      const key = JSON.stringify([input.cwd, settings.options, settings.configFile, input.docs]);
      if (memory?.key !== key) memory = createMemory(key);
      return readTwice({ input, settings, disk, memory });
    },
  };
}

/** What is kept from one run to the next, as long as the settings stay the same. */
interface Memory {
  readonly key: string;
  readonly sourceFiles: SourceFiles;
  readonly readers: Readonly<Record<LoadScope, ProgramReader>>;
}

const createMemory = (key: string): Memory => ({
  key,
  sourceFiles: createSourceFiles(),
  readers: { lean: createProgramReader(), complete: createProgramReader() },
});

interface Reading {
  readonly input: ReadContractsInput;
  readonly settings: ProjectSettings;
  readonly disk: Disk;
  readonly memory: Memory;
}

/**
 * Reads contracts without running them. A first pass loads little; if anything seems wrong, a second one with
 * everything that the project's own compiler has decides.
 */
function readTwice(reading: Reading): ReadContractsResult {
  const read = (scope: LoadScope) =>
    guardStack(
      () => readWithin(reading, scope),
      (): Pass => ({
        ...unusable(reading.settings, [tooDeep(undefined, 'a type that the contracts use')]),
        usesPackages: false,
      }),
    );
  const { usesPackages, ...lean } = read('lean');
  const isEnough = lean.diagnostics.length === 0 && !(usesPackages && isAddedTo(reading, lean));
  return isEnough ? lean : resultOf(read('complete'));
}

const resultOf = ({ usesPackages: _, ...result }: Pass): ReadContractsResult => result;

/** Whether a file that was not read adds to modules of others. */
const isAddedTo = ({ settings, disk }: Reading, { sourceFiles }: ReadContractsResult): boolean =>
  augmentingFiles(settings, disk).some((file) => !sourceFiles.includes(file));

const unusable = (settings: ProjectSettings, diagnostics: Diagnostic[]): ReadContractsResult => ({
  services: [],
  diagnostics,
  sourceFiles: [],
  filesOf: new Map(),
  importExtension: importExtension(settings),
});

/** What one pass found. */
interface Pass extends ReadContractsResult {
  readonly usesPackages: boolean;
}

function readWithin({ input, settings, disk, memory }: Reading, scope: LoadScope): Pass {
  const { cwd, files } = input;
  const loaded = loadProgram({ cwd, files, settings, scope, disk, sourceFiles: memory.sourceFiles });
  const diagnostics = createDiagnosticCollector();
  const folders = settings.configFile === undefined ? [cwd] : [dirname(settings.configFile), cwd];
  const declaredTags = readDeclaredTags(folders, disk);
  const { services, filesOf, usesPackages } = memory.readers[scope].read({
    loaded,
    declaredTags,
    disk,
    diagnostics,
    readsDocs: input.docs === true,
  });
  for (const file of loaded.deepFiles) diagnostics.add(tooDeep(file, 'the contract'));
  for (const file of loaded.missingFiles) reportMissing(diagnostics, relative(cwd, file));
  checkServices(services, cwd, diagnostics);
  return {
    services,
    diagnostics: diagnostics.sorted(),
    sourceFiles: projectFiles(loaded.program),
    filesOf,
    importExtension: importExtension(settings),
    usesPackages,
  };
}

const tooDeep = (file: string | undefined, what: string): Diagnostic => ({
  code: 'MQ3003',
  message: `${what} is nested too deeply for the compiler`,
  help: 'Name the inner types, and nest the names.',
  place: file === undefined ? undefined : { file, line: 1, column: 1 },
});

const tsconfigDiagnostic = ({ message, help, file, at }: TsconfigError): Diagnostic => ({
  code: 'MQ3006',
  message: `the tsconfig cannot be used: ${message}`,
  help,
  place: at === undefined ? { file, line: 1, column: 1 } : placeAt(at.source, at.offset),
});

function reportMissing(diagnostics: DiagnosticCollector, file: string): void {
  diagnostics.add({
    code: 'MQ3004',
    message: `contract file cannot be read: ${file}`,
    help: 'Check the contracts that mq-rpc.config.ts names.',
    place: undefined,
  });
}

const projectFiles = (program: ts.Program): string[] =>
  program
    .getSourceFiles()
    .filter((file) => !program.isSourceFileDefaultLibrary(file))
    .map((file) => file.fileName)
    .sort();
