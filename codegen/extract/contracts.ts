// Finds the contracts in a file and reads each into a service.

import { ts } from '#typescript';
import { createLookAlikeFinder } from '../look-alikes.js';
import type { NamedType, ServiceModel } from '../model.js';
import type { Annotations } from './annotations.js';
import { type Context, placeAt, placeOf } from './context.js';
import type { ContractReader } from './contract-reader.js';
import { checkMethodContradictions, checkServiceContradictions } from './contradictions.js';
import { hasDecorator } from './decorators.js';
import { describeType } from './describe-type.js';
import type { AnnotatedMethod } from './in-effect.js';
import { checkTransforms } from './instance-classes.js';
import { readJsDoc } from './jsdoc.js';
import { checkKeyPaths } from './key-paths.js';
import { readMethod, readOptions, withDeprecation } from './methods.js';
import { isTypeDeclaration } from './opaque.js';
import { checkMethodRetry, checkServiceRetry } from './retry-contradictions.js';
import { checkSince } from './since.js';
import { docOf } from './type-docs.js';
import { TypeRegistry } from './type-registry.js';
import { createTypeWriter, RESERVED } from './type-text.js';
import { createTypeReader } from './types.js';
import { memberBindings } from './written-type.js';

type ContractDeclaration = ts.InterfaceDeclaration | ts.ClassDeclaration;

/** The services of one contract file, in its order. */
export function readContractFile(context: Context, file: ts.SourceFile): ServiceModel[] {
  return file.statements.flatMap((statement) => {
    if (isContract(context, statement)) return readContract(context, file, statement);
    return isTypeDeclaration(statement) ? [] : reportMisplaced(context, statement);
  });
}

/**
 * Reads the annotations that no contract has led to, for their diagnostics only: a misspelt or forgotten
 * @service must not make a contract disappear. To be called when all contracts were read.
 */
export function readLeftovers(context: Context, file: ts.SourceFile): void {
  for (const statement of file.statements.filter(isTypeDeclaration)) {
    context.annotations(statement, 'type');
    const hasMembers = ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement);
    for (const member of hasMembers ? statement.members : []) context.annotations(member, 'member');
  }
}

/** A contract that is written as something else, or in a namespace, must not go unnoticed. */
function reportMisplaced(context: Context, statement: ts.Statement): [] {
  const tag = readJsDoc(statement, () => false).tags.find(({ name }) => name === 'service');
  if (tag !== undefined || isContract(context, statement)) {
    const place = tag === undefined ? statement : placeAt(statement.getSourceFile(), tag.start);
    const help = 'A contract is an exported interface or an exported abstract class.';
    context.report('MQ1005', place, '@service has no meaning here', help);
  }
  const inner = ts.isModuleDeclaration(statement) ? statement.body : undefined;
  if (inner !== undefined && ts.isModuleBlock(inner)) {
    for (const item of inner.statements) reportMisplaced(context, item);
  }
  return [];
}

function isContract(context: Context, node: ts.Node): node is ContractDeclaration {
  if (ts.isClassDeclaration(node) && hasDecorator(context, node, 'Service')) return true;
  if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) return false;
  return readJsDoc(node, () => false).tags.some(({ name }) => name === 'service');
}

function readContract(
  context: Context,
  file: ts.SourceFile,
  declaration: ContractDeclaration,
): ServiceModel[] {
  const annotations = context.annotations(declaration, 'service');
  const service = annotations.get('service');
  const name = declaration.name;
  const isUsable = checkDeclaration(context, file, declaration);
  if (name === undefined || declaration.typeParameters !== undefined) return [];
  const registry = new TypeRegistry();
  const type = context.checker.getTypeAtLocation(declaration);
  const reader: ContractReader = {
    types: createTypeReader(context, registry),
    text: createTypeWriter(context, { name: name.text, from: { file: file.fileName } }),
    contractName: name.text,
    place: name,
    bindings: memberBindings(context, type, undefined),
  };
  const members = context.checker.getPropertiesOfType(type);
  if (hasNameless(context, type)) {
    const help = 'Give every method of the contract a name.';
    context.report('MQ2004', name, `contract ${name.text} has a signature without a name`, help);
  }
  const methods = members
    .map((symbol) => readMethod(reader, symbol))
    .filter((method) => method !== undefined);
  const types = registry.finish();
  const model: ServiceModel = {
    name: String(service?.value),
    contractName: name.text,
    spelling: ts.isInterfaceDeclaration(declaration) ? 'interface' : 'class',
    version: readVersion(annotations),
    doc: withDeprecation(docOf(declaration), annotations),
    options: readOptions(annotations),
    methods,
    types,
    place: placeOf(name),
  };
  checkUnions(context, registry, types);
  checkTransforms(reader.types, types);
  checkAnnotations(context, annotations, model, members);
  return isUsable && service !== undefined ? [model] : [];
}

