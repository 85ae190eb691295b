// What the templates print: a service with every decision made about names, functions and imports.

import type { Data, Import, TypeSource } from '../../templates/code.js';
import type { AdditionalProperties, CheckModel } from '../model.js';
import type { ExactArguments, ExactFunction, ExactTest } from './exact-plan.js';

/** Everything that is printed for one service. */
export interface ServicePlan {
  /** The service's name on the wire, and of its files. */
  readonly service: string;
  readonly version: string;
  readonly queue: string;
  readonly contractHash: string;
  /** The contract file as the generated files see it. */
  readonly contractPath: string;
  readonly contract: Import;
  /** Module specifiers of the generated files. */
  readonly clientPath: string;
  readonly serverPath: string;
  readonly subscriberPath: string;
  readonly descriptorPath: string;
  readonly doc: string | undefined;
  readonly options: Data;
  readonly clientName: string;
  /** `undefined` for a service of events only: nobody answers its calls. */
  readonly serverName: string | undefined;
  /** `undefined` for a service without events. */
  readonly subscriberName: string | undefined;
  readonly descriptorName: string;
  readonly methods: readonly MethodPlan[];
  readonly constants: readonly ConstantPlan[];
  readonly functions: readonly FunctionPlan[];
}

export interface MethodPlan {
  readonly name: string;
  readonly doc: string | undefined;
  readonly oneWay: boolean;
  readonly isEvent: boolean;
  readonly options: Data;
  readonly parameters: readonly ParameterPlan[];
  /** The name of the handler's last parameter; it differs from those of the contract. */
  readonly contextName: string;
  /** `undefined` for one-way methods. */
  readonly result: TypeSource | undefined;
  /** Functions of argument lists. */
  readonly encodeArguments: FunctionRef;
  readonly decodeArguments: FunctionRef;
  /** Tells which lists of arguments are taken as they are. */
  readonly exactArguments: FunctionRef | undefined;
  /** Readers of the result; `undefined` for one-way methods. */
  readonly encodeResult: ReaderPlan | undefined;
  readonly decodeResult: ReaderPlan | undefined;
  readonly errors: readonly ErrorPlan[];
}

export interface ParameterPlan {
  /** As the contract has it: paths of options and refusals start with it. */
  readonly name: string;
  /** The name in signatures, where keywords cannot stand. */
  readonly label: string;
  readonly optional: boolean;
  /** Whether it takes all further arguments; `type` is then that of their array. */
  readonly isRest: boolean;
  readonly type: TypeSource;
}

export interface ErrorPlan {
  readonly name: string;
  readonly type: Import;
  readonly encodeData: ReaderPlan;
  readonly decodeData: ReaderPlan;
}

/** What functions refer to by name: literals, a template literal type, the branches of a union, checks. */
export type ConstantPlan =
  | { readonly kind: 'literals'; readonly name: string; readonly values: readonly LiteralValue[] }
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly texts: readonly string[];
      readonly holes: readonly string[];
    }
  | { readonly kind: 'branches'; readonly name: string; readonly branches: readonly BranchPlan[] }
  | { readonly kind: 'indexes'; readonly name: string; readonly indexes: readonly IndexPlan[] }
  /** A class of which instances are made: its members, and those that class-transformer is not shown. */
  | {
      readonly kind: 'class';
      readonly name: string;
      readonly class: Import;
      readonly members: readonly string[];
      readonly kept: readonly string[];
    }
  | {
      readonly kind: 'checks';
      readonly name: string;
      readonly checks: readonly OwnCheck[];
      /** The constant with the members that count, where not all do. */
      readonly members: string | undefined;
    };

/** A check that this project makes itself: a constraint of JSON Schema. */
export type OwnCheck = Exclude<CheckModel, { readonly kind: 'class' | 'schema' }>;

export type LiteralValue = string | number | boolean | null;

/** A branch of a union that takes a guard to recognise. */
export interface BranchPlan {
  readonly guard: FunctionRef;
  readonly reader: FunctionRef;
}

/** An index signature: its names, a constant if they follow a template, and the function for their members. */
export interface IndexPlan {
  readonly key: 'string' | 'number' | { readonly template: string };
  readonly function: FunctionRef;
}

/** A function of the file, one of `wire`, or one of `classes`, which is there for classes of class-validator. */
export interface FunctionRef {
  readonly kind: 'local' | 'wire' | 'classes';
  readonly name: string;
}

/** What a reader or a guard takes besides the value and its place. */
export type Operand = FunctionRef | { readonly kind: 'data'; readonly value: Data } | Import;

/** How a value is read. */
export type ReaderPlan =
  | { readonly kind: 'call'; readonly function: FunctionRef; readonly operands: readonly Operand[] }
  /** `undefined` and `null` take each other's place where JSON has no `undefined`. */
  | {
      readonly kind: 'replace';
      readonly from: 'null' | 'undefined';
      readonly to: 'null' | 'undefined';
      readonly otherwise: ReaderPlan;
    }
  /** What was read has to meet the checks of a constant. */
  | { readonly kind: 'checked'; readonly reader: ReaderPlan; readonly checks: string }
  /** What is just what reading it would give is taken as it is; only where arguments, results and data start. */
  | { readonly kind: 'exact'; readonly test: ExactTest; readonly otherwise: ReaderPlan };

