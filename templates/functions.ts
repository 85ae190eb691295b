// What calls of functions and reads of members consist of, in all expressions of the descriptor file.

import type { FunctionRef, Operand } from '../codegen/plan/plan.js';
import { access, type Code, code, literal, name } from './code.js';
import { classes, wire } from './runtime-names.js';

/** A generated function, or one of the runtime's namespaces. */
export const functionName = (ref: FunctionRef): Code =>
  ref.kind === 'local' ? name(ref.name) : code`${ref.kind === 'wire' ? wire : classes}.${name(ref.name)}`;

export function operand(value: Operand): Code {
  if (value.kind === 'data') return literal(value.value);
  return value.kind === 'import' ? value : functionName(value);
}

/** Names that every object inherits: reading them plainly would find what is not the value's own. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** The member of an object. */
export const member = (text: string, object: Code = code`source`): Code =>
  INHERITED.has(text) ? code`${wire}.own(${object}, ${literal(text)})` : code`${object}${access(text)}`;
