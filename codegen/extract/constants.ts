// Evaluates the constants that decorators take, by reading only.

import { ts } from 'ts-morph';
import { targetOf } from './context.js';

/** An expression that is no constant. */
export class NotConstant {
  readonly node: ts.Node;

  constructor(node: ts.Node) {
    this.node = node;
  }
}

/** How many `const`s may lead from one to another. */
const MAX_DEPTH = 32;

/** The value of an expression made of literals and of `const`s that are such literals. */
export function evaluate(checker: ts.TypeChecker, node: ts.Expression): unknown {
  const expression = followConstants(checker, node);
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (ts.isNumericLiteral(expression)) return Number(expression.text);
  if (expression.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (expression.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isIdentifier(expression) && expression.text === 'undefined') return undefined;
  if (ts.isPrefixUnaryExpression(expression) && expression.operator === ts.SyntaxKind.MinusToken) {
    const value = evaluate(checker, expression.operand);
    return typeof value === 'number' ? -value : new NotConstant(node);
  }
  if (ts.isObjectLiteralExpression(expression)) return evaluateObject(checker, expression);
  return new NotConstant(node);
}

function evaluateObject(checker: ts.TypeChecker, node: ts.ObjectLiteralExpression): unknown {
  const result: Record<string, unknown> = {};
  for (const member of readMembers(node)) {
    if (member instanceof NotConstant) return member;
    const value = evaluate(checker, member.value);
    if (value instanceof NotConstant) return value;
    if (value !== undefined) result[member.name] = value;
  }
  return result;
}

/** The members of an object literal; one that is computed, spread or a function is not constant. */
export function* readMembers(
  node: ts.ObjectLiteralExpression,
): Generator<{ name: string; value: ts.Expression; node: ts.Node } | NotConstant> {
  for (const property of node.properties) {
    const isNamed = property.name !== undefined && !ts.isComputedPropertyName(property.name);
    if (!isNamed) yield new NotConstant(property);
    else if (ts.isPropertyAssignment(property)) {
      yield { name: property.name.text, value: property.initializer, node: property };
    } else if (ts.isShorthandPropertyAssignment(property)) {
      yield { name: property.name.text, value: property.name, node: property };
    } else yield new NotConstant(property);
  }
}

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
