// Generates the stubs of the second version: `mq-rpc generate --config test/semantics/versions/second/mq-rpc.config.ts`.

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['*.contract.ts'], outDir: 'generated' });
