// Has class-validator check an instance, and turns the first thing that it finds into our refusal.

import type { ValidationError, ValidatorOptions } from 'class-validator';
import type { At, Key } from '../wire/at.js';
import { withoutValues } from '../wire/messages.js';
import { kindOf, Refusal, refusal } from '../wire/refusal.js';
import { getMetadataStorage, validateSync } from './peers.js';
import { AsynchronousValidator, synchronously } from './synchronous.js';

/** Of decorators that are for groups, all are asked: a call has no groups. */
const OPTIONS: ValidatorOptions = { whitelist: true, forbidUnknownValues: true };

/** Throws a `Refusal` if the instance does not meet the decorators of its class. */
export function validate(instance: object, at: At, key: Key): void {
  const [error] = ask(instance, at, key);
  if (error !== undefined) throw refusalOf(error, instance, at, key);
}

function ask(instance: object, at: At, key: Key): ValidationError[] {
  try {
    return synchronously(() => validateSync(instance, OPTIONS));
  } catch (cause) {
    const expected =
      cause instanceof AsynchronousValidator
        ? 'validators that answer at once'
        : 'data that its validators can take';
    throw Object.assign(refusal(instance, at, key, expected), { cause });
  }
}

/** The members of a class that have a decorator of class-validator. */
export const decoratedMembers = (type: new () => object): ReadonlySet<string> =>
  new Set(metadataOf(type).map(({ propertyName }) => propertyName));

/** The members of a class with `@ValidateNested`. */
export const nestedMembers = (type: new () => object): readonly string[] => [
  ...new Set(metadataOf(type).flatMap((each) => (each.type === 'nestedValidation' ? each.propertyName : []))),
];

const metadataOf = (type: new () => object) =>
  getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);

/** The refusal of what is wrong first, however deep. */
function refusalOf(first: ValidationError, instance: object, at: At, key: Key): Refusal {
  let error = first;
  let owner: unknown = instance;
  let [here, name] = enter(at, key, owner, error);
  while (error.constraints === undefined) {
    const [inner] = error.children ?? [];
    if (inner === undefined) break;
    owner = error.value;
    error = inner;
    [here, name] = enter(here, name, owner, error);
  }
  const value = error.property === undefined ? owner : error.value;
  return new Refusal(here.path(name), expectation(error), kindOf(value), here.depth);
}

/** Where an error stands, whose owner stands at `key` of `at`. Of what has no decorators, the owner is the error. */
function enter(at: At, key: Key, owner: unknown, { property }: ValidationError): [At, Key] {
  if (property === undefined) return [at, key];
  const here = at.enter(key);
  if (Array.isArray(owner) || owner instanceof Set) return [here, Number(property)];
  if (!(owner instanceof Map)) return [here, property];
  // A map travels as pairs.
  const index = [...owner.keys()].findIndex((each) => String(each) === property);
  return [here.enter(index), 1];
}

/** What its decorators say, without the value; by their names where that cannot be told apart. */
function expectation({ constraints = {}, value }: ValidationError): string {
  const messages = Object.entries(constraints).map(
    ([name, message]) => withoutValues(message, value) ?? name,
  );
  return messages.join(', ') || 'what its decorators ask for';
}
