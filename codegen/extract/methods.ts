// Reads the methods of a contract: their signatures, options and declared errors.

import { ts } from 'ts-morph';
import type { MethodOptions } from '../../src/contract/options.js';
import { findAnnotation } from '../annotations.js';
import type { MethodModel, ParameterModel, ResultModel } from '../model.js';
import type { Annotations } from './annotations.js';
import { originOf, placeOf } from './context.js';
import { readDeclaredErrors } from './declared-errors.js';
import { docText, readJsDoc } from './jsdoc.js';
import { joinName, pascalCase } from './type-names.js';
import { type TypeReader, withoutUndefined } from './type-reader.js';
import type { TypeWriter } from './type-text.js';

/** What the readers of one contract's methods share. */
export interface ContractReader {
  readonly types: TypeReader;
  readonly text: TypeWriter;
  readonly contractName: string;
}

/** A member of the contract and how it is declared. */
interface Method {
  readonly name: string;
  readonly symbol: ts.Symbol;
  /** The member's own declaration, which carries the annotations. */
  readonly declaration: ts.Declaration;
  /** Parameters and result: of the member itself, or of the function type it has. */
  readonly signature: ts.Signature;
}

/** Names that a client's own members have, or that JavaScript itself looks for on every object. */
const TAKEN_NAMES = new Set(['with', 'then', 'constructor', '__proto__', 'toString', 'valueOf']);
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** The model of one member of a contract, or `undefined` after a diagnostic. */
export function readMethod(reader: ContractReader, symbol: ts.Symbol): MethodModel | undefined {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  if (declaration === undefined) return undefined;
  const { context } = reader.types;
  const place = ts.getNameOfDeclaration(declaration) ?? declaration;
  if (!hasUsableName(reader, symbol, place)) return undefined;
  const annotations = context.annotations(declaration, 'method');
  const signature = readSignature(reader, symbol, declaration);
  if (signature === undefined) return undefined;
  const method: Method = { name: symbol.name, symbol, declaration, signature };
  const oneWay = annotations.get('oneway') !== undefined;
  checkOneWay(reader, annotations, oneWay);
  return {
    name: symbol.name,
    oneWay,
    doc: docOf(declaration),
    parameters: readParameters(reader, method),
    result: readResult(reader, method, oneWay),
    options: readOptions(annotations),
    throws: readDeclaredErrors(
      reader.types,
      declaration,
      annotations.uses.filter(({ name }) => name === 'throws'),
    ),
    place: placeOf(place),
  };
}

/** The options among the annotations, in the order of {@link MethodOptions}, whatever the order in the source. */
export function readOptions(annotations: Annotations): MethodOptions {
  const options = OPTION_NAMES.map((name) => [name, annotations.get(name)?.value]);
  return Object.fromEntries(options.filter(([, value]) => value !== undefined)) as MethodOptions;
}

const OPTION_NAMES = [
  'priority',
  'delivery',
  'timeToReachQueue',
  'timeToBeReceived',
  'timeout',
  'retry',
  'journal',
  'ordered',
  'idempotencyKey',
  'retain',
  'concurrency',
  'rate',
  'since',
  'deprecated',
] as const satisfies readonly (keyof MethodOptions)[];

/** A declaration's comment without the annotations; `@deprecated` stays, editors show it. */
export function docOf(declaration: ts.Node): string | undefined {
  const isAnnotation = (name: string) => findAnnotation(name) !== undefined;
  return docText(readJsDoc(declaration, isAnnotation), (name) => isAnnotation(name) && name !== 'deprecated');
}

function hasUsableName({ types }: ContractReader, symbol: ts.Symbol, place: ts.Node): boolean {
  const { report } = types.context;
  const name = String(symbol.escapedName).startsWith('__@') ? place.getText() : symbol.name;
  if (TAKEN_NAMES.has(name)) {
    report(
      'MQ3002',
      place,
      `a method cannot be called ${name}`,
      'Clients have a member of this name: choose another one.',
    );
    return false;
  }
  if (IDENTIFIER.test(name)) return true;
  report(
    'MQ3002',
    place,
    `${JSON.stringify(name)} is no name for a method`,
    'Write an identifier, as in placeOrder.',
  );
  return false;
}

function readSignature(
  reader: ContractReader,
  symbol: ts.Symbol,
  declaration: ts.Declaration,
): ts.Signature | undefined {
  const { checker, report } = reader.types.context;
  const place = ts.getNameOfDeclaration(declaration) ?? declaration;
  const refuse = (why: string, help: string) => void report('MQ2004', place, `${symbol.name} ${why}`, help);
  if (symbol.flags & ts.SymbolFlags.Optional) return refuse('is optional', 'Remove the question mark.');
  if (symbol.flags & ts.SymbolFlags.Accessor) return refuse('is an accessor', 'Declare a method.');
  const modifiers = ts.getCombinedModifierFlags(declaration);
  if (modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) {
    return refuse('is private or protected', 'A contract has public methods only: remove it.');
  }
  if (hasBody(declaration))
    return refuse('has a body', 'A contract only declares: make it abstract, or a field with `!`.');
  const signatures = checker.getTypeOfSymbol(symbol).getCallSignatures();
  const [signature] = signatures;
  if (signature === undefined)
    return refuse('is not a method', 'Declare data in the types of parameters and results.');
  if (signatures.length > 1) {
    report(
      'MQ2004',
      place,
      `${symbol.name} is declared more than once`,
      'Give every overload a name of its own, or take a union.',
    );
    return undefined;
  }
  if (signature.typeParameters !== undefined)
    return refuse('is generic', 'Write the types it is called with.');
  return signature;
}

