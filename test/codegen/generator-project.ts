// A project on disk for tests of the generator: contracts that are written, generated, changed.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GenerateOptions, type GenerateResult, generate } from 'mq-rpc/codegen';
import { tempFolder } from '../support/temp-folder.js';

const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '../..');

export interface GeneratorProject {
  readonly folder: string;
  write(name: string, text: string): void;
  read(name: string): string;
  path(name: string): string;
  generate(options?: Partial<GenerateOptions>): Promise<GenerateResult>;
}

/** A contract with one method, whose result is written as given. */
export const contractText = (service: string, result = 'string'): string => `
/** @service ${service} */
export interface ${service.charAt(0).toUpperCase()}${service.slice(1)} {
  get(id: string): Promise<${result}>;
}
`;

export function generatorProject(files: Readonly<Record<string, string>>): GeneratorProject {
  const folder = tempFolder();
  const project: GeneratorProject = {
    folder,
    path: (name) => join(folder, name),
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    write(name, text) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    generate: (options) =>
      generate({ cwd: folder, contracts: ['src/**/*.contract.ts'], outDir: 'src/generated', ...options }),
  };
  project.write('package.json', JSON.stringify({ name: 'project', type: 'module' }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageRoot, join(folder, 'node_modules/mq-rpc'), 'dir');
  for (const [name, text] of Object.entries(files)) project.write(name, text);
  return project;
}

/** Names and statuses of the files of a run, without folders. */
export const statuses = ({ files }: GenerateResult): Record<string, string> =>
  Object.fromEntries(files.map(({ path, status }) => [path.split(/[\\/]/).at(-1), status]));
