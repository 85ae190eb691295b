// The named types of one service: found by TypeScript's type, read one after the other, named when all are known.

import type { ts } from '#typescript';
import type { NamedType, TypeDocs, TypeModel } from '../model.js';
import { describeType } from './describe-type.js';
import { classesOf } from './equal-types.js';
import { MAX_STEPS, MAX_TYPES } from './limits.js';
import type { Use } from './use.js';

/** A reference whose name is filled in at the end; everything that refers to one type shares it. */
interface OpenReference {
  readonly kind: 'reference';
  name: string;
}

/** A union whose members may turn out to be the same, and whose text needs their names. */
interface OpenUnion {
  readonly kind: 'union';
  members: TypeModel[];
  text: string;
}

interface Entry {
  readonly reference: OpenReference;
  /** The name it gets if no other has it. */
  readonly wantedName: string;
  /** Types that are equal become one; those with a name only if it is the same, too. */
  readonly isAnonymous: boolean;
  readonly docs: TypeDocs | undefined;
  type: TypeModel | undefined;
}

/** What is asked of {@link TypeRegistry.named}. */
export interface NamedRequest {
  readonly type: ts.Type;
  /** Tells apart several readings of one type, as with and without additional properties. */
  readonly variant: string;
  readonly wantedName: string;
  readonly isAnonymous: boolean;
  readonly docs: TypeDocs | undefined;
  readonly readInside: () => TypeModel;
}

export class TypeRegistry {
  readonly #entries: Entry[] = [];
  readonly #byType = new Map<ts.Type, Map<string, Entry>>();
  readonly #inProgress = new Map<ts.Type, { readonly wantedName: string; entry: Entry | undefined }>();
  readonly #unread: { entry: Entry; readInside: () => TypeModel }[] = [];
  readonly #objects = new Set<TypeModel>();
  readonly #unions: { readonly model: OpenUnion; readonly use: Use }[] = [];
  #steps = 0;
  #isStopped = false;

  /** Every union that was read, and where. */
  get unions(): readonly { readonly model: OpenUnion; readonly use: Use }[] {
    return this.#unions.filter(({ model }) => model.kind === 'union');
  }

  /** Counts one step of reading. `stop` comes once, when the service's types are too many to go on. */
  step(): 'go' | 'stop' | 'stopped' {
    if (this.#isStopped) return 'stopped';
    this.#steps++;
    this.#isStopped = this.#isExhausted();
    return this.#isStopped ? 'stop' : 'go';
  }

  #isExhausted(): boolean {
    return this.#steps > MAX_STEPS || this.#entries.length > MAX_TYPES;
  }

  /** The reference to a type. Its inside is read later, so that no chain of types can exhaust the stack. */
  named({ type, variant, wantedName, isAnonymous, docs, readInside }: NamedRequest): TypeModel {
    const known = this.#byType.get(type)?.get(variant);
    if (known !== undefined) return known.reference;
    const entry = this.#add(wantedName, isAnonymous, docs);
    this.#objects.add(entry.reference);
    this.#remember(type, variant, entry);
    this.#unread.push({ entry, readInside });
    return entry.reference;
  }

  /** Whether it refers to an object type, which need not be read yet. */
  isObject(reference: TypeModel): boolean {
    return this.#objects.has(reference);
  }

  /** Reads what is no object; if it refers to itself, it becomes a named type. */
  guarded(type: ts.Type, wantedName: string, read: () => TypeModel): TypeModel {
    const known = this.#byType.get(type)?.get('');
    if (known !== undefined) return known.reference;
    const outer = this.#inProgress.get(type);
    if (outer !== undefined) {
      outer.entry ??= this.#add(outer.wantedName, false, undefined);
      return outer.entry.reference;
    }
    const progress = { wantedName, entry: undefined as Entry | undefined };
    this.#inProgress.set(type, progress);
    const model = read();
    this.#inProgress.delete(type);
    const { entry } = progress;
    if (entry === undefined) return model;
    entry.type = model;
    this.#remember(type, '', entry);
    return entry.reference;
  }

