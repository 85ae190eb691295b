// Builds dist/ from scratch with the project's compiler, adds what it does not copy and makes the command executable.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' });

// What the compiler does not copy.
cpSync(join(root, 'src/broker/redis/lua'), join(root, 'dist/src/broker/redis/lua'), { recursive: true });
// Only the pure JavaScript of recheck: as a dependency it would bring 50 MB of native programs to everybody.
const recheck = dirname(createRequire(import.meta.url).resolve('recheck/package.json'));
const thirdParty = join(root, 'dist/codegen/third-party');
cpSync(join(recheck, 'lib/browser.js'), join(thirdParty, 'recheck.cjs'));
cpSync(join(recheck, 'LICENSE'), join(thirdParty, 'recheck.LICENSE'));

const main = join(root, 'dist/src/cli/main.js');
if (existsSync(main)) chmodSync(main, 0o755);
