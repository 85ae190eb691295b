// Generates the stubs of the benchmark's contract.

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['*.contract.ts'], outDir: 'generated' });