/** What can be called, constructed or indexed has members that no client could have. */
const hasNameless = ({ checker }: Context, type: ts.Type): boolean =>
  type.getCallSignatures().length > 0 ||
  type.getConstructSignatures().length > 0 ||
  checker.getIndexInfosOfType(type).length > 0;

function readVersion(annotations: Annotations): ServiceModel['version'] {
  const [major = 1, minor = 0] = String(annotations.get('version')?.value ?? '1.0')
    .split('.')
    .map(Number);
  return { major, minor };
}

/** Whether generated code can refer to the contract; reports it if not. */
function checkDeclaration(
  { checker, report }: Context,
  file: ts.SourceFile,
  node: ContractDeclaration,
): boolean {
  const module = checker.getSymbolAtLocation(file);
  const name = node.name?.text;
  const exported =
    module && name !== undefined ? checker.tryGetMemberInModuleExports(name, module) : undefined;
  if (exported === undefined) {
    const keyword = ts.isClassDeclaration(node) ? 'abstract class' : 'interface';
    const help = `Write: export ${keyword} ${name ?? 'Orders'} { … }`;
    report(
      'MQ3005',
      node.name ?? node,
      `contract ${name ?? ''} is not exported by name`.replace('  ', ' '),
      help,
    );
    return false;
  }
  if (name !== undefined && RESERVED.has(name)) {
    const help = 'Choose another name: generated code needs this one.';
    report('MQ3002', node.name ?? node, `a contract cannot be called ${name}`, help);
    return false;
  }
  if (node.typeParameters === undefined) return true;
  report('MQ2004', node.name ?? node, `contract ${name} is generic`, 'Write the types that it is used with.');
  return false;
}

/** Two types that meet in many unions of another package are one mistake at the place that uses them. */
function checkUnions(
  { report }: Context,
  registry: TypeRegistry,
  types: ReadonlyMap<string, NamedType>,
): void {
  const findLookAlikes = createLookAlikeFinder(types);
  const reported = new Map<ts.Node, Set<string>>();
  for (const { model, use } of registry.unions) {
    const pair = findLookAlikes(model);
    if (pair === undefined) continue;
    const [first, second] = pair.map(describeType);
    const here = reported.get(use.place) ?? new Set();
    if (here.has(`${first} ${second}`)) continue;
    reported.set(use.place, here.add(`${first} ${second}`));
    const help =
      'Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.';
    report('MQ2003', use.place, `"${use.path}": ${first} and ${second} look alike on the wire`, help);
  }
}

/** What annotations say against each other, and against the signatures that they stand on. */
function checkAnnotations(
  context: Context,
  inherited: Annotations,
  { methods, types, version }: ServiceModel,
  members: readonly ts.Symbol[],
): void {
  const annotated = methods.flatMap((model): AnnotatedMethod[] => {
    const declaration = members.find(({ name }) => name === model.name)?.declarations?.[0];
    return declaration === undefined
      ? []
      : [{ model, own: context.annotations(declaration, 'method'), inherited }];
  });
  checkServiceContradictions(context, inherited);
  checkServiceRetry(context, inherited, annotated);
  for (const method of annotated) {
    checkMethodContradictions(context, method);
    checkMethodRetry(context, method);
    checkSince(context, method, version);
    checkKeyPaths(context, method, types);
  }
}
