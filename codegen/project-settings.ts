// What the project's tsconfig says, as far as reading contracts needs it.

import { join, resolve } from 'node:path';
import { ts } from '#typescript';
import type { Disk } from './disk.js';
import { type ParsedTsconfig, parseTsconfig } from './tsconfig.js';

export interface ProjectSettings {
  readonly options: ts.CompilerOptions;
  /** The tsconfig; `undefined` without one. */
  readonly configFile: string | undefined;
  /** Why the tsconfig cannot be used. Options that only other compilers know are no reason. */
  readonly errors: readonly TsconfigError[];
}

/** What is wrong with a tsconfig, and in which file: it may be one that it extends. */
export interface TsconfigError {
  readonly message: string;
  readonly help: string;
  readonly file: string;
  /** Where in the file; undefined if it is about all of it. */
  readonly at: { readonly source: ts.SourceFile; readonly offset: number } | undefined;
}

export interface SettingsInput {
  readonly cwd: string;
  readonly tsconfig: string | undefined;
  /** Absolute: of several projects, the one that includes them is meant. */
  readonly contracts: readonly string[];
  readonly disk: Disk;
}

/** The options of a tsconfig, by default that of `cwd`, or those of a strict Node project without one. */
export function readProjectSettings(input: SettingsInput): ProjectSettings {
  const { cwd, tsconfig, disk } = input;
  const named = resolve(cwd, tsconfig ?? 'tsconfig.json');
  // As `tsc -p` takes it.
  const configFile = disk.isFolder(named) ? join(named, 'tsconfig.json') : named;
  if (tsconfig === undefined && !disk.isFile(configFile)) {
    return { options: withOwnDemands({ module: ts.ModuleKind.NodeNext }), configFile: undefined, errors: [] };
  }
  const parsed = parseTsconfig(configFile, disk);
  return isSolution(parsed) ? settingsOfReferenced(input, parsed) : settingsOf(parsed);
}

function settingsOf(parsed: ParsedTsconfig): ProjectSettings {
  return {
    options: withOwnDemands(parsed.options),
    configFile: parsed.file,
    errors: fatalErrors(parsed.errors).map((error) => tsconfigError(parsed.file, error)),
  };
}

/** A tsconfig that has no files of its own and only refers to the projects that have them. */
const isSolution = ({ raw, references }: ParsedTsconfig): boolean =>
  references.length > 0 && raw.include === undefined && Array.isArray(raw.files) && raw.files.length === 0;

/** The settings of the referenced project that includes the contracts; if several do, the one that has the most. */
function settingsOfReferenced({ contracts, disk }: SettingsInput, solution: ParsedTsconfig): ProjectSettings {
  const projects = referencedProjects(solution, disk).map((project) => ({
    project,
    included: project.includes(contracts),
  }));
  const most = Math.max(...projects.map(({ included }) => included));
  const found = projects.find(({ included }) => included === most);
  if (found !== undefined && most > 0) return settingsOf(found.project);
  const broken = [solution, ...projects.map(({ project }) => project)].map(settingsOf);
  const errors = broken.flatMap((settings) => settings.errors);
  return {
    ...settingsOf(solution),
    errors: errors.length > 0 ? errors : [noProject(solution, projects.length)],
  };
}

/** All projects with files that a solution leads to, each once. */
function referencedProjects(solution: ParsedTsconfig, disk: Disk): ParsedTsconfig[] {
  const files = new Map([[solution.file, solution]]);
  // A map that grows is walked to its end.
  for (const { references } of files.values()) {
    for (const reference of references) {
      const file = disk.isFolder(reference) ? join(reference, 'tsconfig.json') : reference;
      if (!files.has(file)) files.set(file, parseTsconfig(file, disk));
    }
  }
  return [...files.values()].filter((project) => !isSolution(project));
}

const noProject = ({ file }: ParsedTsconfig, count: number): TsconfigError => ({
  message: `it only refers to other projects, and ${count === 1 ? 'that one does not include' : 'none of these includes'} the contracts`,
  help: 'Let one of them include the contracts, or name the tsconfig to use: tsconfig in mq-rpc.config.ts, or --tsconfig.',
  file,
  at: undefined,
});

function tsconfigError(configFile: string, error: ts.Diagnostic): TsconfigError {
  const text = ts.flattenDiagnosticMessageText(error.messageText, ' ').replace(/\s+/g, ' ');
  return {
    message: `${text.replace(/\.$/, '')} (TS${error.code})`,
    help: `Correct it until this accepts it: npx tsc --showConfig -p ${configFile}`,
    file: error.file?.fileName ?? configFile,
    at: error.file && { source: error.file, offset: error.start ?? 0 },
  };
}

/** After a syntax error the others follow from it. */
function fatalErrors(errors: readonly ts.Diagnostic[]): ts.Diagnostic[] {
  const syntax = errors.filter(({ code }) => code < 2_000).slice(0, 1);
  return syntax.length > 0 ? syntax : errors.filter(isFatal);
}

/**
 * Files that cannot be read, the tsconfig's own (5012, 5083) or one that it extends (6053), also in a
 * circle (18000); values that no compiler takes, of the wrong type (5024) or empty (5103), or this one does not (6046).
 */
function isFatal({ code, messageText }: ts.Diagnostic): boolean {
  if (code === 6_046) return !/'--(?:target|lib)'/.test(String(messageText));
  return [5_012, 5_024, 5_083, 5_103, 6_053, 18_000].includes(code);
}

/** How relative imports end in a project: as compiled, as written, or not at all. */
export type ImportExtension = '.js' | '.ts' | '';

/** The extension of relative imports in code generated for this project. */
export function importExtension({ options }: ProjectSettings): ImportExtension {
  if (options.allowImportingTsExtensions || options.rewriteRelativeImportExtensions) return '.ts';
  const { module, moduleResolution } = options;
  if (moduleResolution !== undefined) return NODE_RESOLUTIONS.has(moduleResolution) ? '.js' : '';
  return module === undefined || isNodeModule(module) ? '.js' : '';
}

/** With these, Node's own rules hold, which ask for extensions; what else there is was made to leave them out. */
const NODE_RESOLUTIONS = new Set([ts.ModuleResolutionKind.Node16, ts.ModuleResolutionKind.NodeNext]);

const isNodeModule = (module: ts.ModuleKind): boolean =>
  module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext;

/** The `.d.ts` files that the tsconfig includes: they may declare globals that a contract uses. */
export function globalDeclarationFiles({ configFile }: ProjectSettings, disk: Disk): string[] {
  return configFile === undefined ? [] : parseTsconfig(configFile, disk).declarationFiles();
}

/** The files that add to modules, as to interfaces of packages: they count though nobody imports them. */
export function augmentingFiles({ configFile }: ProjectSettings, disk: Disk): string[] {
  return configFile === undefined ? [] : parseTsconfig(configFile, disk).augmentingFiles();
}

/** What reading types rests on, whatever the project says. */
function withOwnDemands(options: ts.CompilerOptions): ts.CompilerOptions {
  // Where output would go says nothing of types, and contracts need not be where the project's own files are.
  const { rootDir, outDir, ...others } = options;
  return {
    target: ts.ScriptTarget.ESNext,
    ...others,
    // Without it `string | null` is `string`, and the validators would be wrong.
    strictNullChecks: true,
    // The order of union members must not depend on what else was read.
    stableTypeOrdering: true,
    // What only a comment names, as an error in @throws, is used nevertheless.
    noUnusedLocals: false,
    noUnusedParameters: false,
    skipLibCheck: true,
    noEmit: true,
    declaration: false,
    composite: false,
    incremental: false,
  };
}
