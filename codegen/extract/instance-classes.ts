// Finds classes with the decorators of class-validator: their values arrive as instances.

import { ts } from '#typescript';
import type { NamedType, TypeImport, TypeModel } from '../model.js';
import { isTakenApart } from '../taken-apart.js';
import { type Context, originOf } from './context.js';
import { classProblems, memberProblems, type Problem } from './instance-problems.js';
import { memberDecorators } from './library-decorators.js';
import { createSymbolMemo } from './symbol-memo.js';
import type { TypeReader } from './type-reader.js';
import { importOfSymbol } from './type-text.js';
import type { Use } from './use.js';

/** A class of class-validator that was met, by its reference. */
export interface InstanceUse {
  readonly type: TypeModel;
  /** The members with a `@Transform`, and where that stands. */
  readonly transforms: ReadonlyMap<string, ts.Node>;
}

const instanceClasses = createSymbolMemo<boolean>();

/** Whether values of a type are instances of a class whose members have decorators of class-validator. */
export function isInstanceClass(context: Context, type: ts.Type): boolean {
  const symbol = classSymbol(type);
  if (symbol === undefined) return false;
  const known = instanceClasses.get(context.checker, symbol);
  if (known !== undefined) return known;
  const decorators = type.getProperties().flatMap((member) => memberDecorators(context, type, member));
  const isOne = decorators.some(({ owner }) => owner === 'class-validator');
  instanceClasses.set(context.checker, symbol, isOne);
  return isOne;
}

/** The class of which a type's values are instances, generic or not. */
function classSymbol(type: ts.Type): ts.Symbol | undefined {
  const declared: ts.Type & { objectFlags?: ts.ObjectFlags } = (type as ts.TypeReference).target ?? type;
  return (declared.objectFlags ?? 0) & ts.ObjectFlags.Class ? type.getSymbol() : undefined;
}

/** What the prototype has, methods and accessors with one half: an instance gets it along, it does not travel. */
export const isOfPrototype = ({ flags }: ts.Symbol): boolean =>
  (flags & ts.SymbolFlags.Method) !== 0 ||
  ((flags & ts.SymbolFlags.Accessor) !== 0 && (flags & ts.SymbolFlags.Accessor) !== ts.SymbolFlags.Accessor);

/** How generated code imports the class of a type; `undefined` for other types, and after a diagnostic. */
export function readInstanceClass(reader: TypeReader, type: ts.Type, use: Use): TypeImport | undefined {
  const symbol = isInstanceClass(reader.context, type) ? type.getSymbol() : undefined;
  if (symbol === undefined) return undefined;
  const origin = symbol.name === 'default' ? undefined : importOfSymbol(reader.context, symbol, symbol.name);
  if (origin !== undefined && origin !== 'global') return origin;
  const node = symbol.declarations?.find(ts.isClassDeclaration)?.name;
  const why = `${node?.text ?? 'the class'} cannot be imported by generated code`;
  report(reader, use, { node, why, help: 'Export it by its name from the file that declares it.' });
  return undefined;
}

/** Reports why values of a class cannot be made at the other end, and notes what is to be looked at later. */
export function checkInstanceClass(reader: TypeReader, type: ts.Type, use: Use, reference: TypeModel): void {
  const { context } = reader;
  const transforms = new Map<string, ts.Node>();
  const problems = classProblems(context, type);
  for (const member of type.getProperties().filter((each) => !isOfPrototype(each))) {
    const decorators = memberDecorators(context, type, member);
    problems.push(...memberProblems({ context, type, member, decorators, isInstanceClass }));
    const transform = decorators.find(
      ({ owner, name }) => owner === 'class-transformer' && name === 'Transform',
    );
    if (transform !== undefined) transforms.set(member.name, transform.node);
  }
  for (const problem of problems) report(reader, use, problem);
  reader.instances.push({ type: reference, transforms });
}

/** Reports what only the whole types show: where class-transformer is not shown what its @Transform is for. */
export function checkTransforms(
  { context, instances }: TypeReader,
  types: ReadonlyMap<string, NamedType>,
): void {
  const resolve = (type: TypeModel): TypeModel =>
    type.kind === 'reference' ? (types.get(type.name)?.type ?? type) : type;
  for (const { type, transforms } of instances) {
    const object = resolve(type);
    for (const member of object.kind === 'object' ? object.members : []) {
      const node = transforms.get(member.name);
      if (node === undefined || !isTakenApart(resolve, member.type)) continue;
      const why = `@Transform on ${member.name} would not be asked: class-transformer mistakes what it holds for plain data`;
      context.report('MQ2006', node, why, 'Do in the handler what it does.');
    }
  }
}

/** At its own place, if that is in the project, or else where the class is used. */
function report({ context }: TypeReader, use: Use, { node, why, help }: Problem): void {
  const isOurs = node !== undefined && originOf(context.program, node.getSourceFile()) === 'project';
  context.report('MQ2006', isOurs ? node : use.place, why, help);
}
