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

/** Name and version of a service, and options for all its methods. */
export interface ServiceOptions extends Omit<MethodOptions, 'ordered' | 'idempotencyKey' | 'since'> {
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

/** Declares errors of a method. */
export const Throws = (...throws: readonly ServiceErrorClass[]): FieldDecorator => annotate({ throws });

/** Sends a member, or all data of a class, unchecked, as whatever JSON data it is. */
export const Opaque = (): DataDecorator => annotate({ opaque: true });

/** Says what happens to members of an object that its type does not have. Default: `drop`. */
export const AdditionalProperties = (additionalProperties: 'drop' | 'refuse' | 'keep'): DataDecorator =>
  annotate({ additionalProperties });

/** What `@Service` was given; `undefined` for other classes. */
export const serviceOptions = (contract: AnyClass): ServiceOptions | undefined =>
  Reflect.getMetadata(SERVICE, contract);

/** What the decorators of a method say together; `undefined` without any. */
export const methodOptions = (contract: AnyClass, method: string): MethodMetadata | undefined =>
  Reflect.getMetadata(MEMBER, contract.prototype, method) ?? standardAnnotations(contract, method);

const SERVICE = 'mq-rpc:service';
const MEMBER = 'mq-rpc:member';

/** Where standard decorators keep what they were given, in the metadata of their class. */
const ANNOTATIONS = Symbol.for('mq-rpc:annotations');

// Compilers ask for this symbol when a class is defined; Node 20 does not have it. esbuild falls back to
// the same registered symbol.
if (Symbol.metadata === undefined) {
  Object.defineProperty(Symbol, 'metadata', { value: Symbol.for('Symbol.metadata') });
}

type DecoratedMember = string | symbol | ClassFieldDecoratorContext | ClassDecoratorContext | undefined;

function annotate(options: object): (target: object | undefined, member?: DecoratedMember) => void {
  return (target, member) => {
    if (typeof member === 'object') annotateStandard(options, member);
    else if (member === undefined) addMetadata(options, target as object);
    else addMetadata(options, target as object, member);
  };
}

function addMetadata(options: object, target: object, ...member: [] | [string | symbol]): void {
  const [name] = member;
  const saved =
    name === undefined
      ? Reflect.getOwnMetadata(MEMBER, target)
      : Reflect.getOwnMetadata(MEMBER, target, name);
  if (name === undefined) Reflect.defineMetadata(MEMBER, { ...saved, ...options }, target);
  else Reflect.defineMetadata(MEMBER, { ...saved, ...options }, target, name);
}

function annotateStandard(
  options: object,
  context: ClassFieldDecoratorContext | ClassDecoratorContext,
): void {
  const annotations = annotationsIn(context.metadata);
  const name = context.kind === 'class' ? '' : context.name;
  annotations.set(name, { ...annotations.get(name), ...options });
}

type Annotations = Map<string | symbol, object>;

function annotationsIn(metadata: DecoratorMetadataObject): Annotations {
  if (!Object.hasOwn(metadata, ANNOTATIONS)) metadata[ANNOTATIONS] = new Map();
  return metadata[ANNOTATIONS] as Annotations;
}

/** For classes without `@Service`, whose options nobody moved into reflect-metadata. */
function standardAnnotations(contract: AnyClass, member: string): MethodMetadata | undefined {
  const { [Symbol.metadata]: metadata } = contract as { [Symbol.metadata]?: DecoratorMetadataObject | null };
  for (let level = metadata; level; level = Object.getPrototypeOf(level)) {
    const saved = Object.hasOwn(level, ANNOTATIONS) ? annotationsIn(level).get(member) : undefined;
    if (saved !== undefined) return saved;
  }
  return undefined;
}
