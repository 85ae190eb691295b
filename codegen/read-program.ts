// Reads the contracts of a program, and remembers what it has read of those on which nothing has changed.

import { ts } from '#typescript';
import { type Closures, createClosures } from './closures.js';
import { createDiagnosticCollector, type Diagnostic, type DiagnosticCollector } from './diagnostic.js';
import type { Disk } from './disk.js';
import { createAnnotationReader } from './extract/annotations.js';
import { findConstraintTags } from './extract/constraints.js';
import { type Context, originOf, placeAt, placeOf, type Report } from './extract/context.js';
import { readContractFile, readLeftovers } from './extract/contracts.js';
import { createOwnUsers, createPackageNames } from './extract/package-names.js';
import type { LoadedProgram } from './load.js';
import type { ServiceModel } from './model.js';

export interface ProgramReader {
  read(input: ProgramInput): ProgramServices;
}

export interface ProgramInput {
  readonly loaded: LoadedProgram;
  /** Tags that a `tsdoc.json` of the project declares. */
  readonly declaredTags: ReadonlySet<string>;
  readonly disk: Disk;
  /** Gets everything that is wrong. */
  readonly diagnostics: DiagnosticCollector;
  /** As of `Context`; the same in all reads. */
  readonly readsDocs: boolean;
}

export interface ProgramServices {
  readonly services: ServiceModel[];
  /** The files of the project that a service was read from, its contract first. */
  readonly filesOf: ReadonlyMap<ServiceModel, readonly string[]>;
  /** Whether contracts use types of other packages, which other files may add to. */
  readonly usesPackages: boolean;
}

