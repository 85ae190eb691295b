// Generates the stubs of the first version: `mq-rpc generate --config test/semantics/versions/first/mq-rpc.config.ts`.

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['*.contract.ts'], outDir: 'generated' });
