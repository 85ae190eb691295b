// The tags of TSDoc, JSDoc and TypeDoc that are documentation and nothing else.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ts } from '#typescript';

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
export function readDeclaredTags(folders: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const folder of new Set(folders)) collectTags(join(folder, 'tsdoc.json'), names, new Set());
  return names;
}

interface TsDocFile {
  readonly extends?: unknown;
  readonly tagDefinitions?: unknown;
}

function collectTags(file: string, names: Set<string>, seen: Set<string>): void {
  if (seen.has(file) || !existsSync(file)) return;
  seen.add(file);
  const { config } = ts.parseConfigFileTextToJson(file, readFileSync(file, 'utf8')) as { config?: TsDocFile };
  for (const definition of listOf(config?.tagDefinitions)) {
    const { tagName } = (definition ?? {}) as { tagName?: unknown };
    if (typeof tagName === 'string') names.add(tagName.replace(/^@/, ''));
  }
  for (const base of listOf(config?.extends)) {
    // A base in a package can hold no more than tags: one that is not found is no reason to stop.
    if (typeof base === 'string' && base.startsWith('.'))
      collectTags(resolve(dirname(file), base), names, seen);
    else if (typeof base === 'string') collectTags(packagedFile(base, dirname(file)), names, seen);
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A file of an installed package, searched for the way Node does. */
function packagedFile(name: string, folder: string): string {
  const candidate = join(folder, 'node_modules', name);
  const parent = dirname(folder);
  return existsSync(candidate) || parent === folder ? candidate : packagedFile(name, parent);
}
