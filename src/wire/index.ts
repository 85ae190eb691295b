// What generated code calls, as the namespace `wire`. Not for use by hand: it changes with the generator.

export { argumentList, noResult, restArguments } from './arguments.js';
export { type At, type Key, receiving, sending } from './at.js';
export { agrees, checked } from './checked.js';
export { type Checks, checks, constrained, meets } from './checks.js';
export { branches, matching, unexpected } from './choices.js';
export {
  areAll,
  areOthers,
  isAnyMap,
  isAnySet,
  isArray,
  isItems,
  isMap,
  isPairs,
  isRecord,
  isSet,
  isTuple,
} from './collection-guards.js';
export { array, decodeMap, decodeSet, encodeMap, encodeSet, rest, tuple } from './collections.js';
export { count, isExactAnything, isExactJson, isPlainList, isRefused } from './exact.js';
export { areIndexed, copyIndexed, indexes } from './indexes.js';
export {
  decodeBigint,
  decodeBigintLiteral,
  decodeBuffer,
  decodeBytes,
  decodeDate,
  decodeUrl,
  encodeBigint,
  encodeBigintLiteral,
  encodeBuffer,
  encodeBytes,
  encodeDate,
  encodeUrl,
  isBase64,
  isBigintLiteral,
  isBigintText,
  isBuffer,
  isBytes,
  isDate,
  isDateText,
  isHref,
  isUrl,
} from './instances.js';
export {
  copyOthers,
  hasAny,
  hasMember,
  hasOnly,
  hasUndefined,
  isObject,
  object,
  own,
  record,
  refuseOthers,
  undefinedMember,
  wantAny,
} from './objects.js';
export { anything, isPresent, isSomething, keepOthers, opaque } from './opaque.js';
export {
  absent,
  boolean,
  booleanOrNull,
  isBoolean,
  isNumber,
  isString,
  literal,
  literals,
  never,
  number,
  numberOrNull,
  oneOf,
  string,
  stringOrNull,
} from './primitives.js';
export type { Members, Reader } from './reader.js';
export { refusal } from './refusal.js';
export { schema } from './schemas.js';
export type { StandardSchema } from './standard-schema.js';
export { isTemplate, template, templateOf } from './template.js';
export { matches } from './trials.js';
