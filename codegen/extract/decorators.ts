// Reads the decorators of mq-rpc from source: which annotations they set, and to what.

import { ts } from '#typescript';
import { evaluate, followConstants, readMembers } from './constants.js';
import { type Context, isOwnSymbol, targetOf } from './context.js';

type DecoratorContext = Pick<Context, 'checker' | 'report' | 'packageName'>;

/** One annotation as a decorator sets it. */
export interface DecoratorUse {
  /** Name in the table of annotations. */
  readonly name: string;
  /** A constant; for `throws` the expression that names the class. */
  readonly value: unknown;
  readonly node: ts.Node;
}

/** The decorators that contracts are written with; `src/contract/decorators.ts` has them. */
const DECORATORS = [
  'Service',
  'Method',
  'OneWay',
  'Event',
  'Throws',
  'Opaque',
  'AdditionalProperties',
] as const;

export type DecoratorName = (typeof DECORATORS)[number];

/** Whether a declaration carries this decorator of mq-rpc. */
export const hasDecorator = (context: DecoratorContext, node: ts.Node, name: DecoratorName): boolean =>
  ownDecorators(context, node).some((decorator) => decorator.name === name);

/** What the decorators of a declaration say. Those of other libraries are left alone. */
export function readDecorators(context: DecoratorContext, node: ts.Node): DecoratorUse[] {
  return ownDecorators(context, node).flatMap(({ name, call }) => readDecorator(context, name, call));
}

function readDecorator(
  context: DecoratorContext,
  name: DecoratorName,
  call: ts.CallExpression,
): DecoratorUse[] {
  const [argument] = call.arguments;
  switch (name) {
    case 'Service':
    case 'Method':
      return argument === undefined ? [] : readOptions(context, argument);
    case 'OneWay':
      return [flagUse('oneway', call), ...(argument === undefined ? [] : readOptions(context, argument))];
    case 'Event':
      return [flagUse('event', call), ...(argument === undefined ? [] : readOptions(context, argument))];
    case 'Throws':
      return call.arguments.map((value) => ({ name: 'throws', value, node: value }));
    case 'Opaque':
      return [flagUse('opaque', call)];
    case 'AdditionalProperties':
      return constantUse(context, 'additionalProperties', argument);
  }
}

const flagUse = (name: string, node: ts.Node): DecoratorUse => ({ name, value: true, node });

interface OwnDecorator {
  readonly name: DecoratorName;
  readonly call: ts.CallExpression;
}

function ownDecorators(context: DecoratorContext, node: ts.Node): OwnDecorator[] {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators.flatMap(({ expression: call }) => {
    if (!ts.isCallExpression(call)) return [];
    const symbol = context.checker.getSymbolAtLocation(call.expression);
    const target = symbol && targetOf(context.checker, symbol);
    const name = DECORATORS.find((decorator) => decorator === target?.name);
    return target !== undefined && name !== undefined && isOwnSymbol(context, target, name)
      ? [{ name, call }]
      : [];
  });
}

function readOptions(context: DecoratorContext, options: ts.Expression): DecoratorUse[] {
  const literal = followConstants(context.checker, options);
  if (!ts.isObjectLiteralExpression(literal)) return notConstant(context, options);
  return readMembers(literal).flatMap((member) => {
    if ('notConstant' in member) return notConstant(context, member.notConstant);
    if (member.name === 'throws') return throwsUses(context, member.value);
    return constantUse(context, member.name === 'name' ? 'service' : member.name, member.value, member.node);
  });
}

function throwsUses(context: DecoratorContext, value: ts.Expression): DecoratorUse[] {
  const list = followConstants(context.checker, value);
  if (!ts.isArrayLiteralExpression(list)) return notConstant(context, value);
  return list.elements.map((element) => ({ name: 'throws', value: element, node: element }));
}

function constantUse(
  context: DecoratorContext,
  name: string,
  expression: ts.Expression | undefined,
  node: ts.Node | undefined = expression,
): DecoratorUse[] {
  if (expression === undefined || node === undefined) return [];
  const evaluated = evaluate(context.checker, expression);
  if ('notConstant' in evaluated) return notConstant(context, evaluated.notConstant);
  return evaluated.value === undefined ? [] : [{ name, value: evaluated.value, node }];
}

function notConstant({ report }: DecoratorContext, node: ts.Node): [] {
  report(
    'MQ1006',
    node,
    `decorator option is not a constant: ${shortText(node)}`,
    'Write a literal, or the name of a `const` that is one; contracts are read, never run.',
  );
  return [];
}

function shortText(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
