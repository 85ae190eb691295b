// Turns TypeScript's types into the model's, one kind after the other.

import { ts } from '#typescript';
import type { TypeModel } from '../model.js';
import { readBuiltin } from './builtins.js';
import { withConstraints } from './constraints.js';
import type { Context } from './context.js';
import { MAX_DEPTH } from './limits.js';
import { readArray, readTuple } from './lists.js';
import { readIntersection, readObject } from './objects.js';
import { aliasAnnotations, isOpaque } from './opaque.js';
import { withDeclaredSchemas } from './schemas.js';
import { readTemplate } from './templates.js';
import { refuse, type TypeReader, UNREADABLE } from './type-reader.js';
import type { TypeRegistry } from './type-registry.js';
import { readUnion } from './unions.js';
import type { Use } from './use.js';

export function createTypeReader(context: Context, registry: TypeRegistry): TypeReader {
  const read: TypeReader['read'] = (type, use) => readType(reader, type, use);
  const reader: TypeReader = {
    context,
    registry,
    read,
    instances: [],
    aliases: new Map(),
    refusedAt: new Set(),
  };
  return reader;
}

const { TypeFlags } = ts;

function readType(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  const step = reader.registry.step();
  if (step === 'stopped') return UNREADABLE;
  if (step === 'stop')
    return refuse(reader, use, 'with it, the types of the service are too many', TOO_LARGE);
  if (use.depth > MAX_DEPTH)
    return refuse(reader, use, `it is nested more than ${MAX_DEPTH} levels deep`, TOO_LARGE);
  return withDeclaredSchemas(reader, type, use, () => readUnlessOpaque(reader, type, use));
}

function readUnlessOpaque(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  if (isOpaque(reader.context, type, use)) return withConstraints(reader, type, { kind: 'opaque' }, use);
  const additionalProperties =
    use.additionalProperties ?? aliasAnnotations(reader.context, use.node, 'additionalProperties');
  const model = readKnown(reader, type, { ...use, additionalProperties });
  return withConstraints(reader, type, model, use);
}

const TOO_LARGE = 'Make the type smaller, or write @opaque to send it unchecked.';

function readKnown(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  const { flags } = type;
  if (flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.NonPrimitive))
    return readUnchecked(reader, type, use);
  if (flags & TypeFlags.EnumLike) return readEnum(reader, type, use);
  const primitive = readPrimitive(type);
  if (primitive !== undefined) return primitive;
  if (flags & TypeFlags.TemplateLiteral) return readTemplate(reader, type, use);
  if (type.isUnion())
    return reader.registry.guarded(type, aliasName(type) ?? use.name, () => readUnion(reader, type, use));
  if (type.isIntersection()) return readIntersection(reader, type, use);
  if (flags & TypeFlags.Object) return readObjectType(reader, type, use);
  return refuseKind(reader, type, use);
}

const PRIMITIVES: readonly (readonly [ts.TypeFlags, TypeModel])[] = [
  [TypeFlags.String, { kind: 'string' }],
  [TypeFlags.Number, { kind: 'number' }],
  [TypeFlags.Boolean, { kind: 'boolean' }],
  [TypeFlags.BigInt, { kind: 'bigint' }],
  [TypeFlags.Null, { kind: 'null' }],
  [TypeFlags.Undefined | TypeFlags.Void, { kind: 'undefined' }],
  [TypeFlags.Never, { kind: 'never' }],
];

function readPrimitive(type: ts.Type): TypeModel | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: 'literal', value: type.value };
  if (type.flags & TypeFlags.BooleanLiteral) {
    return { kind: 'literal', value: (type as { intrinsicName?: string }).intrinsicName === 'true' };
  }
  if (type.flags & TypeFlags.BigIntLiteral) {
    const { negative, base10Value } = (type as ts.BigIntLiteralType).value as ts.PseudoBigInt;
    return { kind: 'bigintLiteral', value: `${negative ? '-' : ''}${base10Value}` };
  }
  return PRIMITIVES.find(([flags]) => type.flags & flags)?.[1];
}

/** `any`, `unknown` and `object`: nothing can be checked. In other packages' types that is as it is. */
function readUnchecked(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  const name = (type as { intrinsicName?: string }).intrinsicName;
  const { report, checker, brokenFiles } = reader.context;
  if (name === 'error' || name === 'unresolved') {
    if (brokenFiles.has(use.place.getSourceFile())) return UNREADABLE;
    report(
      'MQ3003',
      use.place,
      `the type of "${use.path}" cannot be resolved`,
      'Run tsc on the file that declares it.',
    );
  } else if (!use.isForeign) {
    report(
      'MQ2002',
      use.place,
      `"${use.path}" has type ${checker.typeToString(type)}, which cannot be checked`,
      'Write a type that says what it holds, or @opaque to send any JSON data unchecked.',
    );
  }
  return { kind: 'opaque' };
}

/** The name for what refers to itself. */
const aliasName = (type: ts.Type): string | undefined => type.aliasSymbol?.name;

/** A whole enum, or one of its members. */
function readEnum(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: 'literal', value: type.value };
  const members = type.isUnion() ? type.types : [];
  const values = members.map((member) => (member as ts.LiteralType).value);
  const known = values.filter((value) => typeof value === 'string' || typeof value === 'number');
  if (known.length === 0 || known.length < values.length) {
    return refuse(reader, use, 'it is an enum with computed members', 'Give every member a constant value.');
  }
  const memberNames = members.map((member) => member.getSymbol()?.name ?? '');
  return { kind: 'enum', name: type.getSymbol()?.name ?? 'enum', values: known, memberNames };
}

function readObjectType(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  const { checker } = reader.context;
  if (checker.isTupleType(type)) {
    return reader.registry.guarded(type, aliasName(type) ?? use.name, () =>
      readTuple(reader, type as ts.TupleTypeReference, use),
    );
  }
  if (checker.isArrayType(type)) {
    return reader.registry.guarded(type, aliasName(type) ?? use.name, () =>
      readArray(reader, type as ts.TypeReference, use),
    );
  }
  return readBuiltin(reader, type, use) ?? readObject(reader, type, use);
}

function refuseKind(reader: TypeReader, type: ts.Type, use: Use): TypeModel {
  const text = reader.context.checker.typeToString(type);
  if (type.flags & TypeFlags.ESSymbolLike) {
    return refuse(reader, use, 'it is a symbol', 'Send a string instead.');
  }
  if (type.flags & TypeFlags.StringMapping) {
    return refuse(reader, use, `${text} is a pattern that cannot be checked`, 'Send a string.');
  }
  return refuse(
    reader,
    use,
    `its type ${text} is not fully known`,
    'Write a type without open type parameters.',
  );
}
