// The compiler that reads contracts: the one inside ts-morph. Other modules import it as `#typescript`, with its types.

import { createRequire } from 'node:module';

/** The part of ts-morph that has the compiler and its library. */
interface Compiler {
  readonly ts: typeof import('ts-morph')['ts'];
  getLibFiles(): { readonly fileName: string; readonly text: string }[];
}

// `import` would search ten megabytes of CommonJS for what they export, which takes as long as running them.
const requireAsTsMorph = createRequire(createRequire(import.meta.url).resolve('ts-morph'));
const compiler = requireAsTsMorph('@ts-morph/common') as Compiler;

export const { ts } = compiler;

/** The folder that the library seems to be in. */
export const LIBRARY = '/node_modules/typescript/lib/';

/** The texts of the library's `.d.ts` files by name. */
export const libraryTexts = (): ReadonlyMap<string, string> =>
  new Map(compiler.getLibFiles().map(({ fileName, text }) => [fileName, text]));
