// To which package a folder belongs.

import { dirname, join } from 'node:path';
import type { Disk } from '../disk.js';

/** The name in the nearest package.json above a folder that has one. */
export function createPackageNames(disk: Disk): (folder: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  const find = (folder: string): string | undefined => {
    const own = nameIn(disk.text(join(folder, 'package.json')));
    const above = dirname(folder);
    return own ?? (above === folder ? undefined : packageName(above));
  };
  const packageName = (folder: string): string | undefined => {
    if (!known.has(folder)) known.set(folder, find(folder));
    return known.get(folder);
  };
  return packageName;
}

function nameIn(manifest: string | undefined): string | undefined {
  try {
    const { name } = JSON.parse(manifest ?? '{}') as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
