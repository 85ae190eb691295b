// How generated files refer to other modules: relative paths, with the extension that the project asks for.

import * as nodePath from 'node:path';
import type { ModulePaths } from './plan/service-plan.js';
import type { ImportExtension } from './project-settings.js';

/** The part of `node:path` that decides; tests give that of another system. */
type PathModule = Pick<typeof nodePath, 'isAbsolute' | 'relative' | 'sep'>;

export interface ModulePathOptions {
  /** The folder of the generated files, absolute. */
  readonly outDir: string;
  readonly extension: ImportExtension;
}

export function createModulePaths(
  { outDir, extension }: ModulePathOptions,
  path: PathModule = nodePath,
): ModulePaths {
  const relativePath = (file: string): string => {
    const way = path.relative(outDir, file).split(path.sep).join('/');
    return way.startsWith('../') ? way : `./${way}`;
  };
  return {
    relativePath,
    importPath: (file) => withExtension(relativePath(file), extension),
    generatedPath: (name) => `./${name}${extension}`,
  };
}

/** Whether no relative path leads from one to the other: they are on different drives. */
export const isElsewhere = (from: string, to: string, path: PathModule = nodePath): boolean =>
  path.isAbsolute(path.relative(from, to));

/**
 * The specifier of a TypeScript file. `.mts` and `.cts` cannot do without an extension, and a declaration file is
 * imported as what it declares.
 */
function withExtension(file: string, extension: ImportExtension): string {
  const [, name = file, declaration, kind = ''] = /^(.*?)(\.d)?\.([cm]?)tsx?$/s.exec(file) ?? [];
  if (name === file) return file;
  if (extension === '.ts' && declaration === undefined) return file;
  return kind === '' && extension === '' ? name : `${name}.${kind}js`;
}
