// Checks what a config file exports: it is the user's code, so it can be anything.

import { suggestName } from '../../codegen/extract/suggestion.js';
import type { Outputs } from '../config.js';
import { evaluateConfig } from './config-file.js';
import { UsageError } from './exit.js';

/** A config that has been checked. Paths are relative to the config file. */
export interface CheckedConfig {
  readonly contracts: readonly string[];
  readonly outDir: string | undefined;
  readonly tsconfig: string | undefined;
  readonly selfContained: boolean | undefined;
  readonly outputs: Outputs | undefined;
}

const MEMBERS = ['contracts', 'outDir', 'tsconfig', 'selfContained', 'outputs'] as const;
const OUTPUTS = ['jsonSchema', 'asyncApi', 'markdown'] as const;
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
    ...Object.keys(config).flatMap((name) => unknownMember(name, '', MEMBERS)),
    ...contractsMistake(config.contracts),
    ...(['outDir', 'tsconfig'] as const).flatMap((name) => pathMistake(name, config[name])),
    ...flagMistake('selfContained', config.selfContained),
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
    return typeof path !== 'string' || path.endsWith(ending)
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

function contractsMistake(contracts: unknown): string[] {
  if (!Array.isArray(contracts)) return [`contracts has to be a list of globs, not ${nameOf(contracts)}`];
  if (contracts.length === 0) return ['contracts has to name at least one glob, and is empty'];
  return contracts.flatMap((glob, index) => textMistake(`contracts[${index}]`, glob));
}

const flagMistake = (name: string, value: unknown): string[] =>
  value === undefined || typeof value === 'boolean'
    ? []
    : [`${name} has to be true or false, not ${nameOf(value)}`];

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
