// Reads the parameters of a method.

import { ts } from '#typescript';
import type { AdditionalProperties, ParameterModel, TypeModel } from '../model.js';
import type { Annotations } from './annotations.js';
import { refuseConstraints, UNCHECKED } from './constraints.js';
import {
  type ContractReader,
  isForeign,
  type Method,
  nameInMethod,
  placeInProject,
} from './contract-reader.js';
import { withSchema } from './schemas.js';
import { singular, typeArguments } from './type-names.js';
import { checkAdditionalProperties, checkItem, withoutUndefined } from './type-reader.js';
import type { Use } from './use.js';
import { constraintsOf } from './written-type.js';

/** The parameters that can be read; the others are reported. */
export function readParameters(reader: ContractReader, method: Method): ParameterModel[] {
  const nodes = (method.signature.getDeclaration()?.parameters ?? []).filter(ts.isParameter);
  return nodes.flatMap((node, index) => {
    const position: Position = { node, index, count: nodes.length };
    const problem = parameterProblem(node);
    if (problem !== undefined) return reportParameter(reader, method, node, problem);
    return node.dotDotDotToken
      ? readRest(reader, method, position)
      : [readParameter(reader, method, position)];
  });
}

interface Problem {
  readonly why: string;
  readonly help: string;
}

function reportParameter(
  reader: ContractReader,
  method: Method,
  node: ts.ParameterDeclaration,
  { why, help }: Problem,
): [] {
  reader.types.context.report('MQ2004', placeInProject(reader, node, method), why, help);
  return [];
}

function parameterProblem(node: ts.ParameterDeclaration): Problem | undefined {
  if (!ts.isIdentifier(node.name)) {
    const why = 'a destructured parameter has no name, which errors and paths would need';
    return { why, help: 'Give it a name here; the handler can take it apart.' };
  }
  if (node.name.text !== 'this') return undefined;
  return { why: 'a method of a contract has no `this`', help: 'Remove the parameter.' };
}

interface Position {
  readonly node: ts.ParameterDeclaration;
  readonly index: number;
  readonly count: number;
}

function readParameter(reader: ContractReader, method: Method, position: Position): ParameterModel {
  const { node, index, count } = position;
  const name = node.name.getText();
  const optional = node.questionToken !== undefined;
  const annotations = reader.types.context.annotations(node, 'parameter');
  const use = parameterUse(reader, method, node, annotations);
  const model = readValue(reader, node, parameterType(reader, method, position), use);
  checkAdditionalProperties(reader.types, annotations, model);
  if (index < count - 1) checkItem(reader.types, use, model, optional);
  return {
    name,
    optional,
    isRest: false,
    type: optional ? withoutUndefined(reader.types, model, use) : model,
    text: reader.text.write(node.type, (contract) => argumentText(contract, method, index)),
  };
}

/** A rest parameter: one parameter for all further arguments, or one for each item of its tuple. */
function readRest(reader: ContractReader, method: Method, position: Position): ParameterModel[] {
  const { node, index } = position;
  const { context } = reader.types;
  const type = parameterType(reader, method, position);
  refuseConstraints(context, context.annotations(node, 'parameter'), 'a rest parameter');
  if (context.checker.isTupleType(type)) return readTuple(reader, method, position, type);
  const annotations = context.annotations(node, 'parameter');
  const use = { ...parameterUse(reader, method, node, annotations), node: undefined, constraints: undefined };
  const item = context.checker.isArrayType(type) ? typeArguments(context, type)[0] : undefined;
  if (item === undefined) {
    const why = 'a rest parameter has to be one list of arguments';
    return reportParameter(reader, method, node, { why, help: 'Write an array or a tuple.' });
  }
  const itemUse = { ...use, path: `${use.path}[]`, name: singular(use.name), node: elementOf(node.type) };
  const model = readValue(reader, node, item, itemUse);
  checkItem(reader.types, itemUse, model);
  const text = reader.text.write(node.type, (contract) => `${argumentText(contract, method, index)}[]`);
  return [{ name: use.path, optional: false, isRest: true, type: model, text }];
}

