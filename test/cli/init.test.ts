// `mq-rpc init` in empty folders and in projects that have a life of their own.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mqRpc, mqRpcIn } from '../support/mq-rpc-command.js';
import { tempFolder } from '../support/temp-folder.js';

/** A folder with these files; a value that is no text is written as JSON. */
function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = tempFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(
      join(folder, path),
      typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    );
  }
  return folder;
}

const text = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
const manifest = (folder: string) => JSON.parse(text(folder, 'package.json'));
const init = (folder: string, ...args: readonly string[]) => mqRpc(folder, 'init', '--no-install', ...args);

const sqlite = isBuiltin('node:sqlite') ? {} : { 'better-sqlite3': '^12.0.0' };
const devDependencies = { '@types/node': '^24.0.0', tsx: '^4.20.0', typescript: '^7.0.0' };
const scripts = { generate: 'mq-rpc generate', client: 'tsx src/client.ts', server: 'tsx src/server.ts' };

describe('an empty folder', () => {
  test('gets a whole project and the steps that run it', () => {
    const folder = tempFolder();
    expect(init(folder)).toEqual({
      status: 0,
      stderr: '',
      stdout: `created  src/greeter.contract.ts
created  src/client.ts
created  src/server.ts
created  mq-rpc.config.ts
created  tsconfig.json
created  package.json
created  .gitignore

Next:
  npm install           installs what package.json lists
  npx mq-rpc generate   writes the client stub and the server skeleton
  npm run client        makes a call; no server has to run
  npm run server        in a second terminal: answers it, and the result arrives in the first
`,
    });
    expect(manifest(folder)).toMatchObject({ private: true, type: 'module', scripts, devDependencies });
    expect(manifest(folder).dependencies).toEqual({ 'mq-rpc': expect.stringMatching(/^\^\d/), ...sqlite });
    expect(text(folder, 'src/greeter.contract.ts')).toContain('export interface Greeter {');
    expect(text(folder, '.gitignore')).toBe('node_modules/\n.mq-rpc/\n');
  });

  test('gets a class with decorators on request', () => {
    const folder = tempFolder();
    expect(init(folder, '--decorators').status).toBe(0);
    expect(text(folder, 'src/greeter.contract.ts')).toContain('export abstract class Greeter {');
  });

  test('is made if there is none, and the first step goes there', () => {
    const folder = tempFolder();
    const { status, stdout } = init(folder, 'packages/My Greeter!');
    expect(status).toBe(0);
    expect(stdout).toContain("\nNext:\n  cd 'packages/My Greeter!'\n");
    expect(manifest(join(folder, 'packages/My Greeter!')).name).toBe('my-greeter');
  });
});

