// Decorators of this project's own, made of what class-validator has for that.

import { IsString, Length, registerDecorator, ValidateBy, type ValidationOptions } from 'class-validator';

/** A validator that says no, in a text of its own that quotes the value. */
export const IsUpperCase = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isUpperCase',
      validator: {
        validate: (value) => typeof value === 'string' && value === value.toUpperCase(),
        defaultMessage: () => '$property: "$value" is not in upper case',
      },
    },
    options,
  );

/** Two decorators in one. */
export function Sku(): PropertyDecorator {
  return (target, name) => {
    IsString()(target, name);
    Length(3, 5)(target, name);
  };
}

/** A validator that asks somebody else, for which nobody waits here. */
export function IsKnownToSomebody(): PropertyDecorator {
  return (target, name) => {
    registerDecorator({
      name: 'isKnownToSomebody',
      target: target.constructor,
      propertyName: String(name),
      validator: { validate: async (value) => Promise.resolve(value !== 'unknown') },
    });
  };
}
