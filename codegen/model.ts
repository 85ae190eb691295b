// The model of a contract: plain read-only data between the front end that reads TypeScript and the templates.
// Nothing here knows ts-morph, and nothing after it needs to.

import type { MethodOptions } from '../src/contract/options.js';

/** A place in a contract file; line and column count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** How the contract was written. */
export type Spelling = 'interface' | 'class';

export interface ServiceModel {
  /** The name on the wire, as in `orders`. */
  readonly name: string;
  /** The name of the interface or class, as in `Orders`. */
  readonly contractName: string;
  readonly spelling: Spelling;
  readonly version: { readonly major: number; readonly minor: number };
  readonly doc: string | undefined;
  readonly options: MethodOptions;
  readonly methods: readonly MethodModel[];
  /** Types that have functions of their own in the descriptor, by `TypeModel` reference, in order of first use. */
  readonly types: ReadonlyMap<string, NamedType>;
  /** Where the contract stands; generated code imports it and its errors from there. */
  readonly place: SourcePlace;
}

/** `major.minor`. */
export const versionOf = ({ version }: ServiceModel): string => `${version.major}.${version.minor}`;

/** Each major version has a queue of its own, as in `orders.v1`. */
export const queueOf = ({ name, version }: ServiceModel): string => `${name}.v${version.major}`;

export interface MethodModel {
  readonly name: string;
  readonly oneWay: boolean;
  readonly doc: string | undefined;
  readonly parameters: readonly ParameterModel[];
  /** `undefined` for one-way methods. */
  readonly result: ResultModel | undefined;
  readonly options: MethodOptions;
  readonly throws: readonly ErrorModel[];
  readonly place: SourcePlace;
}

export interface ParameterModel {
  readonly name: string;
  readonly optional: boolean;
  /** Whether it takes all arguments from its place on, each of which is of `type`; only the last one can. */
  readonly isRest: boolean;
  readonly type: TypeModel;
  /** The type as TypeScript source for signatures. */
  readonly text: TypeText;
}

export interface ResultModel {
  readonly type: TypeModel;
  readonly text: TypeText;
}

/** A type as source text, and the names in it that have to be imported. */
export interface TypeText {
  readonly source: string;
  readonly imports: readonly TypeImport[];
}

export interface TypeImport {
  readonly name: string;
  /** An absolute file name, or the name of a package as the contract imports it. */
  readonly from: { readonly file: string } | { readonly module: string };
}

/** A class of the contract that extends `ServiceError`. */
export interface ErrorModel {
  readonly name: string;
  readonly data: TypeModel;
  readonly from: TypeImport['from'];
  readonly doc?: string | undefined;
}

/** A type with functions of its own: an object type, or one that refers to itself. */
export interface NamedType {
  /** Unique within the service and usable in identifiers, as in `NewOrder`. */
  readonly name: string;
  /** Whether the source declares it by this name, so that other code may use it. */
  readonly isDeclared: boolean;
  readonly type: TypeModel;
  /** Only where it was asked for: types are compared and hashed without it. */
  readonly docs?: TypeDocs | undefined;
}

/** What the comments of a type and of its members say, annotations left out. */
export interface TypeDocs {
  readonly doc: string | undefined;
  /** By the names of the members that have a comment. */
  readonly members: ReadonlyMap<string, string>;
}

/** What happens to members that an object type does not have. */
export type AdditionalProperties = 'drop' | 'refuse' | 'keep';

/** The shape of data, resolved: no aliases, generics or utility types are left. */
export type TypeModel =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'bigint' | 'null' | 'undefined' }
  | { readonly kind: 'date' | 'bytes' | 'buffer' | 'url' | 'opaque' | 'never' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'bigintLiteral'; readonly value: string }
  /** A template literal type: `texts` has one item more than `holes`. */
  | {
      readonly kind: 'template';
      readonly texts: readonly string[];
      readonly holes: readonly ('string' | 'number' | 'bigint' | 'boolean')[];
    }
  | EnumModel
  | { readonly kind: 'array'; readonly item: TypeModel }
  | { readonly kind: 'tuple'; readonly items: readonly TupleItem[] }
  | ObjectModel
  | { readonly kind: 'map'; readonly key: TypeModel; readonly value: TypeModel }
  | { readonly kind: 'set'; readonly item: TypeModel }
  | UnionModel
  | CheckedModel
  /** A reference into {@link ServiceModel.types}. */
  | { readonly kind: 'reference'; readonly name: string };

export interface EnumModel {
  readonly kind: 'enum';
  readonly name: string;
  readonly values: readonly (string | number)[];
  /** The names of its members, one for each value. */
  readonly memberNames: readonly string[];
}

export interface TupleItem {
  readonly type: TypeModel;
  readonly optional: boolean;
  /** As of {@link MemberModel}. */
  readonly exact?: true;
  readonly rest: boolean;
}

export interface ObjectModel {
  readonly kind: 'object';
  readonly members: readonly MemberModel[];
  /** What other members are, from index signatures and `Record`: a member agrees with all that have its name. */
  readonly indexes: readonly IndexModel[];
  readonly additionalProperties: AdditionalProperties;
}

export interface IndexModel {
  /** The names it is for: all, those that spell numbers, or those of a pattern. */
  readonly key: TypeModel & { readonly kind: 'string' | 'number' | 'template' };
  readonly type: TypeModel;
}

export interface MemberModel {
  readonly name: string;
  readonly optional: boolean;
  /** Optional, but not `undefined` where it is there: `exactOptionalPropertyTypes` asks for it. */
  readonly exact?: true;
  readonly type: TypeModel;
}

export interface UnionModel {
  readonly kind: 'union';
  readonly members: readonly TypeModel[];
  /** The union as a reader would write it, for messages. */
  readonly text: string;
}

/** A type whose values have to meet more than it says. The branches of a union have their own checks. */
export interface CheckedModel {
  readonly kind: 'checked';
  readonly type: TypeModel;
  /** At least one, in the order of {@link CheckModel}'s kinds. */
  readonly checks: readonly CheckModel[];
}

/** What values have to meet. The words are those of JSON Schema. */
export type CheckModel =
  | { readonly kind: NumericCheck; readonly value: number }
  /** A regular expression with the flag `u`, or the name of a format. */
  | { readonly kind: 'pattern' | 'format'; readonly value: string }
  | { readonly kind: 'uniqueItems' }
  /** A class with the decorators of class-validator: values are instances of it, and its decorators are asked. */
  | { readonly kind: 'class'; readonly class: TypeImport }
  /** A constant that implements Standard Schema. */
  | { readonly kind: 'schema'; readonly schema: TypeImport };

export type NumericCheck =
  | 'minimum'
  | 'maximum'
  | 'exclusiveMinimum'
  | 'exclusiveMaximum'
  | 'multipleOf'
  | 'minLength'
  | 'maxLength'
  | 'minItems'
  | 'maxItems'
  | 'minProperties'
  | 'maxProperties';

/** Whether values are tested by code of the contract's author, and may be others than those that travel. */
export const isForeignCheck = ({ kind }: CheckModel): boolean => kind === 'class' || kind === 'schema';

/** The types directly within a type. */
export function partsOf(type: TypeModel): readonly TypeModel[] {
  switch (type.kind) {
    case 'array':
    case 'set':
      return [type.item];
    case 'map':
      return [type.key, type.value];
    case 'tuple':
      return type.items.map((item) => item.type);
    case 'union':
      return type.members;
    case 'object':
      return [...type.members, ...type.indexes].map((part) => part.type);
    case 'checked':
      return [type.type];
    default:
      return [];
  }
}
