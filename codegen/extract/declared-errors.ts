// Reads the errors that a method declares: classes that extend ServiceError, with the type of their data.

import { ts } from '#typescript';
import type { ErrorModel } from '../model.js';
import type { Annotations, AnnotationUse } from './annotations.js';
import { type Context, isOwnSymbol, targetOf, valueInScope } from './context.js';
import { docOf } from './type-docs.js';
import { joinName } from './type-names.js';
import type { TypeReader } from './type-reader.js';
import { importOfSymbol } from './type-text.js';

/** The declared errors of a method, in the order of their annotations. */
export function readDeclaredErrors(
  reader: TypeReader,
  method: ts.Node,
  annotations: Annotations,
): ErrorModel[] {
  const errors: ErrorModel[] = [];
  for (const use of annotations.uses.filter(({ name }) => name === 'throws')) {
    const error = readDeclaredError(reader, method, use);
    if (error === undefined) continue;
    const isRepeated = errors.some(({ name }) => name === error.name);
    if (isRepeated) {
      reader.context.report(
        'MQ1003',
        use.place,
        `${error.name} is declared twice on one method`,
        'Keep one of the two.',
      );
    } else errors.push(error);
  }
  return errors;
}

function readDeclaredError(reader: TypeReader, method: ts.Node, use: AnnotationUse): ErrorModel | undefined {
  const { context } = reader;
  const refuse = (why: string, help: string) => void context.report('MQ2005', use.place, why, help);
  const named = errorName(context, method, use);
  if (named === undefined) {
    return refuse(
      '@throws names no error class',
      'Write @throws {OutOfStock}, with the name of a class that extends ServiceError.',
    );
  }
  const { name, symbol } = named;
  const target = symbol && targetOf(context.checker, symbol);
  const declaration = target?.declarations?.find(ts.isClassDeclaration);
  if (symbol === undefined || target === undefined || declaration === undefined) {
    return refuse(
      `${name} is not a class that the contract knows`,
      'Import it in the contract, or declare and export it there.',
    );
  }
  if (!extendsServiceError(context, target)) {
    return refuse(
      `${name} does not extend ServiceError`,
      `Write: export class ${name} extends ServiceError<{ … }> {}`,
    );
  }
  const origin = importOfSymbol(context, symbol, name);
  if (origin === undefined || origin === 'global') {
    return refuse(
      `${name} cannot be imported by generated code`,
      'Export it by this name from the file that declares it.',
    );
  }
  const type = context.checker.getDeclaredTypeOfSymbol(target);
  const data = context.checker.getPropertyOfType(type, 'data');
  if (declaration.typeParameters !== undefined || data === undefined) {
    return refuse(`${name} is generic`, 'Declare one error class per type of data.');
  }
  const doc = docOf(declaration);
  return { name, data: readData(reader, declaration, data, method), from: origin.from, doc };
}

function readData(reader: TypeReader, declaration: ts.ClassDeclaration, data: ts.Symbol, method: ts.Node) {
  const name = declaration.name?.text ?? 'Error';
  const clause = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const isForeign = declaration.getSourceFile().fileName.includes('/node_modules/');
  return reader.read(reader.context.checker.getTypeOfSymbol(data), {
    place: isForeign ? method : (clause ?? declaration),
    path: `${name}.data`,
    name: joinName(name, 'Data'),
    node: clause?.types[0]?.typeArguments?.[0],
    isForeign,
    depth: 0,
  });
}

interface NamedError {
  readonly name: string;
  readonly symbol: ts.Symbol | undefined;
}

/** `{OutOfStock}` or `{@link OutOfStock}` of a tag, or the expression that a decorator was given. */
function errorName({ checker }: Context, method: ts.Node, { value }: AnnotationUse): NamedError | undefined {
  if (typeof value === 'string') {
    const name =
      /^\{\s*(?:@link(?:code|plain)?\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:\|[^}]*)?\}/u.exec(
        value,
      )?.[1];
    if (name === undefined) return undefined;
    return { name, symbol: valueInScope(checker, name, method) };
  }
  const expression = value as ts.Expression;
  return ts.isIdentifier(expression)
    ? { name: expression.text, symbol: checker.getSymbolAtLocation(expression) }
    : undefined;
}

function extendsServiceError(context: Context, symbol: ts.Symbol): boolean {
  const { checker } = context;
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const bases = type.isClassOrInterface() ? checker.getBaseTypes(type) : [];
  return bases.some((base) => {
    const parent = base.getSymbol();
    return (
      parent !== undefined &&
      (isOwnSymbol(context, parent, 'ServiceError') || extendsServiceError(context, parent))
    );
  });
}
