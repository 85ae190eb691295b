// Whether values that meet some checks meet others as well.

import type { CheckModel, TypeImport } from '../model.js';

/** Whether what meets all of `known` is sure to meet `wanted`. */
export function isImplied(wanted: CheckModel, known: readonly CheckModel[]): boolean {
  return known.some((check) => implies(check, wanted));
}

function implies(known: CheckModel, wanted: CheckModel): boolean {
  switch (wanted.kind) {
    case 'minimum':
      return isAtLeast(known, 'minimum', wanted.value) || isAtLeast(known, 'exclusiveMinimum', wanted.value);
    case 'exclusiveMinimum':
      return (
        isAtLeast(known, 'exclusiveMinimum', wanted.value) ||
        (known.kind === 'minimum' && known.value > wanted.value)
      );
    case 'maximum':
      return isAtMost(known, 'maximum', wanted.value) || isAtMost(known, 'exclusiveMaximum', wanted.value);
    case 'exclusiveMaximum':
      return (
        isAtMost(known, 'exclusiveMaximum', wanted.value) ||
        (known.kind === 'maximum' && known.value < wanted.value)
      );
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return isAtLeast(known, wanted.kind, wanted.value);
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return isAtMost(known, wanted.kind, wanted.value);
    case 'multipleOf':
      return known.kind === 'multipleOf' && isMultiple(known.value, wanted.value);
    case 'pattern':
    case 'format':
      return known.kind === wanted.kind && known.value === wanted.value;
    case 'uniqueItems':
      return known.kind === 'uniqueItems';
    // What code asks for cannot be compared: the same code is taken for the same question.
    case 'class':
      return known.kind === 'class' && isSameImport(known.class, wanted.class);
    case 'schema':
      return known.kind === 'schema' && isSameImport(known.schema, wanted.schema);
  }
}

const isAtLeast = (check: CheckModel, kind: CheckModel['kind'], value: number): boolean =>
  check.kind === kind && 'value' in check && Number(check.value) >= value;

const isAtMost = (check: CheckModel, kind: CheckModel['kind'], value: number): boolean =>
  check.kind === kind && 'value' in check && Number(check.value) <= value;

const isMultiple = (value: number, of: number): boolean =>
  Number.isInteger(value) && Number.isInteger(of) ? value % of === 0 : value === of;

/** By name: the file that has it can have moved. */
const isSameImport = (a: TypeImport, b: TypeImport): boolean => a.name === b.name;

/** Whether a literal meets a check. `false` also where only code could tell. */
export function literalMeets(value: string | number | boolean, check: CheckModel): boolean {
  switch (check.kind) {
    case 'minimum':
      return typeof value === 'number' && value >= check.value;
    case 'exclusiveMinimum':
      return typeof value === 'number' && value > check.value;
    case 'maximum':
      return typeof value === 'number' && value <= check.value;
    case 'exclusiveMaximum':
      return typeof value === 'number' && value < check.value;
    case 'multipleOf':
      return typeof value === 'number' && isMultiple(value, check.value);
    case 'minLength':
      return typeof value === 'string' && [...value].length >= check.value;
    case 'maxLength':
      return typeof value === 'string' && value.length <= check.value;
    case 'pattern':
      return typeof value === 'string' && new RegExp(check.value, 'u').test(value);
    default:
      return false;
  }
}
