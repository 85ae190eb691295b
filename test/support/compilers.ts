// Runs the TypeScript compilers that users have.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempFolder } from './temp-folder.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The packages of the compilers, by version. */
export const COMPILERS = { '5.9': 'typescript-5.9', '6.0': 'typescript-6.0', '7.0': 'typescript' } as const;

export type CompilerVersion = keyof typeof COMPILERS;

/** What a compiler says of a line of a file. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Everything that a compiler has against the files. `options` are compiler options as in a tsconfig. */
export function compile(
  version: CompilerVersion,
  files: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Finding[] {
  const config = join(tempFolder(), 'tsconfig.json');
  const typeRoots = [join(root, 'node_modules/@types')];
  writeFileSync(config, JSON.stringify({ compilerOptions: { noEmit: true, typeRoots, ...options }, files }));
  const tsc = join(
    dirname(createRequire(import.meta.url).resolve(`${COMPILERS[version]}/package.json`)),
    'bin/tsc',
  );
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', config, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const output = stdout + stderr;
  const findings = [...output.matchAll(/^(.+?)\((\d+),\d+\): error (.*)$/gm)].map(
    ([, file = '', line, message = '']): Finding => ({ file: join(root, file), line: Number(line), message }),
  );
  if (findings.length === 0 && output.trim() !== '') throw new Error(`tsc ${version}: ${output}`);
  return findings;
}
