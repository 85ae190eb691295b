// From the model of a service to what the templates print.

import type { MethodOptions } from '../../src/contract/options.js';
import { type Data, type Import, isIdentifier, type TypeSource } from '../../templates/code.js';
import {
  type ErrorModel,
  type MethodModel,
  type ParameterModel,
  queueOf,
  type ServiceModel,
  type TypeImport,
  type TypeText,
  versionOf,
} from '../model.js';
import { planArguments, planExactArguments } from './arguments.js';
import { type CodecPlanner, createCodecPlanner } from './codec-planner.js';
import { contractHash } from './contract-hash.js';
import { createNameScope, lowerFirst, pascalCase } from './name-scope.js';
import type { ErrorPlan, MethodPlan, ParameterPlan, ServicePlan } from './plan.js';
import { planWhole } from './readers.js';
import { createTypeGraph, type Direction } from './type-graph.js';

/** How generated files refer to modules. */
export interface ModulePaths {
  /** The module specifier of a source file, as generated files import it. */
  importPath(file: string): string;
  /** The module specifier of a generated file, by its name without extension. */
  generatedPath(name: string): string;
  /** The path of a source file relative to the generated ones, for comments. */
  relativePath(file: string): string;
}

/** The names that the generated files of a service declare and export. */
export function generatedNames(service: ServiceModel): {
  readonly clientName: string;
  readonly serverName: string | undefined;
  readonly subscriberName: string | undefined;
  readonly descriptorName: string;
} {
  const { contractName, methods } = service;
  const events = methods.filter(isEvent);
  const hasServer = events.length === 0 || events.length < methods.length;
  return {
    clientName: `${contractName}Client`,
    serverName: hasServer ? `${contractName}Server` : undefined,
    subscriberName: events.length > 0 ? `${contractName}Subscriber` : undefined,
    descriptorName: `${lowerFirst(contractName)}Descriptor`,
  };
}

const isEvent = ({ options }: MethodModel): boolean => options.event === true;

export function planService(service: ServiceModel, paths: ModulePaths): ServicePlan {
  const names = generatedNames(service);
  const errorNames = service.methods.flatMap((method) => method.throws.map((error) => error.name));
  const planner = createCodecPlanner(
    createTypeGraph(service.types),
    ['wire', 'classes', names.descriptorName, service.contractName, ...errorNames],
    (symbol) => toValueImport(symbol, paths),
  );
  const methods = service.methods.map((method) => planMethod(planner, method, paths));
  return {
    ...names,
    service: service.name,
    version: versionOf(service),
    queue: queueOf(service),
    contractHash: contractHash(service),
    contractPath: paths.relativePath(service.place.file),
    contract: toImport({ name: service.contractName, from: { file: service.place.file } }, paths, true),
    clientPath: paths.generatedPath(`${service.name}.client`),
    serverPath: paths.generatedPath(`${service.name}.server`),
    subscriberPath: paths.generatedPath(`${service.name}.subscriber`),
    descriptorPath: paths.generatedPath(`${service.name}.descriptor`),
    doc: service.doc,
    options: toData(service.options),
    methods,
    constants: planner.constants,
    functions: planner.functions,
  };
}

function planMethod(planner: CodecPlanner, method: MethodModel, paths: ModulePaths): MethodPlan {
  const { name, doc, oneWay, result } = method;
  const exactArguments = planExactArguments(planner, method);
  const list = planArguments(planner, method);
  const read = (direction: Direction) =>
    result && planWhole({ planner, direction, subject: `${pascalCase(name)}Result` }, result.type);
  return {
    name,
    doc,
    oneWay,
    isEvent: isEvent(method),
    options: toData(method.options),
    parameters: method.parameters.map((parameter) => planParameter(parameter, paths)),
    contextName: createNameScope(method.parameters.map((parameter) => parameter.name)).declare('ctx'),
    result: result && toSource(result.text, paths),
    encodeArguments: list.encode,
    decodeArguments: list.decode,
    exactArguments,
    encodeResult: read('encode'),
    decodeResult: read('decode'),
    errors: method.throws.map((error) => planError(planner, error, paths)),
  };
}

const planParameter = (
  { name, optional, isRest, text }: ParameterModel,
  paths: ModulePaths,
): ParameterPlan => ({
  name,
  label: isIdentifier(name) ? name : `${name}_`,
  optional,
  isRest,
  type: toSource(text, paths),
});

function planError(planner: CodecPlanner, error: ErrorModel, paths: ModulePaths): ErrorPlan {
  const read = (direction: Direction) =>
    planWhole({ planner, direction, subject: `${error.name}Data` }, error.data);
  return {
    name: error.name,
    type: toValueImport(error, paths),
    encodeData: read('encode'),
    decodeData: read('decode'),
  };
}

const toSource = (text: TypeText, paths: ModulePaths): TypeSource => ({
  kind: 'type',
  source: text.source,
  imports: text.imports.map((symbol) => toImport(symbol, paths, true)),
});

const toImport = ({ name, from }: TypeImport, paths: ModulePaths, isType: boolean): Import => ({
  kind: 'import',
  name,
  from: 'file' in from ? paths.importPath(from.file) : from.module,
  isType,
  isFixed: true,
});

/** Nothing but the code of the file refers to it, so it can have another name there. */
const toValueImport = (symbol: TypeImport, paths: ModulePaths): Import => ({
  ...toImport(symbol, paths, false),
  isFixed: false,
});

/** Options are constants: texts, numbers, booleans, and lists and objects of them. */
const toData = (value: MethodOptions | OptionValue): Data => {
  if (Array.isArray(value)) return value.map(toData);
  if (typeof value !== 'object') return value as Data;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toData(member)]));
};

type OptionValue = MethodOptions[keyof MethodOptions];
