// Finds the contracts in a file and reads each into a service.

import { ts } from 'ts-morph';
import type { ServiceModel, Spelling } from '../model.js';
import { type Context, placeOf } from './context.js';
import { hasDecorator } from './decorators.js';
import { readJsDoc } from './jsdoc.js';
import { docOf, readMethod, readOptions } from './methods.js';
import { isTypeDeclaration } from './opaque.js';
import { TypeRegistry } from './type-registry.js';
import { createTypeWriter } from './type-text.js';
import { createTypeReader } from './types.js';

type ContractDeclaration = (ts.InterfaceDeclaration | ts.ClassDeclaration) & { readonly name: ts.Identifier };

/** The services of one contract file, in its order. */
export function readContractFile(context: Context, file: ts.SourceFile): ServiceModel[] {
  const services: ServiceModel[] = [];
  for (const statement of file.statements) {
    if (!isTypeDeclaration(statement)) continue;
    if (isContract(context, statement)) {
      const service = readContract(context, file, statement);
      if (service !== undefined) services.push(service);
    } else {
      // Reads for the sake of the diagnostics: a misspelt @service must not make a contract disappear.
      context.annotations(statement, 'type');
    }
  }
  return services;
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
): ServiceModel | undefined {
  const annotations = context.annotations(declaration, 'service');
  const service = annotations.get('service');
  if (!checkDeclaration(context, file, declaration) || service === undefined) return undefined;
  const contractName = declaration.name.text;
  const registry = new TypeRegistry();
  const reader = {
    types: createTypeReader(context, registry),
    text: createTypeWriter(context, { name: contractName, from: { file: file.fileName } }),
    contractName,
  };
  const type = context.checker.getTypeAtLocation(declaration);
  const methods = context.checker.getPropertiesOfType(type).map((symbol) => readMethod(reader, symbol));
  const types = registry.finish();
  return {
    name: service.value as string,
    contractName,
    spelling: (ts.isInterfaceDeclaration(declaration) ? 'interface' : 'class') satisfies Spelling,
    version: readVersion(annotations.get('version')?.value),
    doc: docOf(declaration),
    options: readOptions(annotations),
    methods: methods.filter((method) => method !== undefined),
    types,
    place: placeOf(declaration.name),
  };
}

function readVersion(version: unknown): ServiceModel['version'] {
  const [major = 1, minor = 0] = typeof version === 'string' ? version.split('.').map(Number) : [];
  return { major, minor };
}

function checkDeclaration(
  { checker, report }: Context,
  file: ts.SourceFile,
  node: ContractDeclaration,
): boolean {
  if (node.name === undefined) {
    report('MQ3005', node, 'the contract has no name', 'Give it one and export it by that name.');
    return false;
  }
  const name = node.name.text;
  if (node.typeParameters !== undefined) {
    report(
      'MQ2004',
      node.name,
      `${name} is generic`,
      'A contract has no type parameters: write the types it is used with.',
    );
    return false;
  }
  const module = checker.getSymbolAtLocation(file);
  const exported = module && checker.tryGetMemberInModuleExports(name, module);
  if (exported === undefined) {
    report(
      'MQ3005',
      node.name,
      `${name} is not exported by its name`,
      `Write: export ${ts.isClassDeclaration(node) ? 'abstract class' : 'interface'} ${name}`,
    );
    return false;
  }
  return true;
}