  /** A union of models; equal ones count once, and a union of one is that one. */
  union(members: readonly TypeModel[], use: Use): TypeModel {
    const distinct = distinctModels(members);
    const [only] = distinct;
    if (only === undefined) return { kind: 'never' };
    if (distinct.length === 1) return only;
    const model: OpenUnion = { kind: 'union', members: distinct, text: '' };
    this.#unions.push({ model, use });
    return model;
  }

  /** Reads what is left to read, gives every type its name, and returns them in order of first use. */
  finish(): Map<string, NamedType> {
    // Reading the inside of one type adds others: the loop goes on until there are no more.
    for (const { entry, readInside } of this.#unread) {
      if (this.#isExhausted()) break;
      entry.type = readInside();
    }
    const groups = this.#groupEqualTypes();
    const taken = new Set<string>();
    // Names that somebody gave go before names that are made of paths.
    const given = groups.filter(([first]) => !first.isAnonymous);
    for (const group of [...given, ...groups.filter(([first]) => first.isAnonymous)]) nameGroup(group, taken);
    for (const { model } of this.#unions) shareMembers(model);
    for (const { model } of this.unions) model.text = describeType(model);
    return new Map(
      groups.map(([{ reference, type, docs, isAnonymous }]) => [
        reference.name,
        {
          name: reference.name,
          isDeclared: !isAnonymous,
          type: type ?? { kind: 'never' },
          ...(docs !== undefined && { docs }),
        },
      ]),
    );
  }

  #add(wantedName: string, isAnonymous: boolean, docs: TypeDocs | undefined): Entry {
    const reference: OpenReference = { kind: 'reference', name: `#${this.#entries.length}` };
    const entry: Entry = { reference, wantedName, isAnonymous, docs, type: undefined };
    this.#entries.push(entry);
    return entry;
  }

  #remember(type: ts.Type, variant: string, entry: Entry): void {
    const variants = this.#byType.get(type) ?? new Map<string, Entry>();
    this.#byType.set(type, variants.set(variant, entry));
  }

  /** Entries in order of first use; those that are one type are one group. */
  #groupEqualTypes(): EntryGroup[] {
    const places = new Map(this.#entries.map(({ reference }, place) => [reference.name, place]));
    const labelled = this.#entries.map(({ type, isAnonymous, wantedName }) => ({
      type,
      label: isAnonymous ? '' : wantedName,
    }));
    const classes = classesOf(labelled, (reference) => places.get(reference));
    const groups = new Map<number | undefined, EntryGroup>();
    for (const [place, entry] of this.#entries.entries()) {
      const group = groups.get(classes[place]);
      if (group === undefined) groups.set(classes[place], [entry]);
      else group.push(entry);
    }
    return [...groups.values()];
  }
}

/** Leaves each member once. If they prove to be one type, the union turns into it where it stands. */
function shareMembers(model: OpenUnion): void {
  model.members = distinctModels(model.members);
  const [only] = model.members;
  if (only === undefined || model.members.length > 1) return;
  Reflect.deleteProperty(model, 'members');
  Reflect.deleteProperty(model, 'text');
  Object.assign(model, only);
}

type EntryGroup = [Entry, ...Entry[]];

function distinctModels(models: readonly TypeModel[]): TypeModel[] {
  const seen = new Set<string>();
  return models.filter((model) => {
    const shape = JSON.stringify(model);
    return !seen.has(shape) && seen.add(shape);
  });
}

/** Gives a group the name it wants, or that with the first number from 2 on which makes it a new one. */
function nameGroup(group: EntryGroup, taken: Set<string>): void {
  const wanted = group[0].wantedName;
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
  taken.add(name);
  for (const { reference } of group) reference.name = name;
}
