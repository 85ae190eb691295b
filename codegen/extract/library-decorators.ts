// Tells which decorators of a member belong to class-validator and to class-transformer.

import { ts } from '#typescript';
import { type Context, packageOf, targetOf } from './context.js';
import { createSymbolMemo } from './symbol-memo.js';

/** Who declares a decorator. One that is made of decorators of class-validator counts as one of them. */
export type DecoratorOwner = 'class-validator' | 'class-transformer' | 'mq-rpc' | 'unknown';

export interface LibraryDecorator {
  readonly owner: DecoratorOwner;
  /** As it is declared, `ValidateNested` for instance. */
  readonly name: string;
  readonly arguments: readonly ts.Expression[];
  readonly node: ts.Decorator;
}

/** The decorators of a declaration. */
export function libraryDecorators(context: Context, node: ts.Node): LibraryDecorator[] {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators.map((decorator) => {
    const { expression } = decorator;
    const isCall = ts.isCallExpression(expression);
    const symbol = context.checker.getSymbolAtLocation(isCall ? expression.expression : expression);
    const target = symbol && targetOf(context.checker, symbol);
    return {
      owner: target === undefined ? 'unknown' : ownerOf(context, target),
      name: target?.name ?? '',
      arguments: isCall ? expression.arguments : [],
      node: decorator,
    };
  });
}

/** The decorators of a class's member, also those that it has in the classes that this one extends. */
export function memberDecorators(context: Context, type: ts.Type, member: ts.Symbol): LibraryDecorator[] {
  const own = (member.declarations ?? []).flatMap((node) => libraryDecorators(context, node));
  return [...own, ...baseTypes(context, type).flatMap((base) => inherited(context, base, member.name))];
}

function inherited(context: Context, base: ts.Type, name: string): LibraryDecorator[] {
  const member = base.getProperty(name);
  return member === undefined ? [] : memberDecorators(context, base, member);
}

function baseTypes({ checker }: Context, type: ts.Type): readonly ts.Type[] {
  const declared = (type as ts.TypeReference).target ?? type;
  return declared.isClassOrInterface() ? checker.getBaseTypes(declared) : [];
}

const owners = createSymbolMemo<DecoratorOwner>();

function ownerOf(context: Context, symbol: ts.Symbol): DecoratorOwner {
  const known = owners.get(context.checker, symbol);
  if (known !== undefined) return known;
  // Should it be made of itself, that says nothing.
  owners.set(context.checker, symbol, 'unknown');
  const owner = findOwner(context, symbol);
  owners.set(context.checker, symbol, owner);
  return owner;
}

function findOwner(context: Context, symbol: ts.Symbol): DecoratorOwner {
  const name = packageOf(context, symbol);
  if (name === 'class-validator' || name === 'class-transformer') return name;
  if ((symbol.declarations ?? []).some((node) => usesClassValidator(context, node))) return 'class-validator';
  return name === 'mq-rpc' ? name : 'unknown';
}

/** Whether the source of a function calls something of class-validator, as `registerDecorator` or `IsString`. */
function usesClassValidator(context: Context, node: ts.Node): boolean {
  if (!ts.isFunctionDeclaration(node) && !ts.isVariableDeclaration(node)) return false;
  const visit = (inner: ts.Node): boolean => {
    const called = ts.isCallExpression(inner)
      ? context.checker.getSymbolAtLocation(inner.expression)
      : undefined;
    const target = called && targetOf(context.checker, called);
    const isFound = target !== undefined && ownerOf(context, target) === 'class-validator';
    return isFound || ts.forEachChild(inner, visit) === true;
  };
  return ts.forEachChild(node, visit) === true;
}
