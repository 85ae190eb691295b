// Which generator this is: another one may write other files from the same contracts.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from '../disk.js';

/** The folder of the package's own modules, `dist`. */
const MODULES = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that has a say in the generated files, folders with all that is in them. */
export const GENERATOR_PARTS = ['codegen', 'templates', 'src/contract', 'src/wire', 'src/duration.js'];

let known: string | undefined;

/** Changes with the generator and with the compiler that it uses. A running one stays what it was loaded as. */
export function generatorDigest(): string {
  known ??= findDigest();
  return known;
}

function findDigest(): string {
  const own = GENERATOR_PARTS.flatMap((part) => modulesIn(join(MODULES, part))).map((file) =>
    readFileSync(file, 'utf8'),
  );
  return digestOf([...own, ...compilerState()].join('\0'));
}

function modulesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) return modulesIn(join(path, entry.name));
    return entry.name.endsWith('.js') ? [join(path, entry.name)] : [];
  });
}

/** The compiler has ten megabytes, which only an installation or a patch changes. */
function compilerState(): string[] {
  const tsMorph = createRequire(import.meta.url).resolve('ts-morph');
  const common = createRequire(tsMorph).resolve('@ts-morph/common');
  return [tsMorph, common, join(dirname(common), 'typescript.js')].map((file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return `${file} ${stat?.size} ${stat?.mtimeMs} ${stat?.ctimeMs}`;
  });
}
