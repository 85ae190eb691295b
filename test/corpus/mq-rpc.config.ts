// Generates the stubs of the corpora: `mq-rpc generate --config test/corpus/mq-rpc.config.ts`

import { defineConfig } from 'mq-rpc';

export default defineConfig({ contracts: ['*.contract.ts'], outDir: 'generated' });
