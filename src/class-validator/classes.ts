// Makes instances of classes from decoded data, and has class-validator check them.

import type { At, Key } from '../wire/at.js';
import type { Members, Reader } from '../wire/reader.js';
import { refusal } from '../wire/refusal.js';
import type { Unchecked } from '../wire/trials.js';
import { plainToInstance } from './peers.js';
import { decoratedMembers, nestedMembers, validate } from './validate.js';

/** A class that generated code knows: what it is made of, and how. */
export interface InstanceClass {
  readonly type: new () => object;
  /** Members that class-transformer would take apart: it is not shown them. */
  readonly kept: readonly string[];
  /** Members whose instances class-validator checks together with the one that has them. */
  readonly nested: readonly string[];
}

/**
 * The class, if class-validator knows a decorator of each of its members: it drops the others. Throws a `TypeError`
 * if it does not, as when the decorators were not compiled as such or belong to another copy of class-validator.
 */
export function instancesOf(
  type: new () => object,
  members: readonly string[],
  kept: readonly string[],
): InstanceClass {
  const decorated = decoratedMembers(type);
  const missing = members.filter((name) => !decorated.has(name));
  if (missing.length === 0) return { type, kept, nested: nestedMembers(type) };
  throw new TypeError(
    `expected decorators of class-validator on all members of ${type.name}, found none on ${missing.join(', ')}. ` +
      'Add @Allow(), compile with experimentalDecorators, and have one copy of class-validator installed',
  );
}

/** Decodes the members with `read` and makes an instance of them, which has been checked when the whole is read. */
export const instance = (data: unknown, at: At, key: Key, read: Reader, known: InstanceClass): object =>
  at.trials.within((unchecked, isOutermost) => {
    const made = make(known, read(data, at, key) as Members, at, key);
    if (unchecked.size > 0) for (const name of known.nested) claim(unchecked, made[name]);
    unchecked.set(made, () => validate(made, at, key));
    if (isOutermost) for (const check of unchecked.values()) check();
    return made;
  });

/** class-validator checks these instances when it checks their owner. */
function claim(unchecked: Unchecked, value: unknown): void {
  if (Array.isArray(value) || value instanceof Set) for (const item of value) claim(unchecked, item);
  else if (value instanceof Map) for (const item of value.values()) claim(unchecked, item);
  else if (typeof value === 'object' && value !== null) unchecked.delete(value);
}

/**
 * An instance with the members. class-transformer calls the constructor, without arguments, and what @Transform and
 * @Type name; it would copy maps, sets, bytes and instances as if they were plain, so they are put in afterwards.
 */
function make({ type, kept }: InstanceClass, members: Members, at: At, key: Key): Members {
  for (const name of kept) {
    // Not to be copied, but there for a @Transform that looks at the whole.
    if (Object.hasOwn(members, name)) Object.defineProperty(members, name, { enumerable: false });
  }
  try {
    const made: Members = plainToInstance(type, members, { ignoreDecorators: true });
    for (const name of kept) if (Object.hasOwn(members, name)) made[name] = members[name];
    return made;
  } catch (cause) {
    throw Object.assign(refusal(members, at, key, `data that ${type.name} can be made of`), { cause });
  }
}