/** What one argument is, with what the annotations of its parameter say. */
function readValue(
  { types }: ContractReader,
  node: ts.ParameterDeclaration,
  type: ts.Type,
  use: Use,
): TypeModel {
  const annotations = types.context.annotations(node, 'parameter');
  const isOpaque = annotations.get('opaque') !== undefined;
  if (isOpaque) refuseConstraints(types.context, annotations, UNCHECKED);
  const model = isOpaque ? OPAQUE : types.read(type, use);
  return withSchema(types, { annotation: annotations.get('schema'), scope: node, type, use }, model);
}

const argumentText = (contract: string, method: Method, index: number): string =>
  `Parameters<${contract}['${method.name}']>[${index}]`;

/** The items of a tuple as written, if it is written out. */
function itemNodes(node: ts.TypeNode | undefined, count: number): readonly ts.TypeNode[] | undefined {
  if (node === undefined || !ts.isTupleTypeNode(node) || node.elements.length !== count) return undefined;
  return node.elements.map((element) =>
    ts.isNamedTupleMember(element) || ts.isOptionalTypeNode(element) || ts.isRestTypeNode(element)
      ? element.type
      : element,
  );
}

const elementOf = (node: ts.TypeNode | undefined): ts.TypeNode | undefined =>
  node !== undefined && ts.isArrayTypeNode(node) ? node.elementType : undefined;

/** The items of a tuple as parameters, under their labels. */
function readTuple(
  reader: ContractReader,
  method: Method,
  { node, index }: Position,
  type: ts.Type,
): ParameterModel[] {
  const { elementFlags, labeledElementDeclarations: labels } = (type as ts.TupleTypeReference).target;
  const { types } = reader;
  const annotations = types.context.annotations(node, 'parameter');
  const schema = annotations.get('schema');
  if (schema !== undefined) {
    const help = 'Write it on the types of the items.';
    types.context.report('MQ1005', schema.place, '@schema has no meaning on several parameters', help);
  }
  const use = { ...parameterUse(reader, method, node, annotations), constraints: undefined };
  const nodes = itemNodes(node.type, elementFlags.length);
  const restAt = elementFlags.findIndex((flags) => flags & ts.ElementFlags.Rest);
  if (restAt !== -1 && restAt < elementFlags.length - 1) {
    const why = 'no argument can stand behind those of a rest';
    return reportParameter(reader, method, node, { why, help: 'Let the rest come last.' });
  }
  return typeArguments(types.context, type).map((item, at): ParameterModel => {
    const label = labels?.[at]?.name;
    const name = label !== undefined && ts.isIdentifier(label) ? label.text : `${use.path}${at + 1}`;
    const isRest = at === restAt;
    const optional = ((elementFlags[at] ?? 0) & ts.ElementFlags.Optional) !== 0;
    const itemUse = {
      ...use,
      path: isRest ? `${name}[]` : name,
      name: nameInMethod(reader, method, name),
      node: isRest ? elementOf(nodes?.[at]) : nodes?.[at],
    };
    const model = types.read(item, itemUse);
    if (isRest || at < elementFlags.length - 1) checkItem(types, itemUse, model, optional);
    const text = reader.text.write(nodes?.[at], (contract) => {
      const own = argumentText(contract, method, index + at);
      return isRest ? `${own}[]` : own;
    });
    return { name, optional, isRest, type: optional ? withoutUndefined(types, model, itemUse) : model, text };
  });
}

const OPAQUE: TypeModel = { kind: 'opaque' };

/** As declared: being optional adds an `undefined` that says nothing more. */
function parameterType({ types }: ContractReader, method: Method, { node, index }: Position): ts.Type {
  const { checker } = types.context;
  const symbol = method.signature.parameters[index];
  const isGenericInstance = symbol !== undefined && checker.getSymbolAtLocation(node.name) !== symbol;
  if (node.type !== undefined && !isGenericInstance) return checker.getTypeFromTypeNode(node.type);
  return symbol === undefined ? checker.getTypeAtLocation(node) : checker.getTypeOfSymbol(symbol);
}

function parameterUse(
  reader: ContractReader,
  method: Method,
  node: ts.ParameterDeclaration,
  annotations: Annotations,
): Use {
  const name = node.name.getText();
  return {
    place: placeInProject(reader, node, method),
    path: name,
    name: nameInMethod(reader, method, name),
    node: node.type,
    isForeign: isForeign(reader, node),
    depth: 0,
    bindings: reader.bindings,
    additionalProperties: annotations.get('additionalProperties')?.value as AdditionalProperties | undefined,
    constraints: constraintsOf(annotations),
  };
}
