// The config file that `mq-rpc init` writes.

export const config = `import { defineConfig } from 'mq-rpc';

export default defineConfig({
  contracts: ['src/**/*.contract.ts'],
  outDir: 'src/generated',
});
`;
