// Which letters somebody means: one, several or all.

import { isCallId } from '../client/call-id.js';

/** The id of a call, several of them, or `'all'`. */
export type Selected = string | readonly string[];

/** The ids, each once. Throws a `TypeError` if one is not the id of a call. */
export function checkIds(selected: Selected, where: string): readonly string[] {
  const ids = typeof selected === 'string' ? [selected] : selected;
  const odd = Array.isArray(ids) ? ids.findIndex((id) => !isCallId(id)) : 0;
  if (!Array.isArray(ids) || odd >= 0) {
    const got = JSON.stringify(Array.isArray(ids) ? ids[odd] : ids) ?? typeof ids;
    throw new TypeError(`${where}: expected ids of calls, got ${got}`);
  }
  return [...new Set(ids)];
}
