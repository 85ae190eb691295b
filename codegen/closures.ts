// What a source file depends on: the files that it leads to by imports, and those that reach everybody.

import { ts } from '#typescript';

export interface Closures {
  /**
   * The same text as in an earlier program means: nothing that the types of this file depend on has changed. `file`
   * is part of the program.
   */
  fingerprint(file: ts.SourceFile): string;
  /** The file and all that its imports lead to, as they are reached. */
  reachedFrom(file: ts.SourceFile): readonly ts.SourceFile[];
}

export interface ClosureInput {
  readonly program: ts.Program;
  /** The files that the imports of a file lead to. */
  readonly importedBy: (file: string) => readonly (string | undefined)[];
  /** What reading any file depends on besides the files of the program. */
  readonly surroundings: string;
}

export function createClosures({ program, importedBy, surroundings }: ClosureInput): Closures {
  // Globals of one file are seen by all others.
  const everybodys = program.getSourceFiles().filter(hasGlobals).map(idOf);
  const common = `${surroundings}|${everybodys.join(' ')}`;
  const importsOf = (file: ts.SourceFile) =>
    importedBy(file.fileName).map((name) => (name === undefined ? undefined : program.getSourceFile(name)));
  const reachedFrom = (start: ts.SourceFile): ts.SourceFile[] => {
    const reached = new Set([start]);
    // A set that grows is walked to its end.
    for (const file of reached) {
      for (const imported of importsOf(file)) if (imported !== undefined) reached.add(imported);
    }
    return [...reached];
  };
  return {
    reachedFrom,
    fingerprint(start) {
      const edges = reachedFrom(start).map((file) => [file, ...importsOf(file)].map(idOf).join(' '));
      return `${common}|${edges.join(',')}`;
    },
  };
}

const ids = new WeakMap<ts.SourceFile, number>();
let lastId = 0;

/** Parsed files are kept as long as their text stays the same: another text is another file. */
function idOf(file: ts.SourceFile | undefined): number {
  if (file === undefined) return 0;
  const id = ids.get(file) ?? ++lastId;
  ids.set(file, id);
  return id;
}

const globals = new WeakMap<ts.SourceFile, boolean>();

/** Whether a file declares anything that others see without importing it. */
function hasGlobals(file: ts.SourceFile): boolean {
  const known = globals.get(file);
  if (known !== undefined) return known;
  const found = !ts.isExternalModule(file) || file.statements.some(isAugmentation);
  globals.set(file, found);
  return found;
}

/** `declare global` and `declare module 'name'` */
const isAugmentation = (node: ts.Statement): boolean =>
  ts.isModuleDeclaration(node) &&
  (ts.isStringLiteral(node.name) || (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0);
