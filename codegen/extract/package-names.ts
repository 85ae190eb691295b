// To which package a folder belongs, and whether that package is made for this one.

import { dirname, join } from 'node:path';
import type { Disk } from '../disk.js';

/** The name in the nearest package.json above a folder that has one. */
export const createPackageNames = (disk: Disk): ((folder: string) => string | undefined) => {
  const nearest = createNearestManifest(disk);
  return (folder) => nearest(folder)?.name;
};

/** Whether the package that a folder belongs to says that it uses mq-rpc. */
export function createOwnUsers(disk: Disk): (folder: string) => boolean {
  const nearest = createNearestManifest(disk);
  return (folder) => nearest(folder)?.usesUs === true;
}

interface Manifest {
  readonly name: string;
  readonly usesUs: boolean;
}

function createNearestManifest(disk: Disk): (folder: string) => Manifest | undefined {
  const known = new Map<string, Manifest | undefined>();
  const find = (folder: string): Manifest | undefined => {
    const own = read(disk.text(join(folder, 'package.json')));
    const above = dirname(folder);
    return own ?? (above === folder ? undefined : nearest(above));
  };
  const nearest = (folder: string): Manifest | undefined => {
    if (!known.has(folder)) known.set(folder, find(folder));
    return known.get(folder);
  };
  return nearest;
}

const DEPENDENCIES = ['dependencies', 'peerDependencies', 'devDependencies'] as const;

function read(text: string | undefined): Manifest | undefined {
  try {
    const manifest = JSON.parse(text ?? '{}') as Record<string, unknown>;
    if (typeof manifest.name !== 'string') return undefined;
    const usesUs = DEPENDENCIES.some((name) => Object.hasOwn(Object(manifest[name]), 'mq-rpc'));
    return { name: manifest.name, usesUs };
  } catch {
    return undefined;
  }
}
