// Reads a tsconfig with what it extends, and tells which files it includes without looking at the whole project.

import { dirname, resolve } from 'node:path';
import { ts } from '#typescript';
import { type Disk, type FolderEntries, slashed } from './disk.js';

export interface ParsedTsconfig {
  /** Absolute. */
  readonly file: string;
  readonly options: ts.CompilerOptions;
  readonly errors: readonly ts.Diagnostic[];
  /** What the file itself says, without what it extends. */
  readonly raw: { readonly files?: unknown; readonly include?: unknown };
  /** Absolute paths of what it refers to, as written. */
  readonly references: readonly string[];
  /** The `.d.ts` files that it includes. */
  declarationFiles(): string[];
  /** The files that it includes and that seem to add to what other modules declare. */
  augmentingFiles(): string[];
  /** How many of these files, absolute, it includes. */
  includes(files: readonly string[]): number;
}

/** Parses a tsconfig. What is wrong with it is in the result. */
export function parseTsconfig(file: string, disk: Disk): ParsedTsconfig {
  // Listing the files of the whole project would take longer than reading the contracts.
  const { options, errors, raw, projectReferences } = parse(file, disk, () => []);
  const list = (entriesOf: EntriesOf) => parse(file, disk, readerOf(entriesOf, disk)).fileNames;
  return {
    file,
    options,
    errors,
    raw: raw ?? {},
    references: projectReferences?.map(({ path }) => resolve(dirname(file), path)) ?? [],
    declarationFiles: () => list(disk.entries).filter((name) => /\.d\.[cm]?ts$/.test(name)),
    augmentingFiles: () => {
      const files = disk.augmenting(slashed(dirname(file)));
      return files.length === 0 ? [] : list(createEntries(new Set(files)));
    },
    includes: (files) => {
      const wanted = new Set(files.map(slashed));
      return list(createEntries(wanted)).filter((name) => wanted.has(slashed(name))).length;
    },
  };
}

type EntriesOf = (folder: string) => FolderEntries;
type ReadDirectory = ts.ParseConfigHost['readDirectory'];
type Parsed = Pick<ts.ParsedCommandLine, 'options' | 'fileNames' | 'errors' | 'raw' | 'projectReferences'>;

function parse(file: string, disk: Disk, readDirectory: ReadDirectory): Parsed {
  const source = ts.readJsonConfigFile(file, disk.text);
  const { parseDiagnostics = [] } = source as { parseDiagnostics?: ts.Diagnostic[] };
  // Of a file that could not be read there are the diagnostics and nothing else.
  if (source.statements === undefined) {
    return { options: {}, fileNames: [], errors: parseDiagnostics, raw: {} };
  }
  const { useCaseSensitiveFileNames } = ts.sys;
  const host = { useCaseSensitiveFileNames, fileExists: disk.isFile, readFile: disk.text, readDirectory };
  const parsed = ts.parseJsonSourceFileConfigFileContent(source, host, dirname(file), undefined, file);
  return { ...parsed, errors: [...parseDiagnostics, ...parsed.errors] };
}

/** The compiler's own way to find files by patterns, which is not part of its types. */
interface FileMatcher {
  matchFiles(
    path: string,
    extensions: readonly string[] | undefined,
    excludes: readonly string[] | undefined,
    includes: readonly string[] | undefined,
    isCaseSensitive: boolean,
    cwd: string,
    depth: number | undefined,
    entriesOf: EntriesOf,
    realPath: (path: string) => string,
  ): string[];
}

const readerOf =
  (entriesOf: EntriesOf, disk: Disk): ReadDirectory =>
  (root, extensions, excludes, includes, depth) =>
    (ts as unknown as FileMatcher).matchFiles(
      root,
      extensions,
      excludes,
      includes,
      ts.sys.useCaseSensitiveFileNames,
      root,
      depth,
      entriesOf,
      disk.realPath,
    );

/** Folders that have these files and no others. */
function createEntries(files: ReadonlySet<string>): EntriesOf {
  const folders = new Map<string, { files: Set<string>; directories: Set<string> }>();
  const folder = (path: string) => {
    const known = folders.get(path) ?? { files: new Set<string>(), directories: new Set<string>() };
    folders.set(path, known);
    return known;
  };
  for (const file of files) {
    const parts = file.split('/');
    parts.forEach((part, index) => {
      if (part === '') return;
      const parent = folder(parts.slice(0, index).join('/') || '/');
      (index === parts.length - 1 ? parent.files : parent.directories).add(part);
    });
  }
  return (path) => {
    const found = folders.get(slashed(path).replace(/(?<=.)\/$/, ''));
    return { files: [...(found?.files ?? [])], directories: [...(found?.directories ?? [])] };
  };
}
