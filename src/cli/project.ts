// What `generate` works on: the config files and the options of the command line, put together.

import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type CheckedConfig, loadConfigs } from './config-check.js';
import { configsBelow, findConfigFile, packageRoot } from './config-file.js';
import { UsageError } from './exit.js';
import { globSeenFrom, portable, portableGlob, seenFrom } from './paths.js';

/** The options of `mq-rpc generate` that say what to generate. */
export interface ProjectFlags {
  readonly config?: readonly string[];
  readonly contracts?: readonly string[];
  readonly outDir?: string;
  readonly tsconfig?: string;
}

/** The same for commands that work on one configuration. */
export interface OneProjectFlags extends Omit<ProjectFlags, 'config'> {
  readonly config?: string;
}

/** What one configuration generates. Everything is relative to `root`. */
export interface Project extends Omit<CheckedConfig, 'outDir'> {
  /** Folder of the config file or, without one, of the package. */
  readonly root: string;
  /** Absolute; undefined without one. */
  readonly configFile: string | undefined;
  readonly outDir: string;
}

const DEFAULT_OUT_DIR = 'src/generated';

/** All projects that are meant: one, several named by `--config`, or those of a config that has several. */
export async function loadProjects(cwd: string, flags: ProjectFlags): Promise<Project[]> {
  const files = configFiles(cwd, flags);
  const loaded = files.length === 0 ? [withoutConfig(cwd, flags)] : await loadAll(files);
  checkFlags(flags, loaded.length);
  const projects = loaded.map((project) => withFlags(project, cwd, flags));
  projects.forEach(checkTsconfig);
  checkFolders(projects);
  return projects;
}

/** The one project that is meant. */
export async function loadProject(cwd: string, { config, ...flags }: OneProjectFlags): Promise<Project> {
  const [first, second] = await loadProjects(cwd, {
    ...flags,
    ...(config !== undefined && { config: [config] }),
  });
  if (first === undefined || second !== undefined)
    throw new UsageError('several configurations, and one is needed', 'Choose one with --config.');
  return first;
}

function configFiles(cwd: string, { config }: ProjectFlags): string[] {
  if (config !== undefined) return [...new Set(config.map((file) => resolve(cwd, file)))];
  const found = findConfigFile(cwd);
  return found === undefined ? [] : [found];
}

async function loadAll(files: readonly string[]): Promise<Project[]> {
  const loaded: Project[] = [];
  for (const file of files) {
    const named = existsSync(file) && statSync(file).isDirectory() ? findConfigFile(file) : file;
    for (const config of await loadConfigs(named ?? file)) {
      loaded.push({ root: dirname(config.file), configFile: config.file, ...withDefaults(config.config) });
    }
  }
  return loaded;
}

const withDefaults = (config: CheckedConfig): CheckedConfig & { readonly outDir: string } => ({
  ...config,
  contracts: config.contracts.map(portableGlob),
  outDir: config.outDir ?? DEFAULT_OUT_DIR,
});

function withoutConfig(cwd: string, { contracts }: ProjectFlags): Project {
  const root = packageRoot(cwd);
  if (contracts === undefined) throw noConfig(cwd, root);
  return { root, configFile: undefined, contracts: [], outDir: DEFAULT_OUT_DIR, tsconfig: undefined };
}

/** Lets the options of the command line override what a config says. */
function withFlags(project: Project, cwd: string, flags: ProjectFlags): Project {
  const { root } = project;
  const path = (text: string | undefined) => (text === undefined ? undefined : seenFrom(root, cwd, text));
  return {
    ...project,
    contracts: flags.contracts?.map((glob) => globSeenFrom(root, cwd, glob)) ?? project.contracts,
    outDir: path(flags.outDir) ?? project.outDir,
    tsconfig: path(flags.tsconfig) ?? project.tsconfig,
  };
}

function checkTsconfig({ root, tsconfig }: Project): void {
  if (tsconfig !== undefined && !existsSync(resolve(root, tsconfig)))
    throw new UsageError(`no tsconfig ${resolve(root, tsconfig)}`, 'Check its path, or leave it out.');
}

/** What several configurations cannot share. */
function checkFlags(flags: ProjectFlags, count: number): void {
  const given = [
    ...(flags.contracts === undefined ? [] : ['--contracts']),
    ...(flags.outDir === undefined ? [] : ['--out-dir']),
    ...(flags.tsconfig === undefined ? [] : ['--tsconfig']),
  ];
  if (count > 1 && given.length > 0)
    throw new UsageError(
      `${given.join(' and ')} cannot be for ${count} configurations at once`,
      'Choose one with --config, or say it in the config files.',
    );
}

/** Each removes what the other has written: two configurations need two folders. */
function checkFolders(projects: readonly Project[]): void {
  const owners = new Map<string, Project>();
  for (const project of projects) {
    for (const path of [project.outDir, ...Object.values(project.outputs ?? {})]) {
      const place = resolve(project.root, path);
      // Some file systems take names that differ in case for one.
      const other = owners.get(place.toLowerCase()) ?? project;
      if (other !== project)
        throw new UsageError(
          `two configurations write to ${place}: ${other.configFile} and ${project.configFile}`,
          'Give each an outDir and outputs of its own.',
        );
      owners.set(place.toLowerCase(), project);
    }
  }
}

function noConfig(cwd: string, root: string): UsageError {
  const below = configsBelow(cwd);
  const where = cwd === root ? cwd : `${cwd} or above, up to ${root}`;
  if (below.length === 0)
    return new UsageError(
      `no mq-rpc.config.ts in ${where}`,
      'Run "mq-rpc init" to get one, or name the contracts: mq-rpc generate --contracts "src/**/*.contract.ts"',
    );
  const names = below.map((file) => portable(relative(cwd, file)));
  const folders = names.map((name) => dirname(name));
  return new UsageError(
    `no mq-rpc.config.ts in ${where}, but there are ${names.join(', ')}`,
    `Name them: mq-rpc generate ${names.map((name) => `--config ${name}`).join(' ')}\nOr write ${join(cwd, 'mq-rpc.config.ts')}: export default defineConfig({ projects: [${folders.map((folder) => `'${folder}'`).join(', ')}] });`,
  );
}
