// Loads contract files and what they import into one TypeScript program.

import { resolve } from 'node:path';
import { ts } from '#typescript';
import { createContractHost } from './compiler-host.js';
import { type Disk, slashed } from './disk.js';
import { augmentingFiles, globalDeclarationFiles, type ProjectSettings } from './project-settings.js';
import type { SourceFiles } from './source-files.js';

export interface LoadInput {
  readonly cwd: string;
  readonly files: readonly string[];
  readonly settings: ProjectSettings;
  readonly scope: LoadScope;
  readonly disk: Disk;
  /** Files that were parsed before, for programs with the same settings. */
  readonly sourceFiles: SourceFiles;
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
  /** The files that the imports of a file lead to; those that lead nowhere are `undefined`. */
  readonly importedBy: (file: string) => readonly (string | undefined)[];
}

/**
 * How much is loaded. `lean` leaves out the DOM, `@types`, global declaration files and what is newest in the
 * library, which take most of the time and which few contracts need; `complete` has what the project's own
 * compiler has.
 */
export type LoadScope = 'lean' | 'complete';

/** Loads the program. Nothing is executed and nothing is written. */
export function loadProgram({ cwd, files, settings, scope, disk, sourceFiles }: LoadInput): LoadedProgram {
  const names = [...new Set(files.map((file) => slashed(resolve(cwd, file))))].sort();
  const options = {
    ...settings.options,
    ...(scope === 'lean' ? LEAN : completeTypes(settings.options)),
  };
  const host = createContractHost({ options, disk, sourceFiles, contractFiles: new Set(names) });
  const globals =
    scope === 'complete'
      ? [...globalDeclarationFiles(settings, disk), ...augmentingFiles(settings, disk)]
      : [];
  const program = ts.createProgram({ rootNames: [...new Set([...names, ...globals])], options, host });
  const found = names.map((name) => program.getSourceFile(name));
  return {
    program,
    checker: program.getTypeChecker(),
    contractFiles: found.filter((file) => file !== undefined),
    missingFiles: names.filter((name, index) => found[index] === undefined && !host.deepFiles.includes(name)),
    deepFiles: host.deepFiles,
    importedBy: host.importedBy,
  };
}

const LEAN = { lib: ['lib.es2022.d.ts'], types: [] } as const satisfies { lib: string[]; types: string[] };

/** TypeScript 6 includes no `@types` unless told to; the project's own compiler may be an older one. */
const completeTypes = (options: ts.CompilerOptions): ts.CompilerOptions => ({
  types: options.types ?? ['*'],
});
