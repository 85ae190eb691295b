// Keys of components: AsyncAPI allows letters, digits, dots, hyphens and underscores in them.

import { createNameScope } from '../plan/name-scope.js';

/** Gives every name a key of its own, and always the same one. */
export interface ComponentKeys {
  keyOf(name: string): string;
}

export function createComponentKeys(): ComponentKeys {
  // What would be another key in one place would be no key at all in the one that refers to it.
  const scope = createNameScope(['mq-rpc.call', 'mq-rpc.failed']);
  const keys = new Map<string, string>();
  return {
    keyOf(name) {
      const key = keys.get(name) ?? scope.declare(spelled(name));
      keys.set(name, key);
      return key;
    },
  };
}

/** Other characters by their numbers: `größe` becomes `gr_f6_df_e`. */
const spelled = (name: string): string =>
  name.replace(/[^\w.-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
