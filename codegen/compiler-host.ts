// Where the compiler gets its files from: the disk, and its library from memory.

import { ts } from '#typescript';
import { guardStack } from './stack-guard.js';
import { libraryTexts } from './typescript.js';

/** The folder that the library seems to be in. */
const LIBRARY = '/node_modules/typescript/lib/';

export interface ContractHost extends ts.CompilerHost {
  /** Contract files that are nested too deeply to be parsed: the program goes without them. */
  readonly deepFiles: readonly string[];
}

/** The host of a program. `contractFiles` are absolute, with slashes. */
export function createContractHost(
  options: ts.CompilerOptions,
  contractFiles: ReadonlySet<string>,
): ContractHost {
  const disk = ts.createCompilerHost(options);
  const library = libraryTexts();
  const deepFiles: string[] = [];
  return {
    ...disk,
    deepFiles,
    // As tsc does it; annotations are read from the text, by `readJsDoc`.
    jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeErrors,
    getDefaultLibLocation: () => LIBRARY,
    getDefaultLibFileName: (asked) => LIBRARY + ts.getDefaultLibFileName(asked),
    getSourceFile(name, languageOptions) {
      const text = name.startsWith(LIBRARY) ? library.get(name.slice(LIBRARY.length)) : undefined;
      if (text !== undefined) return ts.createSourceFile(name, text, languageOptions);
      const parse = () => disk.getSourceFile(name, languageOptions);
      return contractFiles.has(name) ? guardStack(parse, () => void deepFiles.push(name)) : parse();
    },
  };
}
