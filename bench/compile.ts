// Compiles the programs that the benchmarks start, and installs the peers, before any clock runs.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = dirname(fileURLToPath(import.meta.url));
const peers = join(bench, 'peers');

/** Compiles into `dist/`. What types are wrong is for `tsc -p bench` to say: here it would need the peers. */
export function compile(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/package.json');
  rmSync(join(bench, 'dist'), { recursive: true, force: true });
  execFileSync(process.execPath, [join(dirname(tsc), 'bin/tsc'), '-p', bench, '--noCheck'], {
    stdio: 'inherit',
  });
  // The compiled adapters find their packages where their sources do.
  mkdirSync(join(bench, 'dist/peers'), { recursive: true });
  symlinkSync(join(peers, 'node_modules'), join(bench, 'dist/peers/node_modules'), 'dir');
}

/** Compiles typia's validators over what `compile` made of them: calls that fail. The peers have to be installed. */
export function compileTypia(): void {
  const transform = join(bench, 'dist/peers/typia-transform.js');
  const [from, to] = [join(peers, 'typia.ts'), join(bench, 'dist/peers/typia.js')];
  execFileSync(process.execPath, [transform, from, to], { stdio: 'inherit' });
}

const changedAt = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Installs what is measured beside mq-rpc, unless it is there already. */
export function installPeers(): void {
  // npm writes the inner file last: an older one, or none, is an unfinished or stale installation.
  const installedAt = changedAt(join(peers, 'node_modules/.package-lock.json'));
  if (installedAt >= changedAt(join(peers, 'package-lock.json'))) return;
  console.log('Installing the peers: npm ci --ignore-scripts --prefix bench/peers');
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: peers,
      stdio: 'inherit',
    });
  } catch (cause) {
    throw new Error('the peers could not be installed: npm ci --ignore-scripts --prefix bench/peers', {
      cause,
    });
  }
}
