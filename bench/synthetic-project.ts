// A project of n services × 10 methods, written twice: as contracts for mq-rpc and as controllers for tsoa.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const METHODS = 10;

const types = (name: string): string => `
export interface ${name}Line { sku: string; quantity: number; price: number; note?: string }
export interface ${name}Address { street: string; city: string; country: 'DE' | 'FR' | 'IT' }
export interface ${name}Order { id: string; placed: string; address: ${name}Address; lines: ${name}Line[]; tags: Record<string, string> }
export interface ${name}Receipt { id: string; total: number; state: 'open' | 'paid' | 'sent'; order: ${name}Order | null }
`;

const each = (line: (method: number) => string): string =>
  Array.from({ length: METHODS }, (_, method) => line(method)).join('\n');

const contract = (index: number): string => {
  const name = `Service${index}`;
  return `${types(name)}
/** Service number ${index}.
 *  @service service-${index}
 *  @version 1.0 */
export interface ${name} {
${each((method) => `  /** Does thing ${method}.\n   *  @priority ${method % 8} */\n  method${method}(order: ${name}Order, count: number): Promise<${name}Receipt>;`)}
}
`;
};

const controller = (index: number): string => {
  const name = `Service${index}`;
  return `import { Body, Controller, Post, Query, Route } from 'tsoa';
${types(name)}
/** Service number ${index}. */
@Route('service-${index}')
export class ${name}Controller extends Controller {
${each((method) => `  /** Does thing ${method}. */\n  @Post('method${method}')\n  public async method${method}(@Body() order: ${name}Order, @Query() count: number): Promise<${name}Receipt> {\n    return { id: order.id, total: count, state: 'open', order };\n  }`)}
}
`;
};

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    outDir: 'dist',
  },
  include: ['src'],
};

const TSOA = {
  entryFile: 'src/controllers/service0.controller.ts',
  noImplicitAdditionalProperties: 'silently-remove-extras',
  controllerPathGlobs: ['src/controllers/*.controller.ts'],
  spec: { outputDirectory: 'tsoa', specVersion: 3 },
  routes: { routesDir: 'tsoa' },
};

/** Writes both projects into a folder. */
export function writeSyntheticProject(folder: string, services: number): void {
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  for (const part of ['src/contracts', 'src/controllers', 'tsoa', 'node_modules']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  for (let index = 0; index < services; index++) {
    write(`src/contracts/service${index}.contract.ts`, contract(index));
    write(`src/controllers/service${index}.controller.ts`, controller(index));
  }
  write('package.json', '{ "name": "synthetic", "type": "module" }');
  write('tsconfig.json', JSON.stringify(TSCONFIG));
  write('tsoa.json', JSON.stringify(TSOA));
  write(
    'mq-rpc.config.ts',
    "import { defineConfig } from 'mq-rpc';\nexport default defineConfig({ contracts: ['src/contracts/*.contract.ts'], outDir: 'src/generated' });\n",
  );
  const link = (name: string, target: string): void =>
    symlinkSync(fileURLToPath(new URL(target, import.meta.url)), join(folder, 'node_modules', name));
  link('mq-rpc', '..');
  link('tsoa', 'peers/node_modules/tsoa');
  link('@tsoa', 'peers/node_modules/@tsoa');
}