/** What was read from one contract file. */
interface FileReading {
  readonly services: readonly ServiceModel[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files of the project and of packages that declare a type which a contract in it uses. */
  readonly typeFiles: ReadonlySet<ts.SourceFile>;
  /** Declarations whose annotations were read on the way, also those in other files. */
  readonly annotated: ReadonlySet<ts.Node>;
}

/** For programs with the same compiler options. */
export function createProgramReader(): ProgramReader {
  const readings = createMemory<FileReading>();
  const errors = createMemory<readonly Diagnostic[]>();
  return {
    read(input) {
      const { loaded, diagnostics } = input;
      const closures = closuresOf(input);
      const errorsIn = (file: ts.SourceFile) =>
        errors.recall(file, closures, () => typeErrors(loaded.program, file));
      const addErrors = (file: ts.SourceFile) => errorsIn(file).forEach(diagnostics.add);
      const context = contextOf(
        input,
        new Set(loaded.contractFiles.filter((file) => errorsIn(file).length > 0)),
      );
      loaded.contractFiles.forEach(addErrors);
      const read = loaded.contractFiles.map((file) =>
        readings.recall(file, closures, () => readFile(context, file)),
      );
      for (const reading of read) reading.diagnostics.forEach(diagnostics.add);
      reportLeftovers(context, loaded.contractFiles, read, diagnostics);
      const typeFiles = new Set(read.flatMap((reading) => [...reading.typeFiles]));
      const originOfFile = (file: ts.SourceFile) => originOf(loaded.program, file);
      for (const file of typeFiles) {
        if (originOfFile(file) === 'project' && !loaded.contractFiles.includes(file)) addErrors(file);
      }
      readings.forgetOthers();
      errors.forgetOthers();
      return {
        services: read.flatMap(({ services }) => services),
        filesOf: filesOf(input, closures, read),
        usesPackages: [...typeFiles].some((file) => originOfFile(file) === 'package'),
      };
    },
  };
}

/** Results by file, each as long as nothing has changed that the file depends on. */
interface Memory<Result> {
  recall(file: ts.SourceFile, closures: Closures, make: () => Result): Result;
  /** Drops what was not asked for since the last time. */
  forgetOthers(): void;
}

function createMemory<Result>(): Memory<Result> {
  let known = new Map<string, { readonly fingerprint: string; readonly result: Result }>();
  let used: typeof known = new Map();
  return {
    recall(file, closures, make) {
      const fingerprint = closures.fingerprint(file);
      const last = used.get(file.fileName) ?? known.get(file.fileName);
      const entry = last?.fingerprint === fingerprint ? last : { fingerprint, result: make() };
      used.set(file.fileName, entry);
      return entry.result;
    },
    forgetOthers() {
      known = used;
      used = new Map();
    },
  };
}

/** Contexts differ in what they note; the rest is that of the whole program. */
type SharedContext = Omit<Context, 'report' | 'annotations' | 'typeFiles'>;

function contextOf(
  { loaded: { program, checker }, declaredTags, disk, readsDocs }: ProgramInput,
  brokenFiles: ReadonlySet<ts.SourceFile>,
): SharedContext {
  return {
    program,
    checker,
    declaredTags,
    hasConstraints: findConstraintTags(program),
    brokenFiles,
    readsDocs,
    packageName: createPackageNames(disk),
    usesUs: createOwnUsers(disk),
  };
}

/** Manifests decide which symbols are ours and which kind of module a file is. */
function closuresOf({ loaded: { program, importedBy }, declaredTags, disk }: ProgramInput): Closures {
  const manifests = disk.answers().filter(([, path]) => path.endsWith('package.json'));
  const surroundings = JSON.stringify([[...declaredTags], manifests]);
  return createClosures({ program, importedBy, surroundings });
}

function readFile(shared: SharedContext, file: ts.SourceFile): FileReading {
  const diagnostics = createDiagnosticCollector();
  const annotated = new Set<ts.Node>();
  const context = noting(shared, diagnostics, annotated);
  const services = readContractFile(context, file);
  return { services, diagnostics: diagnostics.sorted(), typeFiles: context.typeFiles, annotated };
}

function noting(shared: SharedContext, diagnostics: DiagnosticCollector, annotated: Set<ts.Node>): Context {
  const report: Report = (code, where, message, help) =>
    diagnostics.add({ code, message, help, place: 'kind' in where ? placeOf(where) : where });
  const read = createAnnotationReader({ ...shared, report });
  return {
    ...shared,
    report,
    typeFiles: new Set(),
    annotations(node, site) {
      annotated.add(node);
      return read(node, site);
    },
  };
}

/** What no contract has led to, and files in which there is nothing at all. */
function reportLeftovers(
  shared: SharedContext,
  files: readonly ts.SourceFile[],
  readings: readonly FileReading[],
  diagnostics: DiagnosticCollector,
): void {
  const annotated = new Set(readings.flatMap((reading) => [...reading.annotated]));
  const context = noting(shared, diagnostics, new Set());
  const unread: Context = {
    ...context,
    annotations: (node, site) => (annotated.has(node) ? NOTHING : context.annotations(node, site)),
  };
  files.forEach((file, index) => {
    readLeftovers(unread, file);
    const isEmpty = readings[index]?.services.length === 0 && !diagnostics.mentions(file.fileName);
    if (isEmpty) diagnostics.add(noContract(file));
  });
}

const NOTHING = { uses: [], get: () => undefined };

/** TypeScript's own errors in a file. */
function typeErrors(program: ts.Program, file: ts.SourceFile): Diagnostic[] {
  const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return errors.map((error) => {
    const message = ts.flattenDiagnosticMessageText(error.messageText, ' ').replace(/\s+/g, ' ');
    const place = placeAt(error.file ?? file, error.start ?? 0);
    const help = HELP[error.code] ?? 'Correct it until tsc accepts it.';
    return { code: 'MQ3003', message: `TS${error.code}: ${message}`, help, place };
  });
}

/** What TypeScript refuses and contracts have another word for. */
const HELP: Readonly<Record<number, string>> = {
  1240: 'Set experimentalDecorators in the tsconfig, if the decorator is of class-validator or class-transformer.',
  2371: 'Make it optional, as in copies?: number: the handler can have a default for it.',
};

const noContract = (file: ts.SourceFile): Diagnostic => ({
  code: 'MQ3004',
  message: 'no contract found in this file',
  help: 'Write @service and a name above an exported interface, or @Service({ name }) above an abstract class.',
  place: placeAt(file, 0),
});

function filesOf(
  { loaded }: ProgramInput,
  closures: Closures,
  readings: readonly FileReading[],
): Map<ServiceModel, readonly string[]> {
  return new Map(
    loaded.contractFiles.flatMap((file, index) => {
      const reached = closures
        .reachedFrom(file)
        .filter((each) => originOf(loaded.program, each) === 'project');
      const names = reached.map(({ fileName }) => fileName);
      return (readings[index]?.services ?? []).map((service) => [service, names] as const);
    }),
  );
}
