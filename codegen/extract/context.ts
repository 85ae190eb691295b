// What every part of the extraction shares: the program, where diagnostics go, and what counts as the project's.

import { dirname } from 'node:path';
import { ts } from '#typescript';
import type { DiagnosticCode } from '../diagnostic.js';
import type { SourcePlace } from '../model.js';
import type { AnnotationReader } from './annotations.js';

/** Reports a mistake at a node, or at a place that was computed. */
export type Report = (
  code: DiagnosticCode,
  where: ts.Node | SourcePlace,
  message: string,
  help: string,
) => void;

export interface Context {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly report: Report;
  /** Tags that a `tsdoc.json` of the project declares. */
  readonly declaredTags: ReadonlySet<string>;
  readonly annotations: AnnotationReader;
  /** The name of the package that a folder belongs to. */
  readonly packageName: (folder: string) => string | undefined;
  /** Whether the package that a folder belongs to is made for mq-rpc, and its comments have annotations. */
  readonly usesUs: (folder: string) => boolean;
  /** Contract files in which TypeScript itself found errors, which are reported. */
  readonly brokenFiles: ReadonlySet<ts.SourceFile>;
  /** Whether the comments of types are wanted: most runs need none, and reading them takes time. */
  readonly readsDocs: boolean;
  /** Files of the project and of packages that declare a type which a contract uses, noted while types are read. */
  readonly typeFiles: Set<ts.SourceFile>;
}

/** Where a node starts, comments before it not counted. */
export function placeOf(node: ts.Node): SourcePlace {
  const file = node.getSourceFile();
  return placeAt(file, node.getStart(file, false));
}

export function placeAt(file: ts.SourceFile, offset: number): SourcePlace {
  const { line, character } = file.getLineAndCharacterOfPosition(offset);
  return { file: file.fileName, line: line + 1, column: character + 1 };
}

/** Where a file comes from: TypeScript's own library, somebody else's package, or the project. */
export type Origin = 'library' | 'package' | 'project';

export function originOf(program: ts.Program, file: ts.SourceFile): Origin {
  if (program.isSourceFileDefaultLibrary(file)) return 'library';
  if (/\/node_modules\/(@types\/node|undici-types|buffer)\//.test(file.fileName)) return 'library';
  return file.fileName.includes('/node_modules/') || program.isSourceFileFromExternalLibrary(file)
    ? 'package'
    : 'project';
}

/** The symbol behind imports and re-exports. */
export function targetOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Whether a symbol is the named export of this package, in its sources as well as where it is installed. */
export function isOwnSymbol(
  { packageName }: Pick<Context, 'packageName'>,
  symbol: ts.Symbol,
  name: string,
): boolean {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName;
  return symbol.name === name && file !== undefined && packageName(dirname(file)) === 'mq-rpc';
}
