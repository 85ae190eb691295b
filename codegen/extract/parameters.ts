// Reads the parameters of a method.

import { ts } from '#typescript';
import type { AdditionalProperties, ParameterModel, TypeModel } from '../model.js';
import type { Annotations } from './annotations.js';
import {
  type ContractReader,
  isForeign,
  type Method,
  nameInMethod,
  placeInProject,
} from './contract-reader.js';
import { checkAdditionalProperties, checkItem, withoutUndefined } from './type-reader.js';
import type { Use } from './use.js';

/** The parameters that can be read; the others are reported. */
export function readParameters(reader: ContractReader, method: Method): ParameterModel[] {
  const nodes = (method.signature.getDeclaration()?.parameters ?? []).filter(ts.isParameter);
  return nodes.flatMap((node, index) => {
    const problem = parameterProblem(node);
    if (problem === undefined) return [readParameter(reader, method, { node, index, count: nodes.length })];
    reader.types.context.report('MQ2004', placeInProject(reader, node, method), problem.why, problem.help);
    return [];
  });
}

function parameterProblem(node: ts.ParameterDeclaration): { why: string; help: string } | undefined {
  if (node.dotDotDotToken) return { why: 'a rest parameter cannot be sent', help: 'Take one array.' };
  if (!ts.isIdentifier(node.name))
    return { why: 'a destructured parameter has no name', help: 'Give it a name.' };
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
  const model = annotations.get('opaque')
    ? OPAQUE
    : reader.types.read(parameterType(reader, method, position), use);
  checkAdditionalProperties(reader.types, annotations, model);
  if (index < count - 1) checkItem(reader.types, use, model, optional);
  return {
    name,
    optional,
    isRest: false,
    type: optional ? withoutUndefined(reader.types, model, use) : model,
    text: reader.text.write(node.type, (contract) => `Parameters<${contract}['${method.name}']>[${index}]`),
  };
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
    additionalProperties: annotations.get('additionalProperties')?.value as AdditionalProperties | undefined,
  };
}
