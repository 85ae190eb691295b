// Writes the types of signatures as source text: as the author wrote them, with the imports that takes.

import { ts } from '#typescript';
import type { TypeImport, TypeText } from '../model.js';
import { type Context, originOf, targetOf } from './context.js';

/** Names that generated signatures use themselves; an import must not hide them. */
export const RESERVED: ReadonlySet<string> = new Set([
  'Promise',
  'Parameters',
  'ReturnType',
  'Awaited',
  'Date',
  'Map',
  'Set',
  'Uint8Array',
  'URL',
]);

/** Writes type nodes; keeps one meaning per imported name within a service. */
export interface TypeWriter {
  /** The node's text, or `fallback` on the contract if a name in it cannot be imported. */
  write(node: ts.TypeNode | undefined, fallback: (contract: string) => string): TypeText;
}

export function createTypeWriter(context: Context, contract: TypeImport): TypeWriter {
  const origins = new Map([[contract.name, originKey(contract)]]);
  const printer = ts.createPrinter({ removeComments: true });
  return {
    write(node, fallback) {
      const imports = node === undefined ? undefined : importsOf(context, node, origins);
      if (node === undefined || imports === undefined) {
        return { source: fallback(contract.name), imports: [contract] };
      }
      for (const item of imports) origins.set(item.name, originKey(item));
      const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
      return { source: text, imports };
    },
  };
}

const originKey = ({ from }: TypeImport): string =>
  'file' in from ? `file:${from.file}` : `module:${from.module}`;

/** What has to be imported for a type node to mean the same elsewhere; `undefined` if that is not possible. */
function importsOf(
  context: Context,
  node: ts.TypeNode,
  origins: ReadonlyMap<string, string>,
): TypeImport[] | undefined {
  const found = new Map<string, TypeImport>();
  const isPortable = everyNode(node, (inner) => {
    if (ts.isImportTypeNode(inner) || ts.isTypeQueryNode(inner) || ts.isThisTypeNode(inner)) return false;
    if (ts.isQualifiedName(inner) || ts.isComputedPropertyName(inner)) return false;
    const name = referenceName(inner);
    if (name === undefined || isDeclaredWithin(context, name, node)) return true;
    const origin = importOf(context, name);
    if (origin === undefined || origin === 'global') return origin === 'global';
    if (RESERVED.has(origin.name) || (origins.get(origin.name) ?? originKey(origin)) !== originKey(origin))
      return false;
    const known = found.get(origin.name);
    if (known !== undefined && originKey(known) !== originKey(origin)) return false;
    found.set(origin.name, origin);
    return true;
  });
  return isPortable ? [...found.values()] : undefined;
}

function everyNode(node: ts.Node, accepts: (node: ts.Node) => boolean): boolean {
  if (!accepts(node)) return false;
  return !ts.forEachChild(node, (child) => !everyNode(child, accepts));
}

/** The name that a reference to a type consists of. */
function referenceName(node: ts.Node): ts.Identifier | undefined {
  if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) return node.typeName;
  return ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)
    ? node.expression
    : undefined;
}

/** Parameters of mapped types and `infer` belong to the text itself. */
function isDeclaredWithin({ checker }: Context, name: ts.Identifier, node: ts.Node): boolean {
  const declarations = checker.getSymbolAtLocation(name)?.declarations ?? [];
  return declarations.some(
    (declaration) =>
      declaration.getSourceFile() === node.getSourceFile() &&
      declaration.pos >= node.pos &&
      declaration.end <= node.end,
  );
}

/** Where a name of the contract can be imported from under the same name. */
function importOf(context: Context, name: ts.Identifier): TypeImport | 'global' | undefined {
  const symbol = context.checker.getSymbolAtLocation(name);
  return symbol === undefined ? undefined : importOfSymbol(context, symbol, name.text);
}

export function importOfSymbol(
  context: Context,
  symbol: ts.Symbol,
  name: string,
): TypeImport | 'global' | undefined {
  const target = targetOf(context.checker, symbol);
  const file = target.declarations?.[0]?.getSourceFile();
  if (file === undefined || target.flags & ts.SymbolFlags.TypeParameter) return undefined;
  if (originOf(context.program, file) === 'project') return projectImport(context, target, file, name);
  const specifier = symbol.declarations?.find((declaration) => ts.isImportSpecifier(declaration));
  if (specifier === undefined) return target.declarations?.some(isGlobal) ? 'global' : undefined;
  // What a package imports may be out of the project's reach.
  if (originOf(context.program, specifier.getSourceFile()) !== 'project') return undefined;
  const module = specifier.parent.parent.parent.moduleSpecifier;
  const isSameName = (specifier.propertyName ?? specifier.name).text === name;
  const isPackage = ts.isStringLiteral(module) && !/^[.#/]/.test(module.text);
  return isSameName && isPackage ? { name, from: { module: module.text } } : undefined;
}

function projectImport(
  { checker }: Context,
  target: ts.Symbol,
  file: ts.SourceFile,
  name: string,
): TypeImport | 'global' | undefined {
  const module = checker.getSymbolAtLocation(file);
  // What a script declares is global, unless it stands in a module or namespace that the script declares.
  if (module === undefined) return target.declarations?.some(isInModule) ? undefined : 'global';
  const exported = checker.tryGetMemberInModuleExports(name, module);
  const isSame = exported !== undefined && targetOf(checker, exported) === target;
  return isSame ? { name, from: { file: file.fileName } } : undefined;
}

/** Whether everybody sees the declaration: of a script, or in a `global` block. */
function isGlobal(declaration: ts.Declaration): boolean {
  const container = ts.findAncestor(declaration.parent, ts.isModuleDeclaration);
  return container === undefined
    ? !ts.isExternalModule(declaration.getSourceFile())
    : (container.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

const isInModule = (declaration: ts.Declaration): boolean =>
  ts.findAncestor(declaration.parent, ts.isModuleDeclaration) !== undefined;
