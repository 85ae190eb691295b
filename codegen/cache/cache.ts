// Recognises an unchanged project, so that `generate` need not load the compiler to find nothing to do.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GenerateOptions, GenerateResult } from '../generate.js';
import { generatorFiles, inputFiles } from './inputs.js';
import { isCurrent, type Snapshot, takeSnapshot } from './snapshot.js';

/** The last run's result, if nothing that it depends on has changed. */
export interface KnownResult {
  readonly services: string[];
  /** Absolute paths. */
  readonly outputs: readonly string[];
}

export interface Cache {
  /** `undefined` whenever there is a doubt. */
  read(): KnownResult | undefined;
  /** `sourceFiles` are the files that the contracts were read from. */
  write(result: GenerateResult, sourceFiles: readonly string[]): void;
}

interface Entry extends KnownResult {
  readonly contracts: readonly string[];
  readonly snapshot: Snapshot;
}

/** The cache of one configuration. It never fails: what cannot be read or written is not there. */
export function createCache(options: GenerateOptions, outDir: string, contracts: readonly string[]): Cache {
  const file = cacheFile(options, outDir);
  const startedAt = Date.now();
  return {
    read() {
      const entry = readEntry(file);
      if (entry === undefined || !sameItems(entry.contracts, contracts)) return undefined;
      return isCurrent(entry.snapshot) ? entry : undefined;
    },
    write({ services, files }, sourceFiles) {
      const inputs = inputFiles(options, sourceFiles);
      if (inputs === undefined) return;
      const outputs = files.filter(({ status }) => status !== 'removed').map(({ path }) => path);
      const snapshot = takeSnapshot({ inputs, outputs }, startedAt);
      if (snapshot !== undefined) writeEntry(file, { services, outputs, contracts, snapshot });
    },
  };
}

/** In the cache folder of the nearest node_modules, or else beside the output folder. */
function cacheFile({ cwd, contracts, tsconfig }: GenerateOptions, outDir: string): string {
  const key = JSON.stringify([cwd, outDir, contracts, tsconfig, generatorFiles()]);
  const name = `generate-${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`;
  const modules = nearestModules(cwd);
  return modules === undefined
    ? join(dirname(outDir), '.mq-rpc', name)
    : join(modules, '.cache', 'mq-rpc', name);
}

function nearestModules(folder: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return modules;
  return dirname(folder) === folder ? undefined : nearestModules(dirname(folder));
}

function readEntry(file: string): Entry | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Entry;
  } catch {
    return undefined;
  }
}

function writeEntry(file: string, entry: Entry): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(entry));
    renameSync(temporary, file);
  } catch {
    // A read-only cache folder costs time and nothing else.
  }
}

const sameItems = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);
