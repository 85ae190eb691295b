// Where a configuration lets documents be written, besides the output folder.

import { dirname, resolve } from 'node:path';
import type { Outputs } from '../src/config.js';
import type { Diagnostic } from './diagnostic.js';
import { checkOutputFolder } from './output-folder.js';
import type { OwnFolder, WantedFile } from './write-files.js';

/** The paths of {@link Outputs}, absolute. */
export interface OutputPlaces {
  readonly jsonSchema: string | undefined;
  readonly asyncApi: string | undefined;
  readonly markdown: string | undefined;
}

export function outputPlaces(cwd: string, { jsonSchema, asyncApi, markdown }: Outputs): OutputPlaces {
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  return { jsonSchema: absolute(jsonSchema), asyncApi: absolute(asyncApi), markdown: absolute(markdown) };
}

/** What is wrong with the places: documents stay within the project, too. */
export function checkOutputPlaces(
  cwd: string,
  { jsonSchema, asyncApi, markdown }: OutputPlaces,
): Diagnostic[] {
  const files = [asyncApi, markdown].filter((file) => file !== undefined);
  const folders = [...(jsonSchema === undefined ? [] : [jsonSchema]), ...files.map((file) => dirname(file))];
  return [...new Set(folders)].flatMap((folder) => checkOutputFolder(cwd, folder));
}

/** Where files of services that are gone can be left over. */
export const ownFolders = ({ jsonSchema }: OutputPlaces): OwnFolder[] =>
  jsonSchema === undefined ? [] : [{ folder: jsonSchema, names: /\.schema\.json$/ }];

/** Outputs that would be written over each other. On some systems names that differ in case are one. */
export function checkDistinct(files: readonly WantedFile[]): Diagnostic[] {
  const paths = files.map(({ path }) => path.toLowerCase());
  const repeated = files.filter(({ path }, index) => paths.indexOf(path.toLowerCase()) < index);
  return repeated.map(({ path }) => ({
    code: 'MQ4001',
    message: `two outputs would be written to ${path}`,
    help: 'Name another file or folder for one of them.',
    place: undefined,
  }));
}
