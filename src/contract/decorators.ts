// The decorators of contracts written as classes. They only keep what they are given: the generator reads the
// source, and a running program reads it back with `serviceOptions` and `methodOptions`.

import 'reflect-metadata';
import type { ServiceErrorClass } from './descriptor.js';
import type { MethodOptions } from './options.js';

type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Options of a method whose caller waits for its outcome. */
export interface MethodDecoratorOptions extends MethodOptions {
  readonly priority?: Priority;
  /** Errors that arrive at the caller as themselves. */
  readonly throws?: readonly ServiceErrorClass[];
}

/** Options of a one-way method: none about an outcome, since there is none. */
export type OneWayOptions = Omit<MethodDecoratorOptions, 'timeout' | 'retain' | 'throws'>;

/** Options of an event, which is one-way and always stored. */
export interface EventOptions extends Omit<OneWayOptions, 'event'> {
  readonly delivery?: 'recoverable';
}

/** Name and version of a service, and options for all its methods. */
export interface ServiceOptions
  extends Omit<MethodOptions, 'ordered' | 'idempotencyKey' | 'since' | 'event'> {
  /** Lower-case words, as in `orders` or `billing.invoices`. */
  readonly name: string;
  /** `major.minor`. Default `1.0`. */
  readonly version?: `${number}.${number}`;
  readonly priority?: Priority;
}

/** What the decorators of one method say. */
export interface MethodMetadata extends MethodDecoratorOptions {
  readonly oneWay?: true;
}

/** What the decorators of data say. */
export interface DataMetadata {
  readonly opaque?: true;
  readonly additionalProperties?: 'drop' | 'refuse' | 'keep';
}

/** A class, abstract or not. */
export type AnyClass = abstract new (...args: never) => object;

/** Works on classes under `experimentalDecorators` and as a standard decorator. */
export type ContractDecorator = (target: AnyClass, context?: ClassDecoratorContext) => void;

/** Works on fields under `experimentalDecorators` and as a standard decorator. */
export type FieldDecorator = (
  target: object | undefined,
  member: string | symbol | ClassFieldDecoratorContext,
) => void;

/** Works on fields and on classes. */
export type DataDecorator = (
  target: object | undefined,
  member?: string | symbol | ClassFieldDecoratorContext | ClassDecoratorContext,
) => void;

/** Makes a class the contract of a service. */
export function Service(options: ServiceOptions): ContractDecorator {
  return (target, context) => {
    Reflect.defineMetadata(SERVICE, options, target);
    // Standard field decorators do not know their class; the class's own decorator, which runs last, does.
    for (const [member, saved] of context?.metadata ? annotationsIn(context.metadata) : []) {
      Reflect.defineMetadata(MEMBER, saved, target.prototype, member);
    }
  };
}

/** Sets options of a method. */
export const Method = (options: MethodDecoratorOptions): FieldDecorator => annotate(options);

/** Makes a method one-way: its caller waits for nothing but the queue. */
export const OneWay = (options: OneWayOptions = {}): FieldDecorator => annotate({ ...options, oneWay: true });

/** Makes a method an event: every group of subscribers gets each call once, and nobody waits for them. */
export const Event = (options: EventOptions = {}): FieldDecorator =>
  annotate({ ...options, event: true, oneWay: true });

/** Declares errors of a method. */
export const Throws = (...throws: readonly ServiceErrorClass[]): FieldDecorator => annotate({ throws });

/** Sends a member, or all data of a class, unchecked, as whatever JSON data it is. */
export const Opaque = (): DataDecorator => annotate({ opaque: true });

/** Says what happens to members of an object that its type does not have. Default: `drop`. */
export const AdditionalProperties = (additionalProperties: 'drop' | 'refuse' | 'keep'): DataDecorator =>
  annotate({ additionalProperties });

/** What `@Service` was given; `undefined` for other classes. */
export const serviceOptions = (contract: AnyClass): ServiceOptions | undefined =>
  Reflect.getOwnMetadata(SERVICE, contract);

/** What the decorators of a method say together; `undefined` without any. */
export const methodOptions = (contract: AnyClass, method: string): MethodMetadata | undefined =>
  memberAnnotations(contract, method);

/** What the decorators of a data class, or of one of its members, say together; `undefined` without any. */
export const dataOptions = (type: AnyClass, member?: string): DataMetadata | undefined =>
  member === undefined ? metadataOf(type, undefined, Reflect.getMetadata) : memberAnnotations(type, member);

const SERVICE = 'mq-rpc:service';
const MEMBER = 'mq-rpc:member';

/** Where standard decorators keep what they were given, in the metadata of their class. */
const ANNOTATIONS = Symbol.for('mq-rpc:annotations');

// Compilers ask for this symbol when a class is defined; Node 20 does not have it. esbuild falls back to
// the same registered symbol.
if (Symbol.metadata === undefined) {
  Object.defineProperty(Symbol, 'metadata', { value: Symbol.for('Symbol.metadata') });
}

type Decorated = string | symbol | ClassFieldDecoratorContext | ClassDecoratorContext | undefined;

function annotate(options: object): (target: object | undefined, decorated?: Decorated) => void {
  return (target, decorated) => {
    if (typeof decorated !== 'object') addMetadata(options, target, decorated);
    else if (decorated.kind === 'class') addMetadata(options, target, undefined);
    else addStandardMetadata(options, decorated);
  };
}

/** `target` is a class without a member, or the prototype that has the member. */
function addMetadata(options: object, target: object | undefined, member: string | symbol | undefined): void {
  if (target === undefined) throw new TypeError('expected a class or one of its fields to decorate');
  const all = merge(metadataOf(target, member, Reflect.getOwnMetadata), options);
  if (member === undefined) Reflect.defineMetadata(MEMBER, all, target);
  else Reflect.defineMetadata(MEMBER, all, target, member);
}

function metadataOf(
  target: object,
  member: string | symbol | undefined,
  get: typeof Reflect.getMetadata,
): object | undefined {
  return member === undefined ? get(MEMBER, target) : get(MEMBER, target, member);
}

function addStandardMetadata(options: object, { metadata, name }: ClassFieldDecoratorContext): void {
  const annotations = annotationsIn(metadata);
  annotations.set(name, merge(annotations.get(name), options));
}

/** Several decorators add up; of the errors they declare, all count. */
function merge(saved: MethodMetadata | undefined, options: MethodMetadata): MethodMetadata {
  const throws = [...(options.throws ?? []), ...(saved?.throws ?? [])];
  return { ...saved, ...options, ...(throws.length > 0 && { throws }) };
}

type Annotations = Map<string | symbol, object>;

function annotationsIn(metadata: DecoratorMetadataObject): Annotations {
  if (!Object.hasOwn(metadata, ANNOTATIONS)) metadata[ANNOTATIONS] = new Map();
  return metadata[ANNOTATIONS] as Annotations;
}

function memberAnnotations(type: AnyClass, member: string): object | undefined {
  return metadataOf(type.prototype, member, Reflect.getMetadata) ?? standardAnnotations(type, member);
}

/** For classes without `@Service`, whose options nobody moved into reflect-metadata. */
function standardAnnotations(type: AnyClass, member: string): object | undefined {
  const { [Symbol.metadata]: metadata } = type as { [Symbol.metadata]?: DecoratorMetadataObject | null };
  for (let level = metadata; level; level = Object.getPrototypeOf(level)) {
    const saved = Object.hasOwn(level, ANNOTATIONS) ? annotationsIn(level).get(member) : undefined;
    if (saved !== undefined) return saved;
  }
  return undefined;
}
