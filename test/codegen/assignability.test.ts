// Every supported type: the generated validators accept exactly the values that tsc accepts.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { everyTypeDescriptor } from '../golden/every-type/expected/index.js';
import { type CompilerVersion, compile } from '../support/compilers.js';

interface AssignableValues {
  readonly FIRST_LINE: number;
  readonly given: readonly { readonly method: string; readonly value: unknown }[];
  give(): void;
}

const file = join(dirname(fileURLToPath(import.meta.url)), 'fixtures/assignable-values.ts');
// By a computed name: much of the file is not meant to type-check.
const { FIRST_LINE, give, given } = (await import(file)) as AssignableValues;
give();

const lines = readFileSync(file, 'utf8').split('\n');
const line = (index: number): string => lines[FIRST_LINE - 1 + index] ?? '';

/** What the validators say of each line. */
const validated = given.map(({ method, value }, index) => {
  try {
    everyTypeDescriptor.methods[method]?.encodeArguments([value]);
    return `accepted: ${line(index)}`;
  } catch {
    return `refused: ${line(index)}`;
  }
});

const OPTIONS = { strict: true, skipLibCheck: true, module: 'nodenext', target: 'es2022', types: ['node'] };

/** What a compiler says of each line. */
function compiled(version: CompilerVersion): string[] {
  const refused = new Set(compile(version, [file], OPTIONS).map((finding) => finding.line));
  return given.map((_, index) => {
    return `${refused.has(FIRST_LINE + index) ? 'refused' : 'accepted'}: ${line(index)}`;
  });
}

test.each(['5.9', '7.0'] as const)('validators agree with TypeScript %s', (version) => {
  expect(validated).toEqual(compiled(version));
});
