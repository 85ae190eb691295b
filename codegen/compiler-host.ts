// Where the compiler gets its files from: the disk, and its library from memory.

import { ts } from '#typescript';
import type { Disk } from './disk.js';
import type { SourceFiles } from './source-files.js';
import { guardStack } from './stack-guard.js';
import { LIBRARY } from './typescript.js';

export interface ContractHost extends ts.CompilerHost {
  /** Contract files that are nested too deeply to be parsed: the program goes without them. */
  readonly deepFiles: readonly string[];
  /** The files that the imports of a file lead to; those that lead nowhere are `undefined`. */
  importedBy(file: string): readonly (string | undefined)[];
}

export interface HostInput {
  readonly options: ts.CompilerOptions;
  readonly disk: Disk;
  readonly sourceFiles: SourceFiles;
  /** Absolute, with slashes. */
  readonly contractFiles: ReadonlySet<string>;
}

/** The host of one program. Every import is resolved anew: what was parsed before is used again, and nothing else. */
export function createContractHost({ options, disk, sourceFiles, contractFiles }: HostInput): ContractHost {
  const base = ts.createCompilerHost(options);
  const deepFiles: string[] = [];
  const imports = new Map<string, (string | undefined)[]>();
  const host: ContractHost = {
    ...base,
    ...diskFunctions(disk),
    deepFiles,
    importedBy: (file) => imports.get(file) ?? [],
    // As tsc does it; annotations are read from the text, by `readJsDoc`.
    jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeErrors,
    getDefaultLibLocation: () => LIBRARY,
    getDefaultLibFileName: (asked) => LIBRARY + ts.getDefaultLibFileName(asked),
    getSourceFile(name, languageOptions) {
      const parse = () => sourceFiles.get(name, languageOptions, disk);
      return contractFiles.has(name) ? guardStack(parse, () => void deepFiles.push(name)) : parse();
    },
    resolveModuleNameLiterals(names, importer, redirected, asked, file) {
      const found = names.map((name) => {
        const mode = ts.getModeForUsageLocation(file, name, asked);
        return ts.resolveModuleName(name.text, importer, asked, host, known, redirected, mode);
      });
      imports.set(importer, [
        ...(imports.get(importer) ?? []),
        ...found.map(({ resolvedModule }) => resolvedModule?.resolvedFileName),
      ]);
      return found;
    },
  };
  const known = ts.createModuleResolutionCache(
    base.getCurrentDirectory(),
    base.getCanonicalFileName,
    options,
  );
  return host;
}

/** What module resolution asks of a disk. */
const diskFunctions = (disk: Disk) => ({
  fileExists: disk.isFile,
  readFile: disk.text,
  directoryExists: disk.isFolder,
  getDirectories: (path: string) => [...disk.entries(path).directories],
  realpath: disk.realPath,
});
