// Reads the result of a method: what its promise holds.

import { ts } from '#typescript';
import type { ResultModel } from '../model.js';
import { originOf } from './context.js';
import {
  type ContractReader,
  isForeign,
  type Method,
  nameInMethod,
  placeInProject,
} from './contract-reader.js';

/** The annotation that says a method has no result. */
export type OnlyWay = 'oneway' | 'event';

/** The result; `undefined` for one-way methods, and after a diagnostic. */
export function readResult(
  reader: ContractReader,
  method: Method,
  way: OnlyWay | undefined,
): ResultModel | undefined {
  const type = method.signature.getReturnType();
  const value = promisedType(reader, type);
  if (way !== undefined) return checkNoResult(reader, method, value ?? type, way);
  if (value === undefined) return reportNoPromise(reader, method, type);
  const node = promisedNode(resultNode(method));
  const model = reader.types.read(value, {
    place: resultPlace(reader, method),
    path: 'result',
    name: nameInMethod(reader, method, 'Result'),
    node,
    bindings: reader.bindings,
    isForeign: isForeign(reader, resultNode(method)),
    depth: 0,
  });
  const text = reader.text.write(node, (contract) => `Awaited<ReturnType<${contract}['${method.name}']>>`);
  return { type: model, text };
}

const resultNode = (method: Method): ts.TypeNode | undefined => {
  const node = method.signature.getDeclaration()?.type;
  return node !== undefined && ts.isTypeNode(node) ? node : undefined;
};

function resultPlace(reader: ContractReader, method: Method): ts.Node {
  return placeInProject(reader, resultNode(method) ?? method.declaration, method);
}

const isVoid = (type: ts.Type): boolean => (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;

function checkNoResult(reader: ContractReader, method: Method, type: ts.Type, way: OnlyWay): undefined {
  if (isVoid(type)) return;
  reader.types.context.report(
    'MQ1003',
    resultPlace(reader, method),
    `@${way} contradicts the result of ${method.name}`,
    `Return void, or remove @${way}.`,
  );
}

function reportNoPromise(reader: ContractReader, method: Method, type: ts.Type): undefined {
  const { checker, report } = reader.types.context;
  const help = isVoid(type)
    ? 'Write Promise<void> to wait for the handler, or @oneway to call without an outcome.'
    : `Write Promise<${checker.typeToString(checker.getAwaitedType(type) ?? type)}>.`;
  report('MQ2004', resultPlace(reader, method), `${method.name} does not return a promise`, help);
}

/** `X` of the global `Promise<X>`. */
function promisedType({ types }: ContractReader, type: ts.Type): ts.Type | undefined {
  const { checker, program } = types.context;
  const symbol = type.getSymbol();
  const file = symbol?.declarations?.[0]?.getSourceFile();
  const isPromise = symbol?.name === 'Promise' && file !== undefined && originOf(program, file) === 'library';
  return isPromise ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
}

function promisedNode(node: ts.TypeNode | undefined): ts.TypeNode | undefined {
  const isWritten =
    node !== undefined && ts.isTypeReferenceNode(node) && node.typeName.getText() === 'Promise';
  return isWritten ? node.typeArguments?.[0] : undefined;
}
