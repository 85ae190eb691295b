// Loads contract files and what they import into one TypeScript program.

import { resolve } from 'node:path';
import { Project, type ts } from 'ts-morph';
import { globalDeclarationFiles, type ProjectSettings } from './project-settings.js';
import { guardStack } from './stack-guard.js';

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
  /** Contract files that are nested too deeply to be parsed. */
  readonly deepFiles: readonly string[];
}

/**
 * How much is loaded. `lean` leaves out the DOM, `@types` and global declaration files, which take most of
 * the time and which few contracts need; `complete` has what the project's own compiler has.
 */
export type LoadScope = 'lean' | 'complete';

/** Loads the program. Nothing is executed and nothing is written. */
export function loadProgram(input: LoadInput, settings: ProjectSettings, scope: LoadScope): LoadedProgram {
  const project = new Project({
    compilerOptions: { ...settings.options, ...(scope === 'lean' ? LEAN : completeTypes(settings.options)) },
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
  });
  const names = [...new Set(input.files.map((file) => resolve(input.cwd, file)))].sort();
  const missingFiles: string[] = [];
  const deepFiles: string[] = [];
  for (const name of names) {
    const add = () => project.addSourceFileAtPathIfExists(name) !== undefined;
    const isThere = guardStack(add, () => deepFiles.push(name) > 0);
    if (!isThere) missingFiles.push(name);
  }
  if (scope === 'complete') project.addSourceFilesAtPaths(globalDeclarationFiles(settings));
  const program = project.getProgram().compilerObject;
  const contractFiles = names
    .filter((name) => !deepFiles.includes(name))
    .map((name) => program.getSourceFile(name.replaceAll('\\', '/')))
    .filter((file) => file !== undefined);
  return { program, checker: program.getTypeChecker(), contractFiles, missingFiles, deepFiles };
}

const LEAN = { lib: ['lib.esnext.d.ts'], types: [] } as const satisfies { lib: string[]; types: string[] };

/** TypeScript 6 includes no `@types` unless told to; the project's own compiler may be an older one. */
const completeTypes = (options: ts.CompilerOptions): ts.CompilerOptions => ({
  types: options.types ?? ['*'],
});
