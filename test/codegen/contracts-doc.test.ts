// docs/contracts.md is held to the tables of annotations and diagnostics.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ANNOTATIONS } from '#dist/codegen/annotations.js';
import { DIAGNOSTICS } from '#dist/codegen/diagnostic.js';

const text = readFileSync(new URL('../../docs/contracts.md', import.meta.url), 'utf8');

test('docs/contracts.md explains every annotation', () => {
  const named = new Set([...text.matchAll(/`@([a-z]\w*)[ `]/g)].map(([, name]) => name));
  expect([...named].sort()).toEqual(Object.keys(ANNOTATIONS).sort());
});

test('docs/contracts.md explains every diagnostic in the words of the table', () => {
  const rows = [...text.matchAll(/^\| (MQ\d{4}) \| (.*?) \|/gm)].map(([, code, what = '']) => [
    code,
    what.replaceAll('`', ''),
  ]);
  expect(Object.fromEntries(rows)).toEqual(DIAGNOSTICS);
});
