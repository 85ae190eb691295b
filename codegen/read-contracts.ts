// The front end: from contract files to services, or to what is wrong with them.

import { dirname, relative } from 'node:path';
import { ts } from '#typescript';
import { checkServices } from './check.js';
import { createDiagnosticCollector, type Diagnostic, type DiagnosticCollector } from './diagnostic.js';
import { createAnnotationReader } from './extract/annotations.js';
import { type Context, placeAt, placeOf, type Report } from './extract/context.js';
import { readContractFile, readLeftovers } from './extract/contracts.js';
import { readDeclaredTags } from './extract/documentation-tags.js';
import { type LoadedProgram, type LoadScope, loadProgram } from './load.js';
import type { ServiceModel } from './model.js';
import { importExtension, type ProjectSettings, readProjectSettings } from './project-settings.js';
import { guardStack } from './stack-guard.js';

export interface ReadContractsInput {
  /** The project's folder, absolute. */
  readonly cwd: string;
  /** Contract files, absolute or relative to `cwd`. */
  readonly files: readonly string[];
  /** Absolute or relative to `cwd`; `tsconfig.json` if there is one. */
  readonly tsconfig?: string | undefined;
}

export interface ReadContractsResult {
  /** Sorted by file and place. Incomplete if there is a diagnostic. */
  readonly services: ServiceModel[];
  readonly diagnostics: Diagnostic[];
  /** Every file that was read, absolute, but those of TypeScript's own library. */
  readonly sourceFiles: string[];
  /** What relative imports of this project end with. */
  readonly importExtension: '.js' | '.ts' | '';
}

/**
 * Reads contracts without running them. A first pass loads little; if anything seems wrong, a second one with
 * everything that the project's own compiler has decides.
 */
export function readContracts(input: ReadContractsInput): ReadContractsResult {
  const settings = readProjectSettings(input.cwd, input.tsconfig);
  const read = (scope: LoadScope) =>
    guardStack(
      () => readWithin(input, settings, scope),
      () => unreadable(settings),
    );
  const lean = read('lean');
  return lean.diagnostics.length === 0 ? lean : read('complete');
}

/** What is left to say if the stack does not suffice for a file that contracts import. */
const unreadable = (settings: ProjectSettings): ReadContractsResult => ({
  services: [],
  diagnostics: [tooDeep(undefined, 'a type that the contracts use')],
  sourceFiles: [],
  importExtension: importExtension(settings),
});

const tooDeep = (file: string | undefined, what: string): Diagnostic => ({
  code: 'MQ3003',
  message: `${what} is nested too deeply for the compiler`,
  help: 'Name the inner types, and nest the names.',
  place: file === undefined ? undefined : { file, line: 1, column: 1 },
});

function readWithin(
  input: ReadContractsInput,
  settings: ProjectSettings,
  scope: LoadScope,
): ReadContractsResult {
  const loaded = loadProgram(input, settings, scope);
  const diagnostics = createDiagnosticCollector();
  const services = readServices(input, settings, loaded, diagnostics);
  checkServices(services, input.cwd, diagnostics);
  return {
    services,
    diagnostics: diagnostics.sorted(),
    sourceFiles: projectFiles(loaded.program),
    importExtension: importExtension(settings),
  };
}

function readServices(
  input: ReadContractsInput,
  settings: ProjectSettings,
  loaded: LoadedProgram,
  diagnostics: DiagnosticCollector,
): ServiceModel[] {
  const { program, checker } = loaded;
  const report: Report = (code, where, message, help) =>
    diagnostics.add({ code, message, help, place: 'kind' in where ? placeOf(where) : where });
  const folders = settings.configFile === undefined ? [input.cwd] : [dirname(settings.configFile), input.cwd];
  const base = { program, checker, report, declaredTags: readDeclaredTags(folders) };
  const brokenFiles = new Set(loaded.contractFiles.filter((file) => reportTypeErrors(program, report, file)));
  const typeFiles = new Set<ts.SourceFile>();
  const context: Context = { ...base, annotations: createAnnotationReader(base), brokenFiles, typeFiles };
  for (const error of settings.errors) reportTypeScript(report, error, settings.configFile);
  for (const file of loaded.deepFiles) diagnostics.add(tooDeep(file, 'the contract'));
  for (const file of loaded.missingFiles) reportMissing(diagnostics, relative(input.cwd, file));
  const services = loaded.contractFiles.map((file) => readContractFile(context, file));
  loaded.contractFiles.forEach((file, index) => {
    readLeftovers(context, file);
    const isEmpty = services[index]?.length === 0 && !diagnostics.mentions(file.fileName);
    if (isEmpty) reportNoContract(report, file);
  });
  const imported = [...typeFiles].filter((file) => !loaded.contractFiles.includes(file));
  for (const file of imported) reportTypeErrors(program, report, file);
  return services.flat();
}

/** Reports TypeScript's own errors in a file; true if there are any. */
function reportTypeErrors(program: ts.Program, report: Report, file: ts.SourceFile): boolean {
  const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  for (const error of errors) reportTypeScript(report, error, file.fileName);
  return errors.length > 0;
}

function reportTypeScript(report: Report, error: ts.Diagnostic, file = ''): void {
  const message = ts.flattenDiagnosticMessageText(error.messageText, ' ').replace(/\s+/g, ' ');
  const place =
    error.file === undefined ? { file, line: 1, column: 1 } : placeAt(error.file, error.start ?? 0);
  report('MQ3003', place, `TS${error.code}: ${message}`, 'Correct it until tsc accepts it.');
}

function reportNoContract(report: Report, file: ts.SourceFile): void {
  report(
    'MQ3004',
    placeAt(file, 0),
    'no contract found in this file',
    'Write @service and a name above an exported interface, or @Service({ name }) above an abstract class.',
  );
}

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
