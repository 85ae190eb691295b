// A folder without installed packages, as an unpacked package is: those of the project are taken instead.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createDisk, type Disk, slashed } from '../disk.js';

/** The disk, with the packages that are installed for `project` also at `folder`, where it has none itself. */
export function createOverlayDisk(folder: string, project: string): Disk {
  const disk = createDisk();
  const own = `${slashed(join(folder, 'node_modules'))}/`;
  const elsewhere = (path: string): string => {
    const asked = slashed(path);
    if (!asked.startsWith(own) || disk.isFile(path) || disk.isFolder(path)) return path;
    const name = asked.slice(own.length);
    return installedAt(project, packageOf(name), name) ?? path;
  };
  return {
    text: (path) => disk.text(elsewhere(path)),
    isFile: (path) => disk.isFile(elsewhere(path)),
    isFolder: (path) => disk.isFolder(elsewhere(path)) || `${slashed(path)}/` === own,
    entries: (path) => disk.entries(elsewhere(path)),
    augmenting: disk.augmenting,
    realPath: (path) => disk.realPath(elsewhere(path)),
    answers: () => [],
  };
}

/** `zod` of `zod/index.d.ts`, `@scope/name` of `@scope/name/index.d.ts` */
const packageOf = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');

function installedAt(folder: string, packageName: string, path: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(join(modules, packageName))) return join(modules, path);
  return dirname(folder) === folder ? undefined : installedAt(dirname(folder), packageName, path);
}
