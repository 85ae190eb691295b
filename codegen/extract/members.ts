// Reads the members of object types.

import { ts } from '#typescript';
import type { AdditionalProperties, MemberModel, TypeModel } from '../model.js';
import type { AnnotationUse } from './annotations.js';
import { refuseConstraints, UNCHECKED } from './constraints.js';
import { originOf } from './context.js';
import { exactness } from './exact.js';
import { mappedNode } from './indexes.js';
import { withSchema } from './schemas.js';
import { joinName } from './type-names.js';
import { checkAdditionalProperties, refuse, type TypeReader, withoutUndefined } from './type-reader.js';
import type { Use } from './use.js';
import { constraintsOf, partOf } from './written-type.js';

/** A member; `undefined` after a diagnostic. */
export function readMember(reader: TypeReader, symbol: ts.Symbol, owner: Use): MemberModel | undefined {
  const { checker } = reader.context;
  const use = memberUse(reader, symbol, owner);
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  const problem = memberProblem(symbol, declaration);
  if (problem !== undefined) {
    refuse(reader, use, problem, 'Send plain data: an interface or class with data members only.');
    return undefined;
  }
  const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  const annotations =
    declaration === undefined ? undefined : reader.context.annotations(declaration, 'member');
  const type = checker.getTypeOfSymbol(symbol);
  const checked = (model: TypeModel): TypeModel =>
    declaration === undefined
      ? model
      : withSchema(reader, { annotation: annotations?.get('schema'), scope: declaration, type, use }, model);
  if (annotations?.get('opaque')) {
    refuseConstraints(reader.context, annotations, UNCHECKED);
    return { name: symbol.name, optional, type: checked({ kind: 'opaque' }) };
  }
  const additionalProperties = annotations?.get('additionalProperties')?.value as
    | AdditionalProperties
    | undefined;
  const model = reader.read(optional ? declaredType(reader, type, use.node) : type, {
    ...use,
    additionalProperties,
    constraints: memberConstraints(reader, symbol),
  });
  if (annotations !== undefined) checkAdditionalProperties(reader, annotations, model);
  if (!optional) return { name: symbol.name, optional, type: checked(model) };
  // A field that is declared and never set is there all the same, as `undefined`.
  const isField = declaration !== undefined && ts.isPropertyDeclaration(declaration);
  const exact = !isField && exactness(reader.context, type).exact;
  return {
    name: symbol.name,
    optional,
    ...(exact && { exact }),
    type: checked(withoutUndefined(reader, model, use)),
  };
}

/** A member of an intersection has several declarations, all of which it has to meet. */
const memberConstraints = ({ context }: TypeReader, symbol: ts.Symbol): readonly AnnotationUse[] =>
  (symbol.declarations ?? []).flatMap((node) => constraintsOf(context.annotations(node, 'member')));

function memberProblem(symbol: ts.Symbol, declaration: ts.Declaration | undefined): string | undefined {
  const modifiers = declaration === undefined ? 0 : ts.getCombinedModifierFlags(declaration);
  if (String(symbol.escapedName).startsWith('__@')) return 'it is named by a symbol';
  if (declaration !== undefined && hasPrivateName(declaration)) return 'it is private';
  if (modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected))
    return 'it is private or protected';
  if (symbol.name === '__proto__' || symbol.name === 'constructor')
    return 'JavaScript gives this name a meaning of its own';
  return symbol.flags & ts.SymbolFlags.Method ? 'it is a method' : undefined;
}

function hasPrivateName(node: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(node);
  return name !== undefined && ts.isPrivateIdentifier(name);
}

function memberUse(reader: TypeReader, symbol: ts.Symbol, owner: Use): Use {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  const origin = declaration && originOf(reader.context.program, declaration.getSourceFile());
  const typed = declaration as { type?: ts.TypeNode } | undefined;
  return {
    place: declaration !== undefined && origin === 'project' ? nameOf(declaration) : owner.place,
    path: owner.path + pathStep(symbol),
    name: joinName(owner.name, symbol.name),
    ...(typed?.type === undefined
      ? partOf(reader.context, owner, mappedNode)
      : { node: typed.type, bindings: owner.bindings }),
    // A mapped type of TypeScript's own, as `Record`, takes its members' types from where it is used.
    isForeign: origin === 'package' || (origin !== 'project' && owner.isForeign),
    depth: owner.depth + 1,
  };
}

/** `.sku`, `["a b"]`, `.#secret` or `[Symbol.iterator]` */
function pathStep(symbol: ts.Symbol): string {
  const [, wellKnown] = /^__@(\w+)@\d+$/.exec(String(symbol.escapedName)) ?? [];
  if (wellKnown !== undefined) return `[Symbol.${wellKnown}]`;
  const isIdentifier = /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(symbol.name);
  return isIdentifier ? `.${symbol.name}` : `[${JSON.stringify(symbol.name)}]`;
}

const nameOf = (declaration: ts.Declaration): ts.Node => ts.getNameOfDeclaration(declaration) ?? declaration;

/** The type of an optional member as it was declared, without the `undefined` that being optional adds. */
function declaredType({ context }: TypeReader, type: ts.Type, node: ts.TypeNode | undefined): ts.Type {
  if (node === undefined || !type.isUnion()) return type;
  const declared = context.checker.getTypeFromTypeNode(node);
  const members = declared.isUnion() ? declared.types : [declared];
  const isSame =
    members.length === type.types.length - 1 && members.every((member) => type.types.includes(member));
  return isSame ? declared : type;
}
