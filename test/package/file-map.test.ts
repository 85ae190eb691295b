// The file map of CONTRIBUTING.md, held against the tree.

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the file map lists every file with the sentence it begins with', () => {
  const { stderr, status } = spawnSync(process.execPath, ['scripts/file-map.js', '--check'], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
