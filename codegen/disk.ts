// The disk as one run sees it: each question is asked once, and remembered with its answer.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';

/**
 * What was asked about a path: the content of a file, whether there is a file or a folder, which folders and
 * declaration files are in a folder, where links lead, which files below a folder add to other modules.
 */
export type Question = 'text' | 'isFile' | 'isFolder' | 'entries' | 'augmenting' | 'realPath';

/** A question and its answer, short enough to be kept: of contents and lists only a digest. */
export type Answer = readonly [question: Question, path: string, answer: string | null];

/** What a folder has that can decide about types by being there: names, sorted. */
export interface FolderEntries {
  /** Those that end in `.d.ts`, `.d.mts` or `.d.cts`. */
  readonly files: readonly string[];
  readonly directories: readonly string[];
}

/** Paths are absolute. Nothing throws: what cannot be read is not there. */
export interface Disk {
  text(path: string): string | undefined;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  entries(path: string): FolderEntries;
  /** The files below a folder that seem to add to what other modules declare, absolute and sorted. */
  augmenting(path: string): readonly string[];
  /** The path itself, if it leads nowhere. */
  realPath(path: string): string;
  /** Everything that was asked, in order. As long as all answers stay the same, so does what was made of them. */
  answers(): Answer[];
}

export function createDisk(): Disk {
  const answers: Answer[] = [];
  const once = <Found>(
    question: Question,
    look: (path: string) => Found,
    brief: (found: Found) => string | null,
  ) => {
    const known = new Map<string, Found>();
    return (path: string): Found => {
      if (known.has(path)) return known.get(path) as Found;
      const found = look(path);
      known.set(path, found);
      answers.push([question, path, brief(found)]);
      return found;
    };
  };
  const text = once('text', readText, ({ digest }) => digest);
  return {
    text: (path) => text(path).text,
    isFile: once('isFile', isFile, briefTruth),
    isFolder: once('isFolder', isFolder, briefTruth),
    entries: once('entries', entriesOf, briefEntries),
    augmenting: once('augmenting', augmentingIn, briefNames),
    realPath: once('realPath', realPathOf, (path) => path),
    answers: () => answers,
  };
}

/** Whether the disk would answer the same now. */
export function isStillTrue([question, path, answer]: Answer): boolean {
  return ANSWERS[question](path) === answer;
}

const ANSWERS: Readonly<Record<Question, (path: string) => string | null>> = {
  text: (path) => contentDigest(path) ?? null,
  isFile: (path) => briefTruth(isFile(path)),
  isFolder: (path) => briefTruth(isFolder(path)),
  entries: (path) => briefEntries(entriesOf(path)),
  augmenting: (path) => briefNames(augmentingIn(path)),
  realPath: realPathOf,
};

/** A path as TypeScript writes it on every system. */
export const slashed = (path: string): string => path.replaceAll('\\', '/');

/** The digest of a file's bytes; `undefined` if it cannot be read. */
function contentDigest(path: string): string | undefined {
  const bytes = bytesOf(path);
  return bytes && digestOf(bytes);
}

export const digestOf = (data: string | Buffer): string => createHash('sha256').update(data).digest('base64');

/** The digest is that of the bytes that were read, so that no change can come between. */
function readText(path: string): { readonly text: string | undefined; readonly digest: string | null } {
  const bytes = bytesOf(path);
  return bytes === undefined
    ? { text: undefined, digest: null }
    : { text: decode(bytes), digest: digestOf(bytes) };
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** As the compiler does it: UTF-8, or UTF-16 where a byte order mark says so. */
export function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', hasMark ? 3 : 0);
}

const statOf = (path: string) => {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};

const isFile = (path: string): boolean => statOf(path)?.isFile() === true;

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() === true;

const briefTruth = (isTrue: boolean): string | null => (isTrue ? 'yes' : null);

const DECLARATIONS = /\.d\.[cm]?ts$/;

/** Links count as what they lead to. */
function entriesOf(path: string): FolderEntries {
  const files: string[] = [];
  const directories: string[] = [];
  for (const entry of listingOf(path)) {
    const isLink = entry.isSymbolicLink();
    const full = `${path}/${entry.name}`;
    if (isLink ? isFolder(full) : entry.isDirectory()) directories.push(entry.name);
    else if (DECLARATIONS.test(entry.name) && (isLink ? isFile(full) : entry.isFile()))
      files.push(entry.name);
  }
  return { files: files.sort(), directories: directories.sort() };
}

function listingOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

const briefEntries = (entries: FolderEntries): string => digestOf(JSON.stringify(entries));

const briefNames = (names: readonly string[]): string => digestOf(JSON.stringify(names));

export const SOURCES = /\.[cm]?tsx?$/;

/** Files that add to nothing are no part of the answer, so that they can come, go and change. */
function augmentingIn(folder: string): string[] {
  const entries = listingOf(folder).filter(({ name }) => name !== 'node_modules' && !name.startsWith('.'));
  const found = entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return augmentingIn(path);
    return SOURCES.test(entry.name) && isAugmenting(path) ? [path] : [];
  });
  return found.sort();
}

/** What only a comment says is found, too, which does no harm. */
function isAugmenting(path: string): boolean {
  const bytes = bytesOf(path);
  return bytes !== undefined && addsToModules(decode(bytes));
}

export const addsToModules = (text: string): boolean => /\bdeclare\s+(?:module|global)\b/.test(text);

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
