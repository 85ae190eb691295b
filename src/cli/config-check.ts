// Checks what a config file exports: it is the user's code, so it can be anything.

import { suggestName } from '../../codegen/extract/suggestion.js';
import type { Config, Outputs } from '../config.js';
import { configsIn, evaluateConfig } from './config-file.js';
import { UsageError } from './exit.js';

/** A config that has been checked. Paths are relative to the config file. */
export interface CheckedConfig {
  readonly contracts: readonly string[];
  readonly outDir?: string | undefined;
  readonly tsconfig?: string | undefined;
  readonly importExtension?: Config['importExtension'] | undefined;
  readonly selfContained?: boolean | undefined;
  readonly outputs?: Outputs | undefined;
}

/** A config, and the file that it stands in. */
export interface LoadedConfig {
  /** Absolute. */
  readonly file: string;
  readonly config: CheckedConfig;
}

const MEMBERS = ['contracts', 'outDir', 'tsconfig', 'importExtension', 'selfContained', 'outputs'] as const;
const OUTPUTS = ['jsonSchema', 'asyncApi', 'markdown'] as const;
const EXTENSIONS: readonly unknown[] = ['.js', '.ts', ''] satisfies Config['importExtension'][];
const EXAMPLE = `Write: export default defineConfig({ contracts: ['src/**/*.contract.ts'], outDir: 'src/generated' });`;

/** Evaluates a config file and checks it. Throws a {@link UsageError} that names all that is wrong. */
export async function loadConfigs(file: string, above: readonly string[] = []): Promise<LoadedConfig[]> {
  const config = await evaluateConfig(file);
  if (isRecord(config) && Object.hasOwn(config, 'projects')) return loadWorkspace(config, [...above, file]);
  const configs = Array.isArray(config) ? config : [config];
  const mistakes = Array.isArray(config)
    ? configs.flatMap((item, index) => mistakesIn(item).map((mistake) => `[${index}]: ${mistake}`))
    : mistakesIn(config);
  if (configs.length === 0) mistakes.push('its list of configurations is empty');
  if (mistakes.length > 0) throw new UsageError(`${file}: ${mistakes.join('; ')}`, EXAMPLE);
  return configs.map((item) => ({ file, config: item as CheckedConfig }));
}

/** The configs of all packages, each checked as if it stood alone. `files` ends with the one that names them. */
async function loadWorkspace(
  config: Readonly<Record<string, unknown>>,
  files: readonly string[],
): Promise<LoadedConfig[]> {
  const file = files.at(-1) ?? '';
  const mistakes = [
    ...Object.keys(config).flatMap((name) => unknownMember(name, '', ['projects'])),
    ...globsMistake('projects', config.projects),
  ];
  const help = `Write: export default defineConfig({ projects: ['packages/*'] });`;
  if (mistakes.length > 0) throw new UsageError(`${file}: ${mistakes.join('; ')}`, help);
  const found = (await configsIn(file, config.projects as string[])).filter((path) => !files.includes(path));
  if (found.length === 0) throw new UsageError(`${file}: no folder of projects has a config file`, help);
  const loaded: LoadedConfig[] = [];
  for (const inner of found) loaded.push(...(await loadConfigs(inner, files)));
  return loaded;
}

function mistakesIn(config: unknown): string[] {
  if (config === undefined) return ['it has no default export'];
  if (!isRecord(config)) return [`its default export has to be an object, not ${nameOf(config)}`];
  return [
    ...Object.keys(config).flatMap((name) => unknownMember(name, '', MEMBERS)),
    ...globsMistake('contracts', config.contracts),
    ...(['outDir', 'tsconfig'] as const).flatMap((name) => pathMistake(name, config[name])),
    ...flagMistake('selfContained', config.selfContained),
    ...extensionMistake(config.importExtension),
    ...outputsMistakes(config.outputs),
  ];
}

/** Other programs tell documents by their endings. */
const ENDINGS = { asyncApi: '.json', markdown: '.md' } as const;

function outputsMistakes(outputs: unknown): string[] {
  if (outputs === undefined) return [];
  if (!isRecord(outputs)) return [`outputs has to be an object, not ${nameOf(outputs)}`];
  const files = Object.entries(ENDINGS).flatMap(([name, ending]) => {
    const path = outputs[name];
    return typeof path !== 'string' || path.trim() === '' || path.endsWith(ending)
      ? []
      : [`outputs.${name} has to name a file that ends in ${ending}`];
  });
  return [
    ...Object.keys(outputs).flatMap((name) => unknownMember(name, 'outputs.', OUTPUTS)),
    ...OUTPUTS.flatMap((name) => pathMistake(`outputs.${name}`, outputs[name])),
    ...files,
  ];
}

function unknownMember(name: string, within: string, members: readonly string[]): string[] {
  if (members.includes(name)) return [];
  const meant = suggestName(name, members);
  return [`unknown member "${within}${name}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`];
}

function globsMistake(name: string, globs: unknown): string[] {
  if (!Array.isArray(globs)) return [`${name} has to be a list of globs, not ${nameOf(globs)}`];
  if (globs.length === 0) return [`${name} has to name at least one glob, and is empty`];
  return globs.flatMap((glob, index) => textMistake(`${name}[${index}]`, glob));
}

const flagMistake = (name: string, value: unknown): string[] =>
  value === undefined || typeof value === 'boolean'
    ? []
    : [`${name} has to be true or false, not ${nameOf(value)}`];

const extensionMistake = (extension: unknown): string[] =>
  extension === undefined || EXTENSIONS.includes(extension)
    ? []
    : [`importExtension has to be ".js", ".ts" or "", not ${JSON.stringify(extension)}`];

const pathMistake = (name: string, path: unknown): string[] =>
  path === undefined ? [] : textMistake(name, path);

const textMistake = (name: string, text: unknown): string[] =>
  typeof text === 'string' && text.trim() !== '' && !text.includes('\0')
    ? []
    : [`${name} has to be a path, not ${text === '' ? 'empty' : nameOf(text)}`];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function nameOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
