// What generated code says of a service: its methods, their options, and how their data travels.

import type { ServiceError } from '../errors.js';
import type { MethodOptions } from './options.js';

/** A class that extends {@link ServiceError}, with whatever constructor. */
// biome-ignore lint/suspicious/noExplicitAny: a constructor type accepts every parameter list only through any
export type ServiceErrorClass = abstract new (...args: any[]) => ServiceError<any>;

/** A declared error: its class at this end and how its data travels. */
export interface ErrorDescriptor {
  readonly type: ServiceErrorClass;
  encodeData(data: unknown): unknown;
  decodeData(data: unknown): unknown;
}

/**
 * One method. The four functions check, and copy where they must: data that is just what the type has is returned as it is,
 * of other data new data that holds only what the type has. They
 * throw a `Refusal` with the path of what does not agree. `encode…` turns values into JSON data, `decode…`
 * JSON data into values.
 */
export interface MethodDescriptor {
  readonly name: string;
  /** Whether the method has no result: its calls end when a handler has run. */
  readonly oneWay: boolean;
  /** Names of the parameters, in order: option paths such as `order.customerId` start with one of them. */
  readonly parameters: readonly string[];
  /** Whether the last parameter takes all further arguments. Handlers get them as one array. */
  readonly rest?: true;
  readonly options: MethodOptions;
  encodeArguments(args: readonly unknown[]): unknown[];
  decodeArguments(data: unknown): unknown[];
  encodeResult(value: unknown): unknown;
  decodeResult(data: unknown): unknown;
  /** Declared errors by the name that travels. */
  readonly errors: Readonly<Record<string, ErrorDescriptor>>;
}

/** Make {@link ServiceDescriptor} remember its contract and the names of its events; no value carries them. */
declare const contract: unique symbol;
declare const events: unique symbol;

/**
 * The format of generated code that this version understands. It changes when descriptors, or what generated functions
 * are called with, change in a way that older code does not follow.
 */
export const DESCRIPTOR_FORMAT = 1;

/** One service, as generated from its contract. */
export interface ServiceDescriptor<Contract = unknown, Events extends string = never> {
  /** The compiler, too, notices code of another format. */
  readonly format: typeof DESCRIPTOR_FORMAT;
  readonly service: string;
  /** `major.minor` */
  readonly version: string;
  /** One queue per service and major version: `orders.v1`. */
  readonly queue: string;
  /** Hex digest over everything of the contract that is visible on the wire. */
  readonly contractHash: string;
  /** Options for all methods. */
  readonly options: MethodOptions;
  readonly methods: Readonly<Record<string, MethodDescriptor>>;
  readonly [contract]?: Contract;
  /** A parameter, so that every descriptor is one of a service whose events nobody has to know. */
  readonly [events]?: (name: Events) => void;
}

/** Throws a `TypeError` for code that another version of mq-rpc generated, in a format that this one does not have. */
export function checkFormat({ service, format }: ServiceDescriptor): void {
  if (format === DESCRIPTOR_FORMAT) return;
  const found = format === undefined ? 'no format' : `format ${String(format)}`;
  throw new TypeError(
    `${service}: its generated code is of another version of mq-rpc: expected format ${DESCRIPTOR_FORMAT}, got ${found}. Generate it again: npx mq-rpc generate`,
  );
}

/** The start of the contract's hash, as envelopes carry it. */
export const contractMark = ({ contractHash }: ServiceDescriptor): string => contractHash.slice(0, 16);
