// Runs class-validator without asynchronous validators: `validateSync` takes the promise of one for a yes.

import type { ValidatorConstraintInterface } from 'class-validator';
import { forsake, isThenable } from '../wire/promises.js';
import { getMetadataStorage } from './peers.js';

type Storage = ReturnType<typeof getMetadataStorage>;
type Constraint = ReturnType<Storage['getTargetValidatorConstraints']>[number];

/** Thrown when a validator gave a promise. */
export class AsynchronousValidator extends Error {}

/** Where class-validator looks for what is known of classes and validators. */
const holder = globalThis as { classValidatorMetadataStorage?: Storage };

/** Runs something that validates at once. Throws {@link AsynchronousValidator} if that asks a validator that does not. */
export function synchronously<Result>(run: () => Result): Result {
  const storage = getMetadataStorage();
  const strict: Storage = Object.create(storage, { getTargetValidatorConstraints: { value: strictly } });
  holder.classValidatorMetadataStorage = strict;
  try {
    return run();
  } finally {
    holder.classValidatorMetadataStorage = storage;
  }

  function strictly(target: NewableFunction): Constraint[] {
    return storage.getTargetValidatorConstraints(target).map(strictConstraint);
  }
}

const known = new WeakMap<Constraint, Constraint>();

/** A constraint like this one, whose validator must not give a promise. */
function strictConstraint(constraint: Constraint): Constraint {
  const found = known.get(constraint);
  if (found !== undefined) return found;
  const strict: Constraint = Object.create(constraint, {
    async: { value: false },
    instance: { get: () => strictValidator(constraint.instance) },
  });
  known.set(constraint, strict);
  return strict;
}

function strictValidator(validator: ValidatorConstraintInterface): ValidatorConstraintInterface {
  const { defaultMessage } = validator;
  return {
    validate(value, args) {
      const result = validator.validate(value, args);
      if (!isThenable(result)) return result;
      forsake(result);
      throw new AsynchronousValidator();
    },
    ...(defaultMessage !== undefined && { defaultMessage: (args) => defaultMessage.call(validator, args) }),
  };
}
