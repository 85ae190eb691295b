// Syntax trees of JavaScript, by the types of @types/estree.

import type { Program } from 'estree';

/**
 * A tree without what JSON has no words for. ESTree says what stands for the value of a regular expression and of a
 * bigint where there is none: null. The source of both is in the tree as text.
 */
type Sendable<Node> = {
  [Member in keyof Node]: Sendable<Exclude<Node[Member], RegExp | bigint>>;
};

/** @service corpus.estree */
export interface EstreeEcho {
  echo(value: Sendable<Program>): Promise<Sendable<Program>>;
}
