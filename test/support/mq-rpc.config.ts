// Generates the stubs of the contracts that tests call: `mq-rpc generate --config test/support/mq-rpc.config.ts`.

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['contracts/*.contract.ts'], outDir: 'generated' });
