// Where the generator keeps what it remembers, and how it is written: a whole file, or none.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** In the cache folder of the nearest node_modules, or else beside the output folder. */
export function cacheFolder(cwd: string, outDir: string): string {
  const modules = nearestModules(cwd);
  return modules === undefined ? join(dirname(outDir), '.mq-rpc') : join(modules, '.cache', 'mq-rpc');
}

function nearestModules(folder: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return modules;
  return dirname(folder) === folder ? undefined : nearestModules(dirname(folder));
}

/** A digest as a part of a file name. */
export const keyOf = (digest: string): string => Buffer.from(digest, 'base64').toString('hex').slice(0, 16);

/** Writes JSON. Several runs may write at once, each a whole file. What cannot be written is not there. */
export function writeWhole(file: string, content: unknown): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, JSON.stringify(content));
    renameSync(temporary, file);
  } catch {
    // A read-only cache folder costs time and nothing else.
    rmSync(temporary, { force: true });
  }
}
