// docs/contracts.md is held to the tables of annotations and diagnostics.

import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ANNOTATIONS, type Annotation } from '#dist/codegen/annotations.js';
import { DIAGNOSTICS } from '#dist/codegen/diagnostic.js';

const text = readFileSync(new URL('../../docs/contracts.md', import.meta.url), 'utf8');

const annotations = Object.entries<Annotation>(ANNOTATIONS);
const SITES = {
  service: 'contract',
  method: 'method',
  type: 'type',
  member: 'member',
  parameter: 'parameter',
};

test('docs/contracts.md explains every annotation', () => {
  const named = new Set([...text.matchAll(/`@([a-z]\w*)[ `]/g)].map(([, name]) => name));
  expect([...named].sort()).toEqual(Object.keys(ANNOTATIONS).sort());
});

test('the table has every annotation that has an effect, where it stands, and whether it repeats', () => {
  const rows = [...text.matchAll(/^\| `@(\w+)` \| ([a-z, ]+) \| (.*?) \| .*\|$/gm)]
    .filter(([, , sites = '']) => sites.split(', ').every((site) => Object.values(SITES).includes(site)))
    .map(([, name, sites, value = '']) => [name, sites, value.includes('repeats')]);
  const expected = annotations
    .filter(([, { hasEffect }]) => hasEffect)
    .map(([name, { sites, repeats = false }]) => [
      name,
      sites.map((site) => SITES[site]).join(', '),
      repeats,
    ]);
  expect(rows.sort()).toEqual(expected.sort());
});

test('the others are named as not available', () => {
  const paragraph = /refused with MQ1004.*?\n\n/s.exec(text)?.[0] ?? '';
  const named = [...paragraph.matchAll(/`@(\w+)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(
    annotations
      .filter(([, { hasEffect }]) => !hasEffect)
      .map(([name]) => name)
      .sort(),
  );
});

test('every @retry of the documentation is read as what the decorator beside it says', () => {
  const rows = [...text.matchAll(/^\| `@retry (.*?)` \| `retry: (.*?)` \|/gm)];
  expect(rows).toHaveLength(8);
  for (const [, written = '', option = ''] of rows) {
    const value: unknown = runInNewContext(`(${option})`);
    const byTag = ANNOTATIONS.retry.read({ spelling: 'tag', text: written });
    expect(byTag, written).toHaveProperty('value');
    expect(ANNOTATIONS.retry.read({ spelling: 'decorator', value: structuredClone(value) })).toEqual(byTag);
  }
});

test('every limit of the documentation is one', () => {
  const limits = [...text.matchAll(/`(\d+\/\w[^`]*|\d+ per [^`]*)`/g)].map(([, limit = '']) => limit);
  expect(limits).toEqual(['1 per order.customerId', '100/s', '10/m per order.customerId']);
  for (const limit of limits) {
    const { read } = limit.includes('/') ? ANNOTATIONS.rate : ANNOTATIONS.concurrency;
    expect(read({ spelling: 'tag', text: limit }), limit).toHaveProperty('value');
  }
});

test('docs/contracts.md explains every diagnostic in the words of the table', () => {
  const rows = [...text.matchAll(/^\| (MQ\d{4}) \| (.*?) \|/gm)].map(([, code, what = '']) => [
    code,
    what.replaceAll('`', ''),
  ]);
  expect(Object.fromEntries(rows)).toEqual(DIAGNOSTICS);
});
