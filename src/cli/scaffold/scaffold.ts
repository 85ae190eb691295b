// Plans what `mq-rpc init` writes into a folder. Planning only reads; nothing that exists is overwritten.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_NAMES } from '../config-file.js';
import type { PackageManager } from '../package-manager.js';
import { client } from './client.js';
import { config } from './config.js';
import { contractClass, contractInterface } from './contract.js';
import type { Needed } from './dependencies.js';
import { completeManifest } from './manifest.js';
import { server } from './server.js';
import { tsconfig } from './tsconfig.js';

/** One file of the plan. `text` is the whole file. */
export interface PlannedFile {
  readonly path: string;
  readonly action: 'create' | 'change' | 'keep';
  readonly text: string;
  /** What its reader has to know. */
  readonly note: string;
}

export interface Scaffold {
  readonly files: readonly PlannedFile[];
  /** The commands that run the example. */
  readonly runClient: string;
  readonly runServer: string;
}

export interface ScaffoldOptions {
  readonly decorators: boolean;
  readonly manager: PackageManager;
  readonly needed: Needed;
}

const CONFIG_NOTE = 'it has to cover src/greeter.contract.ts and write to src/generated';
const TSCONFIG_NOTE = '`await using` needs target es2022 and lib esnext.disposable';

/** Throws a `UsageError` if the folder's package.json cannot be read. */
export function planScaffold(folder: string, { decorators, manager, needed }: ScaffoldOptions): Scaffold {
  const clientPath = freePath(folder, 'client', 'GreeterClient');
  const serverPath = freePath(folder, 'server', 'GreeterServer');
  const scripts = {
    generate: 'mq-rpc generate',
    client: `tsx ${clientPath}`,
    server: `tsx ${serverPath}`,
  };
  const manifest = completeManifest(read(folder, 'package.json'), folder, scripts, needed);
  const hasScript = (name: keyof typeof scripts): boolean => manifest.scripts.includes(name);
  const command = (name: keyof typeof scripts): string =>
    hasScript(name) ? `${manager.name} run ${name}` : `${manager.exec} ${scripts[name]}`;
  const runClient = command('client');
  const runServer = command('server');
  const runAgain = runClient + (hasScript('client') ? manager.argumentMark : '');
  const configPath = CONFIG_NAMES.find((name) => existsSync(join(folder, name))) ?? 'mq-rpc.config.ts';
  return {
    files: [
      created(folder, 'src/greeter.contract.ts', decorators ? contractClass : contractInterface),
      created(folder, clientPath, client(runAgain, runServer)),
      created(folder, serverPath, server),
      created(folder, configPath, config, CONFIG_NOTE),
      created(folder, 'tsconfig.json', tsconfig, TSCONFIG_NOTE),
      manifestFile(folder, manifest.text, manifest.added),
      gitignoreFile(folder),
    ],
    runClient,
    runServer,
  };
}

/** `src/client.ts`, or `src/greeter-client.ts` if the project has a client that is not about the greeter. */
function freePath(folder: string, role: 'client' | 'server', className: string): string {
  const path = `src/${role}.ts`;
  const text = read(folder, path);
  return text === undefined || text.includes(className) ? path : `src/greeter-${role}.ts`;
}

/** A file that is only written if there is none. `noteIfKept` says what the existing one has to fulfil. */
function created(folder: string, path: string, text: string, noteIfKept = ''): PlannedFile {
  const present = read(folder, path);
  if (present === undefined) return { path, action: 'create', text, note: '' };
  return { path, action: 'keep', text: present, note: present === text ? '' : noteIfKept };
}

function manifestFile(folder: string, text: string, added: readonly string[]): PlannedFile {
  const path = 'package.json';
  if (read(folder, path) === undefined) return { path, action: 'create', text, note: '' };
  if (added.length === 0) return { path, action: 'keep', text, note: '' };
  return { path, action: 'change', text, note: `added ${added.join(', ')}` };
}

/** The embedded queue is data of this machine, not of the repository. */
function gitignoreFile(folder: string): PlannedFile {
  const path = '.gitignore';
  const text = read(folder, path);
  if (text === undefined) return { path, action: 'create', text: 'node_modules/\n.mq-rpc/\n', note: '' };
  if (/^\/?\.mq-rpc\/?\s*$/m.test(text)) return { path, action: 'keep', text, note: '' };
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return { path, action: 'change', text: `${text}${separator}.mq-rpc/\n`, note: 'added .mq-rpc/' };
}

function read(folder: string, path: string): string | undefined {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