/** How a value is tested. */
export type TestPlan =
  | { readonly kind: 'typeof'; readonly type: 'string' | 'boolean' | 'bigint' }
  | { readonly kind: 'equals'; readonly value: string | number | boolean | null | undefined }
  | { readonly kind: 'array' }
  /** One of the literals of a constant. */
  | { readonly kind: 'listed'; readonly constant: string }
  /** A function of the value alone. */
  | { readonly kind: 'check'; readonly function: FunctionRef; readonly operands: readonly Operand[] }
  /** A function of the value and its place. */
  | {
      readonly kind: 'guard';
      readonly function: FunctionRef;
      readonly operands: readonly Operand[];
      /** Whether the type contains itself, so that failures have to be remembered. */
      readonly recursive: boolean;
    }
  | { readonly kind: 'any' | 'all'; readonly of: readonly TestPlan[] };

/** A function of the descriptor file. */
export type FunctionPlan =
  | ArgumentsFunction
  | ObjectFunction
  | TupleFunction
  | ChoiceFunction
  | SwitchFunction
  | { readonly kind: 'reader'; readonly name: string; readonly reader: ReaderPlan }
  | ObjectGuard
  | TupleGuard
  | { readonly kind: 'guard'; readonly name: string; readonly test: TestPlan }
  | ExactArguments
  | ExactFunction;

export interface ArgumentsFunction {
  readonly kind: 'arguments';
  readonly name: string;
  readonly least: number;
  readonly parameters: readonly ArgumentPlan[];
  /** What reads all further arguments, under the name of the last parameter. */
  readonly rest: { readonly name: string; readonly reader: FunctionRef } | undefined;
  /** Whether arguments that are missing at the end are left out, instead of filled in as `undefined`. */
  readonly trims: boolean;
}

export interface ArgumentPlan {
  readonly name: string;
  /**
   * Whether the argument may be missing: as `null` where others follow, or, where null is one of its values, only
   * at the end.
   */
  readonly missing: 'no' | 'null' | 'end';
  readonly reader: ReaderPlan;
}

export interface ObjectFunction {
  readonly kind: 'object';
  readonly name: string;
  readonly required: readonly MemberPlan[];
  readonly optional: readonly MemberPlan[];
  /** The constant with all members, if none is required: tsc then wants at least one of them. */
  readonly weak: string | undefined;
  readonly others: OthersPlan;
}

export interface MemberPlan {
  readonly name: string;
  /** Whether a required member may be `undefined`; its reader then never sees that. */
  readonly undefinable: boolean;
  /** Whether an optional member may not be `undefined`. */
  readonly exact: boolean;
  readonly reader: ReaderPlan;
}

/** What happens to members that the type does not name; `known` is the constant with those it does. */
export type OthersPlan =
  | { readonly kind: 'drop' }
  | { readonly kind: 'refuse' | 'keep'; readonly known: string }
  | { readonly kind: 'index'; readonly known: string; readonly reader: FunctionRef }
  | IndexesPlan;

/** Index signatures that are not for all names; `indexes` is the constant with them. */
export interface IndexesPlan {
  readonly kind: 'indexes';
  readonly known: string;
  readonly indexes: string;
  readonly unnamed: AdditionalProperties;
}

export interface TupleFunction {
  readonly kind: 'tuple';
  readonly name: string;
  readonly least: number;
  /** Readers of the items before the rest, of an item of the rest, and of the items after it. */
  readonly before: readonly ItemPlan[];
  readonly rest: FunctionRef | undefined;
  readonly after: readonly ItemPlan[];
}

export interface ItemPlan {
  readonly optional: boolean;
  readonly reader: ReaderPlan;
}

/** A union whose branches are told apart by the kind of the value. */
export interface ChoiceFunction {
  readonly kind: 'choice';
  readonly name: string;
  readonly arms: readonly ArmPlan[];
  /** The union as text. */
  readonly expected: string;
}

export interface ArmPlan {
  readonly test: TestPlan;
  /** `undefined`: the value is its own copy. */
  readonly reader: ReaderPlan | undefined;
}

/** A union of objects that differ in the literals of one member. */
export interface SwitchFunction {
  readonly kind: 'switch';
  readonly name: string;
  readonly member: string;
  readonly cases: readonly CasePlan[];
  /** The constant with all the literals. */
  readonly expected: string;
}

export interface CasePlan {
  /** `undefined` stands for the absence of the member. */
  readonly values: readonly (LiteralValue | undefined)[];
  readonly reader: FunctionRef;
}

export interface ObjectGuard {
  readonly kind: 'objectGuard';
  readonly name: string;
  readonly members: readonly MemberTest[];
  /** As of {@link ObjectFunction}. */
  readonly weak: string | undefined;
  readonly others:
    | { readonly kind: 'any' }
    | { readonly kind: 'none'; readonly known: string }
    | {
        readonly kind: 'index';
        readonly known: string;
        readonly guard: FunctionRef;
      }
    | IndexesPlan;
}

export interface MemberTest {
  readonly name: string;
  /** As of {@link MemberPlan}; the test accepts `undefined`. */
  readonly undefinable: boolean;
  readonly exact: boolean;
  readonly test: TestPlan;
}

export interface TupleGuard {
  readonly kind: 'tupleGuard';
  readonly name: string;
  readonly least: number;
  readonly before: readonly ItemTest[];
  readonly rest: FunctionRef | undefined;
  readonly after: readonly ItemTest[];
}

export interface ItemTest {
  readonly optional: boolean;
  readonly test: TestPlan;
}
