// Generates the stubs that these tests call: `mq-rpc generate --config test/semantics/mq-rpc.config.ts`.

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['contracts/*.contract.ts'], outDir: 'generated' });
