// Plans of exact guards: functions that tell whether a value is just what copying it would give.

import type { FunctionRef, LiteralValue, Operand } from './plan.js';

/** Whether a value can be taken as it is: it agrees with its type and has nothing that the type does not have. */
export type ExactTest =
  | { readonly kind: 'typeof'; readonly type: 'string' | 'boolean' }
  | { readonly kind: 'number' }
  | { readonly kind: 'equals'; readonly value: LiteralValue }
  /** One of the literals of a constant. */
  | { readonly kind: 'listed'; readonly constant: string }
  /** A function of `wire`. */
  | { readonly kind: 'check'; readonly function: FunctionRef; readonly operands: readonly Operand[] }
  /** A function that may look into any number of levels, and so is told on which one the value stands. */
  | { readonly kind: 'open'; readonly function: FunctionRef }
  /** A function of the file that looks into as many levels as its type has. */
  | { readonly kind: 'closed'; readonly function: FunctionRef }
  /** Arrays are never looked at as objects too: in a recursive union that would double the work on every level. */
  | { readonly kind: 'split'; readonly list: ExactTest; readonly object: ExactTest }
  /** A number within a limit, as `value >= 0` says. */
  | { readonly kind: 'limit'; readonly operator: '<' | '<=' | '>' | '>='; readonly value: number }
  | { readonly kind: 'all'; readonly of: readonly ExactTest[] }
  /** Nothing passes if there is none. */
  | { readonly kind: 'any'; readonly of: readonly ExactTest[] };

export type ExactFunction = ExactObject | ExactList | ExactTuple | ExactSwitch | ExactChain | ExactPlain;

interface Exact {
  readonly name: string;
  /** Whether the function is told on which level the value stands. */
  readonly isOpen: boolean;
}

/** A function of a container. */
interface ExactContainer extends Exact {
  /** The deepest level on which the container may stand, for open ones: what it holds has to find room. */
  readonly deepest: number;
}

export interface ExactObject extends ExactContainer {
  readonly kind: 'exactObject';
  readonly required: readonly ExactMember[];
  readonly optional: readonly ExactMember[];
  /** What other members have to be; `known` is the constant with the members above, if there are any. */
  readonly others: { readonly known: string | undefined; readonly test: ExactTest } | undefined;
}

export interface ExactMember {
  readonly name: string;
  readonly test: ExactTest;
}

export interface ExactList extends ExactContainer {
  readonly kind: 'exactList';
  readonly item: ExactTest;
}

export interface ExactTuple extends ExactContainer {
  readonly kind: 'exactTuple';
  readonly before: readonly ExactTest[];
  readonly rest: ExactTest | undefined;
  readonly after: readonly ExactTest[];
}

/** A union of objects that differ in the literals of one member. */
export interface ExactSwitch extends Exact {
  readonly kind: 'exactSwitch';
  readonly member: string;
  readonly cases: readonly {
    /** `undefined` stands for the absence of the member. */
    readonly values: readonly (LiteralValue | undefined)[];
    readonly test: ExactTest;
  }[];
}

/** A union of objects of which each but the last has a member that those after it do not have. */
export interface ExactChain extends Exact {
  readonly kind: 'exactChain';
  readonly arms: readonly ExactMember[];
  readonly last: ExactTest;
}

export interface ExactPlain extends Exact {
  readonly kind: 'exactTest';
  readonly test: ExactTest;
}

/** Tells whether a list of arguments can be taken as it is. */
export interface ExactArguments {
  readonly kind: 'exactArguments';
  readonly name: string;
  readonly tests: readonly ExactTest[];
  /** What all further arguments have to be, if there may be more. */
  readonly rest: ExactTest | undefined;
}
