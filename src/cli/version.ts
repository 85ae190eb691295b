// The version of this package, as its package.json has it.

import { readFileSync } from 'node:fs';

/** Seen from dist/src/cli. */
const MANIFEST = new URL('../../../package.json', import.meta.url);

export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };
  return manifest.version;
}
