// Every supported type: the generated validators accept exactly the values that tsc accepts.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { everyTypeDescriptor } from '../golden/every-type/expected/index.js';
import { type CompilerVersion, compile } from '../support/compilers.js';
import { FIRST_LINE, give, given } from './assignable-values.js';

const file = join(dirname(fileURLToPath(import.meta.url)), 'assignable-values.ts');
const lines = readFileSync(file, 'utf8').split('\n');

give();

/** What the validators accept, by the line of the call. */
const validated = given.map(({ method, value }, index) => {
  const descriptor = everyTypeDescriptor.methods[method];
  try {
    descriptor?.encodeArguments([value]);
    return `accepted: ${lines[FIRST_LINE - 1 + index]}`;
  } catch {
    return `refused: ${lines[FIRST_LINE - 1 + index]}`;
  }
});

function compiled(version: CompilerVersion): string[] {
  const options = {
    strict: true,
    skipLibCheck: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
  };
  const refused = new Set(compile(version, [file], options).map(({ line }) => line));
  return given.map((_, index) => {
    const line = FIRST_LINE + index;
    return `${refused.has(line) ? 'refused' : 'accepted'}: ${lines[line - 1]}`;
  });
}

test.each(['5.9', '7.0'] as const)('validators agree with TypeScript %s', (version) => {
  expect(validated).toEqual(compiled(version));
});
