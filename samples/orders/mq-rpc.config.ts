// What `mq-rpc generate` reads.

import { defineConfig } from 'mq-rpc';

export default defineConfig({
  contracts: ['*.contract.ts'],
  outDir: 'generated',
  outputs: { jsonSchema: 'api', asyncApi: 'api/asyncapi.json', markdown: 'api/orders.md' },
});
