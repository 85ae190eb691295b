// Recognises an unchanged project, so that `generate` need not load the compiler to find nothing to do.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Answer, digestOf, isStillTrue } from '../disk.js';
import { generatedFilesIn, generatedText, type OwnFolder } from '../write-files.js';
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
      writeEntry(file, { services, contracts, answers, outputs: digests });
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

/** In the cache folder of the nearest node_modules, or else beside the output folder. */
function cacheFile({ cwd, outDir, options }: CacheInput): string {
  const key = digestOf(JSON.stringify([cwd, outDir, options, generatorDigest()]));
  return join(
    cacheFolder(cwd, outDir),
    `generate-${Buffer.from(key, 'base64').toString('hex').slice(0, 16)}.json`,
  );
}

function cacheFolder(cwd: string, outDir: string): string {
  const modules = nearestModules(cwd);
  return modules === undefined ? join(dirname(outDir), '.mq-rpc') : join(modules, '.cache', 'mq-rpc');
}

function nearestModules(folder: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return modules;
  return dirname(folder) === folder ? undefined : nearestModules(dirname(folder));
}

/** Several runs may write at once, each a whole file. */
function writeEntry(file: string, entry: Entry): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, JSON.stringify(entry));
    renameSync(temporary, file);
  } catch {
    // A read-only cache folder costs time and nothing else.
    rmSync(temporary, { force: true });
  }
}

const sameItems = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);
