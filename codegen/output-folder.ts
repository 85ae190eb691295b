// Makes sure that generated files stay within the project, wherever links lead.

import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Diagnostic } from './diagnostic.js';
import { isElsewhere } from './module-paths.js';

/** What is wrong with the output folder. `outDir` is absolute. */
export function checkOutputFolder(cwd: string, outDir: string): Diagnostic[] {
  const root = realpathSync(projectRoot(cwd));
  const folder = realPath(outDir);
  if (folder !== root && !isWithin(root, folder)) {
    return [
      diagnostic(
        `the output folder ${folder} is outside of the project ${root}`,
        'Choose a folder within the project, as in "src/generated".',
      ),
    ];
  }
  const within = relative(root, folder).split(sep);
  if (within.includes('node_modules') || within.includes('.git')) {
    return [
      diagnostic(`the output folder ${folder} belongs to a tool`, 'Choose a folder of your own sources.'),
    ];
  }
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    return [diagnostic(`${folder} is a file`, 'Choose another output folder.')];
  }
  return [];
}

/** Generated files import the contracts by relative paths, which do not lead from one drive to another. */
export function checkDrives(outDir: string, contracts: readonly string[]): Diagnostic[] {
  const elsewhere = contracts.find((file) => isElsewhere(outDir, file));
  if (elsewhere === undefined) return [];
  return [
    diagnostic(
      `the output folder ${outDir} is on another drive than ${elsewhere}`,
      'Choose a folder on the same drive.',
    ),
  ];
}

/** The nearest folder with a package.json, or `cwd` itself. */
function projectRoot(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return cwd;
  }
}

/** Where a path leads that may not exist yet. */
function realPath(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(realPath(dirname(path)), basename(path));
}

const isWithin = (folder: string, path: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const diagnostic = (message: string, help: string): Diagnostic => ({
  code: 'MQ4001',
  message,
  help,
  place: undefined,
});
