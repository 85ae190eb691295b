// Notices, in development, that generated code is older than its contract, and says how to mend it.

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { checkFormat, type ServiceDescriptor } from './descriptor.js';
import {
  type GenerationNote,
  NOTE_DIGEST,
  NOTE_FOLDER,
  NOTE_PREFIX,
  type NotedService,
} from './generation-note.js';

const checked = new WeakSet<ServiceDescriptor>();

/**
 * Throws a `TypeError` for code of another format. Code that is older than its contract is warned of, once and later:
 * outside production, if the generator has left a note in the program's node_modules. Nobody waits for that, and
 * nothing that goes wrong on the way is told.
 */
export function checkGenerated(service: ServiceDescriptor): void {
  if (checked.has(service)) return;
  checkFormat(service);
  checked.add(service);
  if (process.env.NODE_ENV === 'production') return;
  setImmediate(() => void warnIfStale(service).catch(() => {})).unref();
}

async function warnIfStale({ service, contractHash }: ServiceDescriptor): Promise<void> {
  const changed: string[] = [];
  for (const { note, writtenAt } of await readNotes()) {
    const noted = note.services.find(
      (each) => each.service === service && each.contractHash === contractHash,
    );
    if (noted === undefined) continue;
    const source = await changedSource(noted, writtenAt);
    // Several packages can have generated the service: nobody knows which of them this code is of.
    if (source === undefined) return;
    changed.push(source);
  }
  const [source] = changed;
  if (source === undefined) return;
  const path = relative(process.cwd(), source).replaceAll('\\', '/');
  process.emitWarning(
    `${path} has changed since the code of service ${service} was generated from it: run npx mq-rpc generate`,
    'MqRpcWarning',
  );
}

/** The first source that is not as it was. One that is gone is none: where a program runs there may be no sources. */
async function changedSource({ sources }: NotedService, writtenAt: number): Promise<string | undefined> {
  for (const [path, digest] of sources) {
    const changedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    // Most are older than the note, and need not be read.
    if (changedAt < writtenAt) continue;
    const content = await readFile(path);
    if (createHash(NOTE_DIGEST.algorithm).update(content).digest(NOTE_DIGEST.encoding) !== digest)
      return path;
  }
  return undefined;
}

interface FoundNote {
  readonly note: GenerationNote;
  readonly writtenAt: number;
}

let notes: Promise<FoundNote[]> | undefined;

/** The notes above the present folder and above the program, read once. */
function readNotes(): Promise<FoundNote[]> {
  const folders = [process.cwd(), ...(process.argv[1] === undefined ? [] : [dirname(process.argv[1])])];
  notes ??= Promise.all([...new Set(folders.flatMap(upwards))].map(notesIn)).then((found) => found.flat());
  return notes;
}

const upwards = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...upwards(dirname(folder))];

async function notesIn(folder: string): Promise<FoundNote[]> {
  const place = join(folder, NOTE_FOLDER);
  const names = await readdir(place).catch(() => []);
  const files = names.filter((name) => name.startsWith(NOTE_PREFIX)).map((name) => join(place, name));
  const found = await Promise.all(files.map((file) => readNote(file).catch(() => [])));
  return found.flat();
}

async function readNote(file: string): Promise<FoundNote[]> {
  const note = JSON.parse(await readFile(file, 'utf8')) as GenerationNote;
  return Array.isArray(note.services) ? [{ note, writtenAt: (await stat(file)).mtimeMs }] : [];
}
