// Reads what comments say of types and their members, for the outputs that show it.

import type { ts } from '#typescript';
import { findAnnotation } from '../annotations.js';
import type { TypeDocs } from '../model.js';
import { type Context, originOf } from './context.js';
import { docText, readJsDoc } from './jsdoc.js';
import { isTypeDeclaration } from './opaque.js';

/** A declaration's comment without the annotations; `@deprecated` stays, editors show it. */
export function docOf(declaration: ts.Node): string | undefined {
  const isAnnotation = (name: string) => findAnnotation(name) !== undefined;
  return docText(readJsDoc(declaration, isAnnotation), (name) => isAnnotation(name) && name !== 'deprecated');
}

/** The comments of an object type, where it or what it is made of was declared. */
export function readTypeDocs(context: Context, type: ts.Type): TypeDocs {
  const own = [...(type.aliasSymbol?.declarations ?? []), ...(type.symbol?.declarations ?? [])];
  const members = context.checker.getPropertiesOfType(type).flatMap((symbol): [string, string][] => {
    const doc = firstDoc(context, symbol.declarations ?? []);
    return doc === undefined ? [] : [[symbol.name, doc]];
  });
  return { doc: firstDoc(context, own.filter(isTypeDeclaration)), members: new Map(members) };
}

/** What TypeScript's own library says of its utility types is no news to anybody. */
const firstDoc = ({ program }: Context, declarations: readonly ts.Node[]): string | undefined =>
  declarations
    .filter((declaration) => originOf(program, declaration.getSourceFile()) !== 'library')
    .map(docOf)
    .find((doc) => doc !== undefined);
