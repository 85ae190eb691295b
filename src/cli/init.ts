// `mq-rpc init`: an example contract with a client and a server, in a new folder or an existing project.

import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { confirm } from './ask.js';
import { EXIT, UsageError } from './exit.js';
import type { PackageManager } from './package-manager.js';
import { detectPackageManager, install, isLockfile } from './package-manager.js';
import type { Needed } from './scaffold/dependencies.js';
import { neededPackages } from './scaffold/dependencies.js';
import type { PlannedFile, Scaffold } from './scaffold/scaffold.js';
import { planScaffold } from './scaffold/scaffold.js';
import type { Terminal } from './terminal.js';
import { canAsk } from './terminal.js';

/** The options of `mq-rpc init`. */
export interface InitFlags {
  readonly decorators?: boolean;
  readonly install: boolean;
  readonly yes?: boolean;
}

/** Runs the command and returns its exit code. Throws a {@link UsageError} if the folder cannot take it. */
export async function initCommand(path: string, flags: InitFlags, terminal: Terminal): Promise<number> {
  const folder = resolve(terminal.cwd, path);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new UsageError(`${path} is a file`, 'Name a folder, or none for this one.');
  const manager = detectPackageManager(folder, terminal.env);
  const needed = neededPackages(folder);
  const scaffold = planScaffold(folder, { decorators: flags.decorators === true, manager, needed });
  if (flags.yes !== true && !(await confirmed(folder, scaffold, terminal))) {
    terminal.stdout.write('Nothing was written.\n');
    return EXIT.fine;
  }
  for (const file of scaffold.files) write(folder, file);
  terminal.stdout.write(scaffold.files.map(fileLine).join(''));
  const missing = missingPackages(folder, needed);
  if (missing.length > 0 && flags.install) {
    terminal.stdout.write(`\nInstalling ${missing.join(', ')} with ${manager.name}\n`);
    await install(manager, folder);
  }
  const steps: Step[] = [
    ...cdStep(relative(terminal.cwd, folder)),
    ...installSteps(missing, flags, manager),
    ...runSteps(scaffold, manager),
  ];
  terminal.stdout.write(`\nNext:\n${table(steps)}`);
  return EXIT.fine;
}

/** Only a folder with something in it is worth a question, and only if somebody can answer it. */
async function confirmed(folder: string, { files }: Scaffold, terminal: Terminal): Promise<boolean> {
  if (!canAsk(terminal) || !existsSync(folder) || readdirSync(folder).every(isIncidental)) return true;
  const paths = files.filter(({ action }) => action !== 'keep').map(({ path }) => path);
  if (paths.length === 0) return true;
  return confirm(`${folder} is not empty. Add ${paths.join(', ')}?`, terminal);
}

/** What a folder has when nothing was done there but `git init` and installing mq-rpc. */
const isIncidental = (name: string): boolean =>
  ['.git', 'node_modules', 'package.json'].includes(name) || isLockfile(name);

function write(folder: string, { path, action, text }: PlannedFile): void {
  if (action === 'keep') return;
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  // `wx` fails instead of overwriting a file that appeared since the plan was made.
  writeFileSync(file, text, { flag: action === 'create' ? 'wx' : 'w' });
}

const VERBS = { create: 'created', change: 'changed', keep: 'kept' } as const;

const fileLine = ({ path, action, note }: PlannedFile): string =>
  `${VERBS[action].padEnd(8)} ${path}${note && `: ${note}`}\n`;

/** The needed packages that no node_modules folder from here upwards has. */
function missingPackages(folder: string, { dependencies, devDependencies }: Needed): string[] {
  return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !isInstalled(folder, name));
}

function isInstalled(folder: string, name: string): boolean {
  if (existsSync(join(folder, 'node_modules', name))) return true;
  const above = dirname(folder);
  return above !== folder && isInstalled(above, name);
}

/** As a shell takes it. */
const quoted = (path: string): string =>
  /^[\w./@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** A command, and what it does. */
type Step = readonly [command: string, effect: string];

const cdStep = (folder: string): Step[] => (folder === '' ? [] : [[`cd ${quoted(folder)}`, '']]);

function installSteps(missing: readonly string[], flags: InitFlags, { name }: PackageManager): Step[] {
  const steps: Step[] = [];
  if (missing.length > 0 && !flags.install)
    steps.push([`${name} install`, 'installs what package.json lists']);
  // The others build what has to be built without being asked.
  if (name === 'pnpm' && missing.includes('better-sqlite3'))
    steps.push(['pnpm approve-builds', 'lets better-sqlite3 be built: choose it']);
  return steps;
}

const runSteps = ({ runClient, runServer }: Scaffold, { exec }: PackageManager): Step[] => [
  [`${exec} mq-rpc generate`, 'writes the client stub and the server skeleton'],
  [runClient, 'makes a call; no server has to run'],
  [runServer, 'in a second terminal: answers it, and the result arrives in the first'],
];

function table(steps: readonly Step[]): string {
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, effect]) => `  ${command.padEnd(width)}   ${effect}`.trimEnd());
  return `${lines.join('\n')}\n`;
}
