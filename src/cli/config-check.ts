// Checks what a config file exports: it is the user's code, so it can be anything.

import { suggestName } from '../../codegen/extract/suggestion.js';
import { evaluateConfig } from './config-file.js';
import { UsageError } from './exit.js';

/** A config that has been checked. Paths are relative to the config file. */
export interface CheckedConfig {
  readonly contracts: readonly string[];
  readonly outDir: string | undefined;
  readonly tsconfig: string | undefined;
}

const MEMBERS = ['contracts', 'outDir', 'tsconfig'] as const;
const EXAMPLE = `Write: export default defineConfig({ contracts: ['src/**/*.contract.ts'], outDir: 'src/generated' });`;

/** Evaluates a config file and checks it. Throws a {@link UsageError} that names all that is wrong. */
export async function loadConfig(file: string): Promise<CheckedConfig> {
  const config = await evaluateConfig(file);
  const mistakes = mistakesIn(config);
  if (mistakes.length > 0) throw new UsageError(`${file}: ${mistakes.join('; ')}`, EXAMPLE);
  return config as CheckedConfig;
}

function mistakesIn(config: unknown): string[] {
  if (config === undefined) return ['it has no default export'];
  if (!isRecord(config)) return [`its default export has to be an object, not ${nameOf(config)}`];
  return [
    ...Object.keys(config).flatMap(unknownMember),
    ...contractsMistake(config.contracts),
    ...(['outDir', 'tsconfig'] as const).flatMap((name) => pathMistake(name, config[name])),
  ];
}

function unknownMember(name: string): string[] {
  if ((MEMBERS as readonly string[]).includes(name)) return [];
  const meant = suggestName(name, MEMBERS);
  return [`unknown member "${name}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`];
}

function contractsMistake(contracts: unknown): string[] {
  if (!Array.isArray(contracts)) return [`contracts has to be a list of globs, not ${nameOf(contracts)}`];
  if (contracts.length === 0) return ['contracts has to name at least one glob, and is empty'];
  return contracts.flatMap((glob, index) => textMistake(`contracts[${index}]`, glob));
}

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
