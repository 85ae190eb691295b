// Evaluates the constants that decorators take, by reading only.

import { ts } from '#typescript';
import { targetOf } from './context.js';

/** The value of an expression, or the part of it that is no constant. */
export type Evaluated = { readonly value: unknown } | { readonly notConstant: ts.Node };

/** A member of an object literal, not yet evaluated, or what is no plain member. */
export type LiteralMember =
  | { readonly name: string; readonly value: ts.Expression; readonly node: ts.Node }
  | { readonly notConstant: ts.Node };

/** How many `const`s may lead from one to another. */
const MAX_DEPTH = 32;

/** How many objects and lists may stand in one another: no option has more. */
const MAX_NESTING = 8;

/** Evaluates an expression made of literals and of `const`s that are such literals. */
export function evaluate(checker: ts.TypeChecker, node: ts.Expression, nesting = 0): Evaluated {
  if (nesting > MAX_NESTING) return { notConstant: node };
  const literal = followConstants(checker, node);
  if (ts.isStringLiteralLike(literal)) return { value: literal.text };
  if (ts.isNumericLiteral(literal)) return { value: Number(literal.text) };
  if (literal.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (literal.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (ts.isIdentifier(literal) && literal.text === 'undefined') return { value: undefined };
  if (ts.isObjectLiteralExpression(literal)) return evaluateObject(checker, literal, nesting);
  if (ts.isArrayLiteralExpression(literal)) return evaluateList(checker, literal, nesting);
  const isNegative = ts.isPrefixUnaryExpression(literal) && literal.operator === ts.SyntaxKind.MinusToken;
  if (isNegative && ts.isNumericLiteral(literal.operand)) return { value: -Number(literal.operand.text) };
  return { notConstant: node };
}

function evaluateList(checker: ts.TypeChecker, node: ts.ArrayLiteralExpression, nesting: number): Evaluated {
  const values: unknown[] = [];
  for (const item of node.elements) {
    const evaluated = evaluate(checker, item, nesting + 1);
    if ('notConstant' in evaluated) return evaluated;
    values.push(evaluated.value);
  }
  return { value: values };
}

function evaluateObject(
  checker: ts.TypeChecker,
  node: ts.ObjectLiteralExpression,
  nesting: number,
): Evaluated {
  const values: [string, unknown][] = [];
  for (const member of readMembers(node)) {
    if ('notConstant' in member) return member;
    const evaluated = evaluate(checker, member.value, nesting + 1);
    if ('notConstant' in evaluated) return evaluated;
    if (evaluated.value !== undefined) values.push([member.name, evaluated.value]);
  }
  return { value: Object.fromEntries(values) };
}

/** The members of an object literal. What is computed, spread or a function is not constant. */
export const readMembers = (node: ts.ObjectLiteralExpression): LiteralMember[] =>
  node.properties.map((property) => {
    const { name } = property;
    if (name === undefined || ts.isComputedPropertyName(name)) return { notConstant: property };
    if (ts.isPropertyAssignment(property))
      return { name: name.text, value: property.initializer, node: property };
    if (!ts.isShorthandPropertyAssignment(property)) return { notConstant: property };
    return { name: name.text, value: property.name, node: property };
  });

/** The literal behind parentheses, `as const`, `satisfies` and names of `const`s. */
export function followConstants(checker: ts.TypeChecker, node: ts.Expression, depth = 0): ts.Expression {
  if (depth > MAX_DEPTH) return node;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return followConstants(checker, node.expression, depth + 1);
  }
  const initializer = ts.isIdentifier(node) ? constInitializer(checker, node) : undefined;
  return initializer === undefined ? node : followConstants(checker, initializer, depth + 1);
}

function constInitializer(checker: ts.TypeChecker, node: ts.Identifier): ts.Expression | undefined {
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  if (symbol === undefined) return undefined;
  const declaration = targetOf(checker, symbol).valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return undefined;
  const isConst = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConst ? declaration.initializer : undefined;
}
