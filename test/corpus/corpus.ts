// A corpus: a contract in types that others have published, and data that others have recorded.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connection, ServiceClient, ServiceDescriptor } from 'mq-rpc';

export interface Corpus {
  /** The first part of the name of its contract file. */
  readonly name: string;
  /** The name of the interface in its contract file. */
  readonly contract: string;
  readonly descriptor: ServiceDescriptor;
  readonly Client: new (mq: Connection) => ServiceClient;
  readonly data: readonly Datum[];
}

/** Something that was recorded, and the method of the contract that takes and returns it. */
export interface Datum {
  /** Where it was found. */
  readonly name: string;
  readonly method: string;
  readonly value: unknown;
}

/** The folder of this file. */
export const here = fileURLToPath(new URL('.', import.meta.url));

/** The folder of an installed package. */
export const packageFolder = (name: string): string => join(here, '../../node_modules', name);

export const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Names of the files below a folder that end as given, sorted, with `/` on every platform. */
export const filesBelow = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => ending.test(name) && !name.includes('node_modules/'))
    .sort();

/** The JSON files below a folder. */
export const jsonBelow = (folder: string, method: string, ending = /\.json$/): Datum[] =>
  filesBelow(folder, ending).map((name) => ({ name, method, value: readJson(join(folder, name)) }));
