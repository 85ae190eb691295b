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
  /** Whether any file of the project has a tag of a constraint, for which aliases have to be followed. */
  readonly hasConstraints: boolean;
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
export const isOwnSymbol = (
  context: Pick<Context, 'packageName'>,
  symbol: ts.Symbol,
  name: string,
): boolean => symbol.name === name && packageOf(context, symbol) === 'mq-rpc';

/** The name of the package that declares a symbol, also if that is the project's own. */
export function packageOf(
  { packageName }: Pick<Context, 'packageName'>,
  symbol: ts.Symbol,
): string | undefined {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName;
  return file === undefined ? undefined : packageName(dirname(file));
}

/** The checker can look names up by scope; TypeScript does not publish that it can. */
interface ScopedChecker {
  resolveName(
    name: string,
    location: ts.Node,
    meaning: ts.SymbolFlags,
    excludeGlobals: boolean,
  ): ts.Symbol | undefined;
}

const VALUE = ts.SymbolFlags.Value | ts.SymbolFlags.Alias;

/** What a name that only a comment has means as a value at this place, or to those who import the file. */
export function valueInScope(checker: ts.TypeChecker, name: string, place: ts.Node): ts.Symbol | undefined {
  const inScope = (checker as unknown as ScopedChecker).resolveName(name, place, VALUE, false);
  const module = inScope === undefined ? checker.getSymbolAtLocation(place.getSourceFile()) : undefined;
  const exported = module && checker.tryGetMemberInModuleExports(name, module);
  const isValue = exported !== undefined && (targetOf(checker, exported).flags & ts.SymbolFlags.Value) !== 0;
  return inScope ?? (isValue ? exported : undefined);
}
