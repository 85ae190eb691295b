// Parsed files, kept as long as their text stays the same.

import { ts } from '#typescript';
import type { Disk } from './disk.js';
import { LIBRARY, libraryTexts } from './typescript.js';

type LanguageOptions = ts.ScriptTarget | ts.CreateSourceFileOptions;

export interface SourceFiles {
  /** The parsed file: the same object as long as its text is the same. `undefined` if there is no such file. */
  get(name: string, languageOptions: LanguageOptions, disk: Disk): ts.SourceFile | undefined;
}

interface Parsed {
  readonly file: ts.SourceFile;
  readonly language: string;
}

/** For programs with the same compiler options, lib and types apart: they decide how files are parsed. */
export function createSourceFiles(): SourceFiles {
  const parsed = new Map<string, Parsed>();
  const library = libraryTexts();
  return {
    get(name, languageOptions, disk) {
      const ownText = name.startsWith(LIBRARY) ? library.get(name.slice(LIBRARY.length)) : undefined;
      const text = ownText ?? disk.text(name);
      if (text === undefined) return undefined;
      const known = parsed.get(name);
      const language = languageOf(languageOptions);
      if (known?.file.text === text && known.language === language) return known.file;
      const file = ts.createSourceFile(name, text, languageOptions);
      parsed.set(name, { file, language });
      return file;
    },
  };
}

/** A package.json decides which kind of module a file is. */
const languageOf = (options: LanguageOptions): string =>
  typeof options === 'object'
    ? `${options.languageVersion} ${options.impliedNodeFormat} ${options.jsDocParsingMode}`
    : String(options);
