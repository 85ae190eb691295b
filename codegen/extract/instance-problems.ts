// What keeps instances of a class from being made and validated at the other end as they are at this one.

import { ts } from '#typescript';
import { readMembers } from './constants.js';
import type { Context } from './context.js';
import { type LibraryDecorator, libraryDecorators } from './library-decorators.js';
import { typeArguments } from './type-names.js';

export interface Problem {
  /** Where, if that is known. */
  readonly node: ts.Node | undefined;
  readonly why: string;
  readonly help: string;
}

/** What is wrong with the class itself. */
export function classProblems(context: Context, type: ts.Type): Problem[] {
  const symbol = type.getSymbol();
  const declaration = symbol?.declarations?.find(ts.isClassDeclaration);
  if (symbol === undefined || declaration === undefined) return [];
  const { name } = symbol;
  const excluded = libraryDecorators(context, declaration).flatMap((decorator) => exclusion(name, decorator));
  const construction = constructionProblem(context, symbol, declaration);
  if (construction !== undefined) excluded.push({ node: declaration.name, ...construction });
  if (context.checker.getIndexInfosOfType(type).length > 0) {
    const why = `${name} has an index signature, whose members class-validator's whitelist drops`;
    excluded.push({
      node: declaration.name,
      why,
      help: 'Give it a member that is a Record, with @IsObject().',
    });
  }
  return excluded;
}

/** `new Order()` has to make an instance. */
function constructionProblem(
  { checker }: Context,
  symbol: ts.Symbol,
  declaration: ts.ClassDeclaration,
): Omit<Problem, 'node'> | undefined {
  const { name } = symbol;
  if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Abstract) {
    const why = `${name} is abstract: nothing is an instance of it alone`;
    return { why, help: 'Write the union of the classes that extend it.' };
  }
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  if (type.getConstructSignatures().some(takesNothing)) return undefined;
  const why = `${name} cannot be made with new ${name}()`;
  return { why, help: 'Give the parameters of its constructor defaults, or write a static method instead.' };
}

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;

function takesNothing(signature: ts.Signature): boolean {
  // A constructor that nobody wrote has no declaration.
  const declaration = signature.getDeclaration() as ts.SignatureDeclaration | undefined;
  if (declaration === undefined || !ts.isConstructorDeclaration(declaration)) return true;
  const isOptional = ({ questionToken, initializer, dotDotDotToken }: ts.ParameterDeclaration) =>
    (questionToken ?? initializer ?? dotDotDotToken) !== undefined;
  return !(ts.getCombinedModifierFlags(declaration) & HIDDEN) && declaration.parameters.every(isOptional);
}

interface MemberContext {
  readonly context: Context;
  /** The class. */
  readonly type: ts.Type;
  readonly member: ts.Symbol;
  readonly decorators: readonly LibraryDecorator[];
  readonly isInstanceClass: (context: Context, type: ts.Type) => boolean;
}

/** What is wrong with a member that travels. */
export function memberProblems({
  context,
  type,
  member,
  decorators,
  isInstanceClass,
}: MemberContext): Problem[] {
  const name = `${type.getSymbol()?.name}.${member.name}`;
  const problems = decorators.flatMap((decorator) => exclusion(name, decorator));
  const declaration = member.declarations?.[0];
  if (
    !isHidden(declaration) &&
    !decorators.some(({ owner }) => owner === 'class-validator' || owner === 'unknown')
  ) {
    problems.push({
      node: declaration && ts.getNameOfDeclaration(declaration),
      why: `${name} has no decorator, and class-validator's whitelist drops such members`,
      help: 'Add @Allow(), or a decorator that says what it has to be.',
    });
  }
  const nested = decorators.find(
    ({ owner, name }) => owner === 'class-validator' && name === 'ValidateNested',
  );
  const held = nested && nestedTypes(context, context.checker.getTypeOfSymbol(member));
  if (nested !== undefined && held?.some((each) => !isInstanceClass(context, each))) {
    const why = `${name} has @ValidateNested, which refuses all but classes with decorators`;
    problems.push({ node: nested.node, why, help: 'Write such a class, or remove @ValidateNested.' });
  }
  return problems;
}

/** What is private is refused as such. */
const isHidden = (node: ts.Declaration | undefined): boolean =>
  node !== undefined &&
  ((ts.getCombinedModifierFlags(node) & HIDDEN) !== 0 ||
    ts.isPrivateIdentifier(ts.getNameOfDeclaration(node) ?? node));

/** What class-transformer would take out or put in by case. Here, all members travel in all cases. */
function exclusion(
  name: string,
  { owner, name: decorator, arguments: [options], node }: LibraryDecorator,
): Problem[] {
  if (owner !== 'class-transformer' || (decorator !== 'Exclude' && decorator !== 'Expose')) return [];
  if (decorator === 'Expose' && (options === undefined || isNameOnly(options))) return [];
  const why = `${name} has @${decorator}${decorator === 'Expose' ? ' with conditions' : ''}, but all members travel`;
  const help = 'Remove it, or send a class that does not have what must not travel.';
  return [{ node, why, help }];
}

/** Another name is for a JSON of class-transformer's own; there is none here. */
const isNameOnly = (options: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(options) &&
  readMembers(options).every((member) => 'name' in member && member.name === 'name');

/** What @ValidateNested goes into: the type itself, or what an array, set, map or union of it holds. */
function nestedTypes(context: Context, type: ts.Type): readonly ts.Type[] {
  const { checker } = context;
  if (type.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) return [];
  if (type.isUnion()) return type.types.flatMap((item) => nestedTypes(context, item));
  const isCollection = /^(Readonly)?(Set|Map)$/.test(type.getSymbol()?.name ?? '');
  if (!isCollection && !checker.isArrayType(type) && !checker.isTupleType(type)) return [type];
  const items = checker.isTupleType(type)
    ? checker.getTypeArguments(type as ts.TypeReference)
    : typeArguments(context, type).slice(-1);
  return items.flatMap((item) => nestedTypes(context, item));
}
