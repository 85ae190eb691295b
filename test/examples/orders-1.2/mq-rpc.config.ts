// Generates the stubs of this version: every version has an output folder of its own.

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['*.contract.ts'], outDir: 'generated' });