describe('a project', () => {
  test('in which only mq-rpc was installed keeps that one, and becomes a project of ES modules', () => {
    const folder = folderWith({ 'package.json': { dependencies: { 'mq-rpc': 'file:../mq-rpc-0.1.0.tgz' } } });
    expect(init(folder).status).toBe(0);
    expect(manifest(folder)).toMatchObject({
      type: 'module',
      dependencies: { 'mq-rpc': 'file:../mq-rpc-0.1.0.tgz', ...sqlite },
    });
  });

  test('of CommonJS stays one', () => {
    const folder = folderWith({
      'package.json': { name: 'old', main: 'index.js', scripts: { test: 'exit 1' } },
    });
    expect(init(folder).status).toBe(0);
    expect(manifest(folder)).toMatchObject({ name: 'old', scripts: { test: 'exit 1', ...scripts } });
    expect(manifest(folder)).not.toHaveProperty('type');
  });

  test('keeps its files, and says so', () => {
    const files = {
      'package.json': {
        type: 'module',
        scripts,
        devDependencies,
        dependencies: { 'mq-rpc': '*', ...sqlite },
      },
      'mq-rpc.config.mjs': 'export default {}',
      'tsconfig.json': '{}',
      '.gitignore': '/.mq-rpc\n',
      'src/greeter.contract.ts': '// mine',
    };
    const folder = folderWith(files);
    const { status, stdout } = init(folder);
    expect(status).toBe(0);
    expect(stdout).toContain(`kept     src/greeter.contract.ts
created  src/client.ts
created  src/server.ts
kept     mq-rpc.config.mjs: it has to cover src/greeter.contract.ts and write to src/generated
kept     tsconfig.json: \`await using\` needs target es2022 and lib esnext.disposable
kept     package.json
kept     .gitignore
`);
    for (const [path, content] of Object.entries(files)) {
      expect(text(folder, path)).toBe(
        typeof content === 'string' ? content : JSON.stringify(content, null, 2),
      );
    }
  });

  test('that has a client and a script of these names gets others', () => {
    const folder = folderWith({
      'package.json': { name: 'shop', scripts: { client: 'vite', generate: 'prisma generate' } },
      'src/client.ts': 'export const shop = 1;\n',
    });
    const { status, stdout } = init(folder);
    expect(status).toBe(0);
    expect(stdout).toContain('created  src/greeter-client.ts\ncreated  src/server.ts\n');
    expect(stdout).toContain('  npx tsx src/greeter-client.ts   makes a call');
    expect(stdout).toContain('  npm run server  ');
    expect(text(folder, 'src/client.ts')).toBe('export const shop = 1;\n');
    expect(manifest(folder).scripts).toEqual({
      client: 'vite',
      generate: 'prisma generate',
      server: 'tsx src/server.ts',
    });
  });

  test('keeps its indentation, and gains only what it lacks', () => {
    const folder = folderWith({
      'package.json': '{\n\t"name": "tabs",\n\t"devDependencies": {\n\t\t"typescript": "~5.9.0"\n\t}\n}',
      '.gitignore': 'dist',
    });
    const { stdout } = init(folder);
    const added = ['scripts.generate', 'scripts.client', 'scripts.server', 'dependencies.mq-rpc'];
    expect(stdout).toContain(`changed  package.json: added ${added.join(', ')}`);
    expect(text(folder, 'package.json')).toMatch(
      /^\{\n\t"name": "tabs",\n\t"devDependencies": \{\n\t\t"typescript": "~5.9.0",/,
    );
    expect(text(folder, 'package.json')).toMatch(/\}$/);
    expect(text(folder, '.gitignore')).toBe('dist\n.mq-rpc/\n');
  });

  test('is left alone by a second init', () => {
    const folder = tempFolder();
    init(folder);
    const files = ['package.json', '.gitignore', 'src/client.ts', 'tsconfig.json'];
    const before = files.map((path) => text(folder, path));
    const { status, stdout } = init(folder);
    expect(status).toBe(0);
    expect(
      stdout
        .split('\n\n')[0]
        ?.split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(Array(7).fill('kept'));
    expect(files.map((path) => text(folder, path))).toEqual(before);
  });

  test.for([
    ['package-lock.json', 'npm install', 'npx mq-rpc generate', 'npm run client', 'npm run client --'],
    ['pnpm-lock.yaml', 'pnpm install', 'pnpm exec mq-rpc generate', 'pnpm run client', 'pnpm run client'],
    ['yarn.lock', 'yarn install', 'yarn run mq-rpc generate', 'yarn run client', 'yarn run client'],
    ['bun.lock', 'bun install', 'bunx mq-rpc generate', 'bun run client', 'bun run client'],
  ] as const)('with %s is told the commands of its package manager', ([lockfile, ...commands]) => {
    const folder = folderWith({ [lockfile]: '', '.git/HEAD': '', 'apps/one/package.json': { name: 'one' } });
    const { stdout } = init(folder, 'apps/one');
    const [install, generate, client, collect] = commands;
    for (const command of [install, generate, client]) expect(stdout).toContain(`\n  ${command} `);
    expect(text(folder, 'apps/one/src/client.ts')).toContain(`${collect} \${call.id}`);
  });
});

describe('a folder that cannot take it', () => {
  test.for([
    ['{', 'error: package.json is not JSON: '],
    ['[]', 'error: package.json does not hold an object'],
  ] as const)('because its package.json is %s is left as it is', ([content, message]) => {
    const folder = folderWith({ 'package.json': content });
    const { status, stdout, stderr } = init(folder);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(readdirSync(folder)).toEqual(['package.json']);
  });

  test('because it is a file is refused', () => {
    const folder = folderWith({ here: 'text' });
    expect(init(folder, 'here')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: here is a file\nName a folder, or none for this one.\n',
    });
    expect(init(folder, 'here/below').status).toBe(2);
  });

  test('for want of a package manager says how to go on', () => {
    const folder = folderWith({ 'bun.lock': '' });
    const { status, stderr } = mqRpcIn({ cwd: folder, env: { PATH: folder } }, 'init');
    expect(status).toBe(2);
    expect(stderr).toContain('error: bun could not be started');
    expect(stderr).toContain('What was written is complete. Go on with: bun install\n');
    expect(existsSync(join(folder, 'src/client.ts'))).toBe(true);
  });
});
