// Loads contract files and what they import into one TypeScript program.

import { resolve } from 'node:path';
import { ts } from '#typescript';
import { createContractHost } from './compiler-host.js';
import { globalDeclarationFiles, type ProjectSettings } from './project-settings.js';

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
 * How much is loaded. `lean` leaves out the DOM, `@types`, global declaration files and what is newest in the
 * library, which take most of the time and which few contracts need; `complete` has what the project's own
 * compiler has.
 */
export type LoadScope = 'lean' | 'complete';

/** Loads the program. Nothing is executed and nothing is written. */
export function loadProgram(input: LoadInput, settings: ProjectSettings, scope: LoadScope): LoadedProgram {
  const names = [...new Set(input.files.map((file) => slashed(resolve(input.cwd, file))))].sort();
  const options = {
    ...settings.options,
    ...(scope === 'lean' ? LEAN : completeTypes(settings.options)),
  };
  const host = createContractHost(options, new Set(names));
  const globals = scope === 'complete' ? globalDeclarationFiles(settings) : [];
  const program = ts.createProgram({ rootNames: [...names, ...globals], options, host });
  const found = names.map((name) => program.getSourceFile(name));
  return {
    program,
    checker: program.getTypeChecker(),
    contractFiles: found.filter((file) => file !== undefined),
    missingFiles: names.filter((name, index) => found[index] === undefined && !host.deepFiles.includes(name)),
    deepFiles: host.deepFiles,
  };
}

const slashed = (path: string): string => path.replaceAll('\\', '/');

const LEAN = { lib: ['lib.es2022.d.ts'], types: [] } as const satisfies { lib: string[]; types: string[] };

/** TypeScript 6 includes no `@types` unless told to; the project's own compiler may be an older one. */
const completeTypes = (options: ts.CompilerOptions): ts.CompilerOptions => ({
  types: options.types ?? ['*'],
});
