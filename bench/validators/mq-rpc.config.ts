// Generates the validators that the benchmark measures.

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['*.contract.ts'], outDir: 'generated' });
