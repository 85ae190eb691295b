// Notes down for programs in development which sources each service was generated from.

import { join } from 'node:path';
import { type GenerationNote, NOTE_PREFIX } from '../../src/contract/generation-note.js';
import type { Answer } from '../disk.js';
import { digestOf } from '../disk.js';
import { cacheFolder, keyOf, writeWhole } from './cache-file.js';

/** A service, and the files of the project that it was read from, its contract first. */
export interface ReadService {
  readonly name: string;
  readonly contractHash: string;
  readonly files: readonly string[];
}

export interface NoteInput {
  /** The project's folder, absolute. */
  readonly cwd: string;
  readonly outDir: string;
  readonly services: readonly ReadService[];
  /** What the run has read. */
  readonly answers: readonly Answer[];
}

/** Writes the note of one configuration, which replaces that of its last run. */
export function writeNote({ cwd, outDir, services, answers }: NoteInput): void {
  const digests = new Map(
    answers.flatMap(([question, path, answer]) => (question === 'text' && answer ? [[path, answer]] : [])),
  );
  const note: GenerationNote = {
    services: services.map(({ name, contractHash, files }) => ({
      service: name,
      contractHash,
      sources: files.flatMap((path) => {
        const digest = digests.get(path);
        return digest === undefined ? [] : [[path, digest] as const];
      }),
    })),
  };
  const file = `${NOTE_PREFIX}${keyOf(digestOf(JSON.stringify([cwd, outDir])))}.json`;
  writeWhole(join(cacheFolder(cwd, outDir), file), note);
}
