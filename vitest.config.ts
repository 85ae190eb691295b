// How the tests run: against dist/, which `npm test` builds first.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real processes, compilers and installations take their time on a small machine; no test measures it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
