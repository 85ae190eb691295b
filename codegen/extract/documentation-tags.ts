// The tags of TSDoc, JSDoc and TypeDoc that are documentation and nothing else.

import { dirname, join, resolve } from 'node:path';
import { ts } from '#typescript';
import type { Disk } from '../disk.js';

const DOCUMENTATION_TAGS = new Set(
  `abstract access alias alpha ansi apiNote arg argument async augments author beta borrows bug callback category
  categoryDescription class classdesc code constant constructor constructs copyright date decorator default
  defaultValue defaultvalue desc description document enum eventProperty example exception experimental export
  expandType exports extends external file fileoverview fires fixme func function generator global group
  groupDescription hidden hideCategories hideGroups hideconstructor host ignore implements implementation import
  include includeCode inheritDoc inherits inheritdoc inner inline inlineType instance interface internal jest-environment
  jsx jsxFrag jsxImportSource kind label lends lends license link linkcode linkplain listens macro mainpage member
  memberof method mixes mixin module name namespace nav noInheritDoc note object overload override
  packageDocumentation param see param preventExpand preventInline preserve primaryExport private privateRemarks
  projectDocument prop property protected provide public readonly regression remark remarks requires return
  returns sealed see showCategories showGroups sortStrategy static subsection summary suppress template this throw
  title todo tutorial type typeParam typedef useDeclaredType var variation virtual warning yield yields`.split(
    /\s+/,
  ),
);

export const isDocumentationTag = (name: string): boolean => DOCUMENTATION_TAGS.has(name);

export const documentationTags = (): Iterable<string> => DOCUMENTATION_TAGS;

/** Names, without `@`, that the `tsdoc.json` of one of the folders declares, the files it extends included. */
export function readDeclaredTags(folders: readonly string[], disk: Disk): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  for (const folder of folders) collectTags({ names, seen, disk }, join(folder, 'tsdoc.json'));
  return names;
}

interface Collection {
  readonly names: Set<string>;
  readonly seen: Set<string>;
  readonly disk: Disk;
}

interface TsDocFile {
  readonly extends?: unknown;
  readonly tagDefinitions?: unknown;
}

function collectTags(collection: Collection, file: string): void {
  const { names, seen, disk } = collection;
  const text = seen.has(file) ? undefined : disk.text(file);
  if (text === undefined) return;
  seen.add(file);
  const { config } = ts.parseConfigFileTextToJson(file, text) as { config?: TsDocFile };
  for (const definition of listOf(config?.tagDefinitions)) {
    const { tagName } = (definition ?? {}) as { tagName?: unknown };
    if (typeof tagName === 'string') names.add(tagName.replace(/^@/, ''));
  }
  for (const base of listOf(config?.extends)) {
    if (typeof base !== 'string') continue;
    // A base in a package can hold no more than tags: one that is not found is no reason to stop.
    const folder = dirname(file);
    collectTags(collection, base.startsWith('.') ? resolve(folder, base) : packagedFile(base, folder, disk));
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A file of an installed package, searched for the way Node does. */
function packagedFile(name: string, folder: string, disk: Disk): string {
  const candidate = join(folder, 'node_modules', name);
  const parent = dirname(folder);
  return disk.isFile(candidate) || parent === folder ? candidate : packagedFile(name, parent, disk);
}
