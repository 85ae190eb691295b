// Recognises an unchanged project, so that `generate` need not load the compiler to find nothing to do.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, digestOf, isStillTrue } from '../disk.js';
import { generatedFilesIn, generatedText, type OwnFolder } from '../write-files.js';
import { cacheFolder, keyOf, writeWhole } from './cache-file.js';
import { generatorDigest } from './generator-digest.js';

/** The last run's result, if nothing that it depends on has changed. */
export interface KnownResult {
  readonly services: readonly string[];
  /** Absolute paths. */
  readonly outputs: readonly string[];
}

/** What a run found, and all that it rests on. */
export interface Finding {
  readonly services: readonly string[];
  /** The files as they are now, absolute, with their texts. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Everything that the run asked the disk. */
  readonly answers: readonly Answer[];
}

export interface Cache {
  /** `undefined` whenever there is a doubt. */
  read(): KnownResult | undefined;
  write(finding: Finding): void;
}

interface Entry {
  readonly services: readonly string[];
  readonly contracts: readonly string[];
  readonly answers: readonly Answer[];
  readonly outputs: readonly (readonly [path: string, digest: string])[];
}

export interface CacheInput {
  /** The project's folder, absolute. */
  readonly cwd: string;
  readonly outDir: string;
  /** Where files can be left over from services that are gone. */
  readonly folders: readonly OwnFolder[];
  /** Everything that was configured: another configuration is another run. */
  readonly options: unknown;
  /** The contract files, absolute. */
  readonly contracts: readonly string[];
}

/**
 * The cache of one configuration. It rests on contents alone: a run is known if every question that it asked the disk
 * has the answer that it had then. Times, which can stand still or go back, play no part.
 *
 * It never fails: what cannot be read or written is not there.
 */
export function createCache(input: CacheInput): Cache {
  const file = cacheFile(input);
  const { contracts, folders } = input;
  return {
    read() {
      try {
        // Somebody may have put anything there, or a disk may have lost half of it.
        const entry = JSON.parse(readFileSync(file, 'utf8')) as Entry;
        if (!isCurrent(entry, contracts, folders)) return undefined;
        return { services: entry.services, outputs: entry.outputs.map(([path]) => path) };
      } catch {
        return undefined;
      }
    },
    write({ services, outputs, answers }) {
      const digests = [...outputs].map(([path, text]) => [path, digestOf(text)] as const);
      const entry: Entry = { services, contracts, answers, outputs: digests };
      writeWhole(file, entry);
    },
  };
}

function isCurrent(
  { contracts, answers, outputs }: Entry,
  found: readonly string[],
  folders: readonly OwnFolder[],
): boolean {
  return (
    sameItems(contracts, found) &&
    answers.every(isStillTrue) &&
    outputs.every(([path, digest]) => generatedDigest(path) === digest) &&
    hasNoOthers(folders, new Set(outputs.map(([path]) => path)))
  );
}

function generatedDigest(path: string): string | undefined {
  const text = generatedText(path);
  return text && digestOf(text);
}

/** Whether nothing is left over from a service that is gone. */
const hasNoOthers = (folders: readonly OwnFolder[], outputs: ReadonlySet<string>): boolean =>
  folders.flatMap(generatedFilesIn).every((path) => outputs.has(path));

/** Another configuration, or another generator, has a file of its own. */
function cacheFile({ cwd, outDir, options }: CacheInput): string {
  const key = digestOf(JSON.stringify([cwd, outDir, options, generatorDigest()]));
  return join(cacheFolder(cwd, outDir), `generate-${keyOf(key)}.json`);
}

const sameItems = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);
