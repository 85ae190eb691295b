// What the project's tsconfig says, as far as reading contracts needs it.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ts } from '#typescript';

export interface ProjectSettings {
  readonly options: ts.CompilerOptions;
  /** The tsconfig; `undefined` without one. */
  readonly configFile: string | undefined;
  /** Why the tsconfig cannot be used. Options that only other compilers know are no reason. */
  readonly errors: readonly ts.Diagnostic[];
}

/** The options of a tsconfig, by default that of `cwd`, or those of a strict Node project without one. */
export function readProjectSettings(cwd: string, tsconfig: string | undefined): ProjectSettings {
  const configFile = resolve(cwd, tsconfig ?? 'tsconfig.json');
  if (tsconfig === undefined && !existsSync(configFile)) {
    return { options: withOwnDemands({ module: ts.ModuleKind.NodeNext }), configFile: undefined, errors: [] };
  }
  // Listing the files of the whole project would take longer than reading the contracts.
  const { options, errors } = parseConfig(configFile, { ...parseHost, readDirectory: () => [] });
  return { options: withOwnDemands(options), configFile, errors: errors.filter(isFatal) };
}

/** The extension of relative imports in code generated for this project. */
export function importExtension({ options }: ProjectSettings): '.js' | '.ts' {
  const ownExtension = options.allowImportingTsExtensions || options.rewriteRelativeImportExtensions;
  return ownExtension ? '.ts' : '.js';
}

/** The `.d.ts` files that the tsconfig includes: they may declare globals that a contract uses. */
export function globalDeclarationFiles({ configFile }: ProjectSettings): string[] {
  if (configFile === undefined) return [];
  return parseConfig(configFile, parseHost).fileNames.filter((name) => /\.d\.[cm]?ts$/.test(name));
}

const parseHost: ts.ParseConfigHost = {
  useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  readDirectory: ts.sys.readDirectory,
};

type ParsedConfig = Pick<ts.ParsedCommandLine, 'options' | 'fileNames' | 'errors'>;

function parseConfig(configFile: string, host: ts.ParseConfigHost): ParsedConfig {
  const source = ts.readJsonConfigFile(configFile, (file) => readFileSync(file, 'utf8'));
  const { parseDiagnostics = [] } = source as { parseDiagnostics?: ts.Diagnostic[] };
  // Of a file that could not be read there are the diagnostics and nothing else.
  if (source.statements === undefined) return { options: {}, fileNames: [], errors: parseDiagnostics };
  const folder = dirname(configFile);
  const parsed = ts.parseJsonSourceFileConfigFileContent(source, host, folder, undefined, configFile);
  return { ...parsed, errors: [...parseDiagnostics, ...parsed.errors] };
}

/** Syntax errors, and files that cannot be read: the tsconfig's own (5012, 5083) or one that it extends (6053). */
const isFatal = ({ code }: ts.Diagnostic): boolean => code < 2_000 || [5_012, 5_083, 6_053].includes(code);

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
