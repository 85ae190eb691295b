// What the readers of one contract's methods share.

import type { ts } from '#typescript';
import { originOf } from './context.js';
import { joinName, pascalCase } from './type-names.js';
import type { TypeReader } from './type-reader.js';
import type { TypeWriter } from './type-text.js';
import type { Bindings } from './written-type.js';

export interface ContractReader {
  readonly types: TypeReader;
  readonly text: TypeWriter;
  readonly contractName: string;
  /** Where the contract stands. */
  readonly place: ts.Node;
  /** What the type parameters of generic base contracts stand for. */
  readonly bindings: Bindings | undefined;
}

/** A method of the contract and how it is declared. */
export interface Method {
  readonly name: string;
  /** The member's own declaration, which carries the annotations. */
  readonly declaration: ts.Declaration;
  /** Parameters and result: of the member itself, or of the function type it has. */
  readonly signature: ts.Signature;
}

/** The name of an anonymous type in a method's signature: `OrdersPlaceOrder`. */
export const nameInMethod = (reader: ContractReader, method: Method, part: string): string =>
  joinName(reader.contractName + pascalCase(method.name), part);

/** Where a part of a signature is reported: that of another package, where the contract uses it. */
export function placeInProject({ types, place }: ContractReader, node: ts.Node, method: Method): ts.Node {
  const isOwn = (each: ts.Node) => originOf(types.context.program, each.getSourceFile()) === 'project';
  return [node, method.declaration].find(isOwn) ?? place;
}

export const isForeign = ({ types }: ContractReader, node: ts.Node | undefined): boolean =>
  node !== undefined && originOf(types.context.program, node.getSourceFile()) === 'package';
