// Finds the one signature of a contract's member, or says why it is no method that can be called remotely.

import { ts } from '#typescript';
import type { ContractReader } from './contract-reader.js';

/** Names that a client's own members have, or that JavaScript itself looks for or has on every object. */
const TAKEN_NAMES = new Set(['with', 'then', ...Object.getOwnPropertyNames(Object.prototype)]);
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Whether clients and servers can have a method of this name; reports it if not. */
export function hasUsableName({ types }: ContractReader, symbol: ts.Symbol, place: ts.Node): boolean {
  const { report } = types.context;
  const name = String(symbol.escapedName).startsWith('__@') ? place.getText() : symbol.name;
  if (TAKEN_NAMES.has(name)) {
    const help = 'Choose another name: every client has a member of this one.';
    report('MQ3002', place, `a method cannot be called ${name}`, help);
    return false;
  }
  if (IDENTIFIER.test(name)) return true;
  report(
    'MQ3002',
    place,
    `${JSON.stringify(name)} is no name for a method`,
    'Write an identifier, as in placeOrder.',
  );
  return false;
}

/** The signature of a member; `undefined` after a diagnostic. */
export function readSignature(
  { types }: ContractReader,
  symbol: ts.Symbol,
  declaration: ts.Declaration,
): ts.Signature | undefined {
  const { checker, report } = types.context;
  const signatures = checker.getTypeOfSymbol(symbol).getCallSignatures();
  const problem = memberProblem(symbol, declaration) ?? signatureProblem(signatures);
  if (problem === undefined) return signatures[0];
  const place = ts.getNameOfDeclaration(declaration) ?? declaration;
  report('MQ2004', place, `${symbol.name} ${problem.why}`, problem.help);
  return undefined;
}

interface Problem {
  readonly why: string;
  readonly help: string;
}

function memberProblem(symbol: ts.Symbol, declaration: ts.Declaration): Problem | undefined {
  if (symbol.flags & ts.SymbolFlags.Optional)
    return { why: 'is optional', help: 'Remove the question mark.' };
  if (symbol.flags & ts.SymbolFlags.Accessor) return { why: 'is an accessor', help: 'Declare a method.' };
  const modifiers = ts.getCombinedModifierFlags(declaration);
  if (modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) {
    return { why: 'is private or protected', help: 'Remove it: all methods of a contract are public.' };
  }
  if (!hasBody(declaration)) return undefined;
  return {
    why: 'has a body',
    help: 'Make it abstract, or a field as in `place!: (order: Order) => Promise<Receipt>`.',
  };
}

function signatureProblem(signatures: readonly ts.Signature[]): Problem | undefined {
  const [signature] = signatures;
  if (signature === undefined) {
    return { why: 'is not a method', help: 'Move data into the types of parameters and results.' };
  }
  if (signatures.length > 1) {
    const why = 'is overloaded: a queued call has one list of arguments';
    return { why, help: 'Give every overload a name of its own, or take a union.' };
  }
  if (signature.typeParameters === undefined) return undefined;
  return { why: 'is generic', help: 'Write the types that it is called with.' };
}

const hasBody = (node: ts.Declaration): boolean =>
  (ts.isMethodDeclaration(node) && node.body !== undefined) ||
  (ts.isPropertyDeclaration(node) && node.initializer !== undefined);
