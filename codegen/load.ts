// Loads contract files and what they import into one TypeScript program.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { Project, ts } from 'ts-morph';

export interface LoadInput {
  readonly cwd: string;
  readonly files: readonly string[];
  /** A tsconfig file; without one, `tsconfig.json` of `cwd` is taken if there is one. */
  readonly tsconfig?: string | undefined;
}

export interface LoadedProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The contract files, in the order of their names. */
  readonly contractFiles: readonly ts.SourceFile[];
  /** Contract files that could not be read. */
  readonly missingFiles: readonly string[];
}

/** Compiler options of the project, and the files of its tsconfig that declare globals. */
export interface ProjectSettings {
  readonly options: ts.CompilerOptions;
  readonly configFile: string | undefined;
}

/**
 * How much is loaded. `lean` leaves out the DOM, `@types` and global declaration files, which take most of
 * the time and which few contracts need; `complete` has what the project's own compiler has.
 */
export type LoadScope = 'lean' | 'complete';

/** The options of the project's tsconfig, or those of a strict Node project without one. */
export function readProjectSettings({ cwd, tsconfig }: Omit<LoadInput, 'files'>): ProjectSettings {
  const configFile = tsconfig === undefined ? join(cwd, 'tsconfig.json') : resolve(cwd, tsconfig);
  if (!existsSync(configFile)) {
    return { options: withOwnDemands({ module: ts.ModuleKind.NodeNext }), configFile: undefined };
  }
  const { config } = ts.readConfigFile(configFile, (file) => readFileSync(file, 'utf8'));
  // Listing the files of the whole project would take longer than reading the contracts.
  const host = { ...parseHost, readDirectory: () => [] };
  const parsed = ts.parseJsonConfigFileContent(
    config ?? {},
    host,
    dirname(configFile),
    undefined,
    configFile,
  );
  return { options: withOwnDemands(parsed.options), configFile };
}

/** Loads the program. Nothing is executed and nothing is written. */
export function loadProgram(input: LoadInput, settings: ProjectSettings, scope: LoadScope): LoadedProgram {
  const project = new Project({
    compilerOptions: { ...settings.options, ...(scope === 'lean' ? LEAN : completeTypes(settings.options)) },
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
  });
  const names = [...new Set(input.files.map((file) => resolve(input.cwd, file)))].sort();
  const missingFiles = names.filter((name) => project.addSourceFileAtPathIfExists(name) === undefined);
  if (scope === 'complete') project.addSourceFilesAtPaths(globalDeclarationFiles(settings.configFile));
  const program = project.getProgram().compilerObject;
  const contractFiles = names
    .map((name) => program.getSourceFile(name.replaceAll('\\', '/')))
    .filter((file) => file !== undefined);
  return { program, checker: program.getTypeChecker(), contractFiles, missingFiles };
}

/** The extension of relative imports in code generated for this project. */
export function importExtension(options: ts.CompilerOptions): '.js' | '.ts' {
  const ownExtension = options.allowImportingTsExtensions || options.rewriteRelativeImportExtensions;
  return ownExtension ? '.ts' : '.js';
}

const parseHost: ts.ParseConfigHost = {
  useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  readDirectory: ts.sys.readDirectory,
};

const LEAN = { lib: ['lib.esnext.d.ts'], types: [] } as const satisfies { lib: string[]; types: string[] };

/** What reading types rests on, whatever the project says. */
function withOwnDemands(options: ts.CompilerOptions): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ESNext,
    ...options,
    // Without it `string | null` is `string`, and the validators would be wrong.
    strictNullChecks: true,
    // The order of union members must not depend on what else was read.
    stableTypeOrdering: true,
    // What only a comment names, as an error in @throws, is used nevertheless.
    noUnusedLocals: false,
    noUnusedParameters: false,
    skipLibCheck: true,
    noEmit: true,
  };
}

/** TypeScript 6 includes no `@types` unless told to; the project's own compiler may be an older one. */
const completeTypes = (options: ts.CompilerOptions): ts.CompilerOptions => ({
  types: options.types ?? ['*'],
});

/** The `.d.ts` files that the tsconfig includes: they may declare globals that a contract uses. */
function globalDeclarationFiles(configFile: string | undefined): string[] {
  if (configFile === undefined) return [];
  const { config } = ts.readConfigFile(configFile, (file) => readFileSync(file, 'utf8'));
  const parsed = ts.parseJsonConfigFileContent(
    config ?? {},
    parseHost,
    dirname(configFile),
    undefined,
    configFile,
  );
  return parsed.fileNames.filter((name) => isAbsolute(name) && /\.d\.[cm]?ts$/.test(name));
}
