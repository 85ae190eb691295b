// The types of JavaScript's own library: which can be sent, and what to send instead of the others.

import { ts } from '#typescript';
import type { TypeModel } from '../model.js';
import { originOf } from './context.js';
import { typeArguments } from './type-names.js';
import { checkItem, refuse, type TypeReader, UNREADABLE } from './type-reader.js';
import { part, type Use } from './use.js';
import { structureOf } from './written-type.js';

type Builtin = 'date' | 'bytes' | 'buffer' | 'url' | 'map' | 'set';

const SENDABLE: Readonly<Record<string, Builtin>> = {
  Date: 'date',
  Uint8Array: 'bytes',
  Buffer: 'buffer',
  URL: 'url',
  Map: 'map',
  ReadonlyMap: 'map',
  Set: 'set',
  ReadonlySet: 'set',
};

const VALUE = 'Only the result of a method is a promise: write the type of its value.';
const BYTES = 'Send a Uint8Array.';
const ARRAY = 'Send an array.';
const FUNCTION = 'Send the data that the function would work on.';
const CONTENT = 'Send what is in it, as a Uint8Array or a string.';

const INSTEAD: Readonly<Record<string, string>> = {
  String: 'Write string.',
  Number: 'Write number.',
  Boolean: 'Write boolean.',
  BigInt: 'Write bigint.',
  Symbol: 'Send a string instead.',
  Object: 'Write the type of its members, or @opaque to send any JSON data unchecked.',
  Function: FUNCTION,
  CallableFunction: FUNCTION,
  NewableFunction: FUNCTION,
  Promise: VALUE,
  PromiseLike: VALUE,
  Error: 'Declare errors with @throws, or send their message as a string.',
  RegExp: 'Send its source as a string.',
  WeakMap: 'Send a Map.',
  WeakSet: 'Send a Set.',
  WeakRef: 'Send the value itself.',
  ArrayBuffer: BYTES,
  SharedArrayBuffer: BYTES,
  ArrayBufferView: BYTES,
  DataView: BYTES,
  ArrayLike: ARRAY,
  Iterable: ARRAY,
  IterableIterator: ARRAY,
  Iterator: ARRAY,
  Generator: ARRAY,
  AsyncIterable: ARRAY,
  AsyncIterableIterator: ARRAY,
  AsyncIterator: ARRAY,
  AsyncGenerator: ARRAY,
  ReadableStream: CONTENT,
  Readable: CONTENT,
  Blob: CONTENT,
  File: CONTENT,
  URLSearchParams: 'Send a URL, or the query as a string.',
  Headers: 'Send a Record<string, string>.',
  FormData: 'Send a Record<string, string>.',
  AbortSignal: 'Leave it out: the caller has `signal` as an option, the handler as `ctx.signal`.',
};

/** The model of a library type; `undefined` if it is none, or one that is plain data as any other. */
export function readBuiltin(reader: TypeReader, type: ts.Type, use: Use): TypeModel | undefined {
  const symbol = type.getSymbol();
  if (symbol === undefined || !isLibraryType(reader, symbol)) return undefined;
  const builtin = Object.hasOwn(SENDABLE, symbol.name) ? SENDABLE[symbol.name] : undefined;
  if (builtin !== undefined) return readSendable(reader, type, use, builtin);
  if (!isRefusedBuiltin(reader, type)) return undefined;
  const fallback = /Array$/.test(symbol.name)
    ? 'Send a Uint8Array or an array of numbers.'
    : 'Send plain data instead.';
  const help = Object.hasOwn(INSTEAD, symbol.name) ? (INSTEAD[symbol.name] ?? fallback) : fallback;
  return refuse(reader, use, `it is ${withArticle(symbol.name)}`, help);
}

/** Library types that are more than data. */
export function isRefusedBuiltin(reader: TypeReader, type: ts.Type): boolean {
  const symbol = type.getSymbol();
  if (symbol === undefined || !isLibraryType(reader, symbol)) return false;
  return Object.hasOwn(INSTEAD, symbol.name) || hasFunctions(type);
}

/** `a Promise`, `an Iterable` */
const withArticle = (name: string): string => `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;

/** The library types that intersections can brand, as in `Date & { __brand: 'Created' }`. */
export function isSendableBuiltin(reader: TypeReader, type: ts.Type): boolean {
  const symbol = type.getSymbol();
  return symbol !== undefined && Object.hasOwn(SENDABLE, symbol.name) && isLibraryType(reader, symbol);
}

function isLibraryType({ context }: TypeReader, symbol: ts.Symbol): boolean {
  if ((symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) === 0) return false;
  return (symbol.declarations ?? []).some(
    (declaration) => originOf(context.program, declaration.getSourceFile()) === 'library',
  );
}

function hasFunctions(type: ts.Type): boolean {
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return true;
  return type.getProperties().some((member) => member.flags & ts.SymbolFlags.Method);
}

function readSendable(reader: TypeReader, type: ts.Type, use: Use, kind: Builtin): TypeModel {
  if (kind === 'bytes' || kind === 'buffer') return readBytes(reader, type, use, kind);
  if (kind === 'date' || kind === 'url') return { kind };
  return reader.registry.guarded(type, use.name, () => readCollection(reader, type, use, kind));
}

/** Bytes arrive in memory of their own. */
function readBytes(reader: TypeReader, type: ts.Type, use: Use, kind: 'bytes' | 'buffer'): TypeModel {
  const [memory] = typeArguments(reader.context, type);
  if (memory?.getSymbol()?.name !== 'SharedArrayBuffer') return { kind };
  return refuse(reader, use, 'it is memory that processes share', BYTES);
}

function readCollection(reader: TypeReader, type: ts.Type, use: Use, kind: 'map' | 'set'): TypeModel {
  const [first, second] = typeArguments(reader.context, type);
  const { node, bindings } = structureOf(reader.context, use);
  const nodes = node !== undefined && ts.isTypeReferenceNode(node) ? node.typeArguments : undefined;
  if (first === undefined) return UNREADABLE;
  if (kind === 'set') {
    const item = part(use, { path: `${use.path}[]`, name: `${use.name}Item`, node: nodes?.[0], bindings });
    return { kind, item: readItem(reader, first, item) };
  }
  if (second === undefined) return UNREADABLE;
  const key = part(use, { path: `${use.path}.key`, name: `${use.name}Key`, node: nodes?.[0], bindings });
  const value = part(use, { path: `${use.path}[]`, name: `${use.name}Value`, node: nodes?.[1], bindings });
  return { kind, key: readItem(reader, first, key), value: readItem(reader, second, value) };
}

function readItem(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  const model = reader.read(type, use);
  checkItem(reader, use, model);
  return model;
}
