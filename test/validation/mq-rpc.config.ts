// Generates the stubs of contracts with classes and schemas: `mq-rpc generate --config test/validation/mq-rpc.config.ts`.

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['contracts/*.contract.ts'], outDir: 'generated' });