const hasBody = (node: ts.Declaration): boolean =>
  (ts.isMethodDeclaration(node) && node.body !== undefined) ||
  (ts.isPropertyDeclaration(node) && node.initializer !== undefined);

function checkOneWay({ types }: ContractReader, annotations: Annotations, oneWay: boolean): void {
  if (!oneWay) return;
  for (const name of ['timeout', 'retain', 'throws'] as const) {
    const use = annotations.get(name);
    if (use === undefined) continue;
    types.context.report(
      'MQ1003',
      use.place,
      `@${name} contradicts @oneway: a one-way method has no outcome that its caller could get`,
      `Remove @${name} or @oneway.`,
    );
  }
}

function readParameters(reader: ContractReader, method: Method): ParameterModel[] {
  const parameters = method.signature.getDeclaration()?.parameters ?? [];
  return parameters
    .map((parameter, index) => readParameter(reader, method, parameter, index))
    .filter((parameter) => parameter !== undefined);
}

function readParameter(
  reader: ContractReader,
  method: Method,
  node: ts.ParameterDeclaration,
  index: number,
): ParameterModel | undefined {
  const { context, read } = reader.types;
  const refuse = (why: string, help: string) => void context.report('MQ2004', node, why, help);
  if (node.dotDotDotToken) return refuse('a rest parameter is not supported', 'Take one array.');
  if (!ts.isIdentifier(node.name)) return refuse('a destructured parameter has no name', 'Give it a name.');
  const name = node.name.text;
  if (name === 'this') return refuse('a `this` parameter is not supported', 'Remove it.');
  const optional = node.questionToken !== undefined || node.initializer !== undefined;
  const symbol = method.signature.parameters[index];
  if (symbol === undefined) return undefined;
  const annotations = context.annotations(node, 'parameter');
  const declared = optional && node.type ? context.checker.getTypeFromTypeNode(node.type) : undefined;
  const model = annotations.get('opaque')
    ? ({ kind: 'opaque' } as const)
    : read(declared ?? context.checker.getTypeOfSymbol(symbol), {
        place: projectPlace(reader, node, method),
        path: name,
        name: joinName(methodName(reader, method), name),
        node: node.type,
        isForeign: originOf(context.program, node.getSourceFile()) === 'package',
        depth: 0,
        additionalProperties: annotations.get('additionalProperties')?.value as never,
      });
  const fallback = (contract: string) => `Parameters<${contract}['${method.name}']>[${index}]`;
  return {
    name,
    optional,
    type: optional ? withoutUndefined(reader.types, model) : model,
    text: reader.text.write(node.type, fallback),
  };
}

const methodName = (reader: ContractReader, method: Method): string =>
  pascalCase(reader.contractName) + pascalCase(method.name);

/** A function type of another package is shown where the contract uses it. */
function projectPlace({ types }: ContractReader, node: ts.Node, method: Method): ts.Node {
  return originOf(types.context.program, node.getSourceFile()) === 'project' ? node : method.declaration;
}

function readResult(reader: ContractReader, method: Method, oneWay: boolean): ResultModel | undefined {
  const { context, read } = reader.types;
  const { checker, report, program } = context;
  const node = method.signature.getDeclaration()?.type;
  const place = node !== undefined ? projectPlace(reader, node, method) : method.declaration;
  const type = method.signature.getReturnType();
  const value = promisedType(reader, type);
  const isVoid = ((value ?? type).flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
  if (oneWay) {
    if (!isVoid) {
      report(
        'MQ1003',
        place,
        `@oneway contradicts the result of ${method.name}`,
        'Return void, or remove @oneway.',
      );
    }
    return undefined;
  }
  if (value === undefined) {
    const help = isVoid
      ? `Write Promise<void> to wait for the handler, or @oneway to call without an outcome.`
      : `Write Promise<${checker.typeToString(type)}>.`;
    report('MQ2004', place, `${method.name} does not return a promise`, help);
    return undefined;
  }
  const valueNode = promisedNode(node);
  const model = read(value, {
    place,
    path: 'result',
    name: joinName(methodName(reader, method), 'Result'),
    node: valueNode,
    isForeign: node !== undefined && originOf(program, node.getSourceFile()) === 'package',
    depth: 0,
  });
  const fallback = (contract: string) => `Awaited<ReturnType<${contract}['${method.name}']>>`;
  return { type: model, text: reader.text.write(valueNode, fallback) };
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
