// A queue file in a temporary folder of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempQueue {
  readonly folder: string;
  readonly path: string;
  readonly url: string;
  dispose(): void;
}

export function createTempQueue(): TempQueue {
  const folder = mkdtempSync(join(tmpdir(), 'mq-rpc-'));
  const path = join(folder, 'queue.db');
  return {
    folder,
    path,
    url: `sqlite:${path}`,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
