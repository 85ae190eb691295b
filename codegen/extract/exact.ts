// Whether an optional member or item may be `undefined` where it is there.

import { ts } from '#typescript';
import type { Context } from './context.js';

/** `{ exact: true }` if the project tells missing members from undefined ones, and this one cannot be undefined. */
export function exactness({ program, checker }: Context, type: ts.Type): { readonly exact?: true } {
  if (program.getCompilerOptions().exactOptionalPropertyTypes !== true) return {};
  const members = type.isUnion() ? type.types : [type];
  // What being optional adds to a type is another `undefined` than that which somebody wrote.
  const isWritten = members.some((member) => member === checker.getUndefinedType() || member.flags & TAKING);
  return isWritten ? {} : { exact: true };
}

const TAKING = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Void;
