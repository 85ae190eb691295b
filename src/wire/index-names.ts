// The names that index signatures are for.

import { isTemplate, type Template } from './template.js';

/** Any string, the names of numbers, or those of a pattern. */
export type IndexKey = 'string' | 'number' | Template;

/** Whether an index signature is for a name. */
export function isNamed(key: IndexKey, name: string): boolean {
  if (key === 'string') return true;
  return key === 'number' ? isNumericName(name) : isTemplate(name, key);
}

/** Whether the compiler takes a name for that of a number: the one that JavaScript would write. */
const isNumericName = (name: string): boolean => String(Number(name)) === name;
