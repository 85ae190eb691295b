// Where and for what a type is used: what planning passes along.

import type { TypeModel } from '../model.js';
import type { CodecPlanner } from './codec-planner.js';
import type { Direction } from './type-graph.js';

export interface Use {
  readonly planner: CodecPlanner;
  readonly direction: Direction;
  /** Names, in function names, what has no name of its own. */
  readonly subject: string;
}

/** The use of a part of a type. */
export const part = (use: Use, suffix: string): Use => ({ ...use, subject: use.subject + suffix });

/** The use of what a reference refers to, under its name. */
export const named = (use: Use, type: TypeModel): Use =>
  type.kind === 'reference' ? { ...use, subject: type.name } : use;

/** What functions that read a type are called: the same for both directions if its values are JSON data already. */
export const readerPrefix = ({ planner, direction }: Use, type: TypeModel): string =>
  planner.graph.isSymmetric(type) ? 'copy' : direction;

const GUARD_PREFIX = { encode: 'isEncodable', decode: 'isDecodable' } as const;

/** What functions that test a type are called. */
export const guardPrefix = ({ planner, direction }: Use, type: TypeModel): string =>
  planner.graph.isSymmetric(type) ? 'is' : GUARD_PREFIX[direction];

/** What functions that read or test an item of this type are called. */
export const listOf = (item: TypeModel): TypeModel => ({ kind: 'array', item });
