// A folder in which `mq-rpc init` was run, for tests of what comes after it.

import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mqRpc } from './mq-rpc-command.js';
import { ROOT } from './pack.js';
import { tempFolder } from './temp-folder.js';

/** The example project; `mq-rpc` in it is this project, linked. */
export function greeterProject(...flags: readonly string[]): string {
  const folder = tempFolder();
  const { status, stderr } = mqRpc(folder, 'init', '--no-install', ...flags);
  if (status !== 0) throw new Error(stderr);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/mq-rpc'), 'dir');
  return folder;
}

/** Replaces text in a file, at once for whoever watches it. Throws if the text is not there. */
export function edit(folder: string, path: string, from: string, to: string): void {
  const file = join(folder, path);
  const before = readFileSync(file, 'utf8');
  if (!before.includes(from)) throw new Error(`${path} has no "${from}"`);
  const changed = join(folder, `.changed-${process.pid}`);
  writeFileSync(changed, before.replace(from, to));
  renameSync(changed, file);
}
