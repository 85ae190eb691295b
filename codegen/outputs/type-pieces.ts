// Types as TypeScript source, in pieces: what is fixed, and the names of types, which each output shows in its way.

import { memberName, quote } from '../../templates/quote.js';
import type { EnumModel, ObjectModel, TupleItem, TypeModel } from '../model.js';

export type TypePiece = string | TypeName;

/** A named type of the service, or an enum. */
export interface TypeName {
  readonly name: string;
  /** Set if it is an enum, which the service's types do not have. */
  readonly enumeration?: EnumModel;
}

/** The source of a type. Names within it are those of the model. */
export function typePieces(type: TypeModel): readonly TypePiece[] {
  switch (type.kind) {
    case 'date':
      return ['Date'];
    case 'bytes':
      return ['Uint8Array'];
    case 'buffer':
      return ['Buffer'];
    case 'url':
      return ['URL'];
    case 'opaque':
      return ['unknown'];
    case 'literal':
      return [typeof type.value === 'string' ? quote(type.value) : String(type.value)];
    case 'bigintLiteral':
      return [`${type.value}n`];
    case 'template':
      return [templateSource(type.texts, type.holes)];
    case 'enum':
      return [{ name: type.name, enumeration: type }];
    case 'reference':
      return [{ name: type.name }];
    case 'array':
      return [...operand(type.item), '[]'];
    case 'tuple':
      return ['[', ...separated(type.items.map(tupleItem), ', '), ']'];
    case 'map':
      return ['Map<', ...typePieces(type.key), ', ', ...typePieces(type.value), '>'];
    case 'set':
      return ['Set<', ...typePieces(type.item), '>'];
    case 'object':
      return objectPieces(type);
    case 'union':
      return separated(type.members.map(typePieces), ' | ');
    case 'checked':
      return typePieces(type.type);
    default:
      return [type.kind];
  }
}

/** Pieces where a union takes parentheses. */
function operand(type: TypeModel): readonly TypePiece[] {
  const inner = type.kind === 'checked' ? type.type : type;
  const pieces = typePieces(inner);
  return inner.kind === 'union' ? ['(', ...pieces, ')'] : pieces;
}

function tupleItem({ type, optional, rest }: TupleItem): readonly TypePiece[] {
  if (rest) return ['...', ...operand(type), '[]'];
  return optional ? [...operand(type), '?'] : typePieces(type);
}

function objectPieces({ members, indexes }: ObjectModel): readonly TypePiece[] {
  const parts = [
    ...members.map(({ name, optional, type }) => [
      `${memberName(name)}${optional ? '?' : ''}: `,
      ...typePieces(type),
    ]),
    ...indexes.map(({ key, type }) => ['[name: ', ...typePieces(key), ']: ', ...typePieces(type)]),
  ];
  return parts.length === 0 ? ['{}'] : ['{ ', ...separated(parts, '; '), ' }'];
}

function separated(parts: readonly (readonly TypePiece[])[], separator: string): readonly TypePiece[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
}

function templateSource(texts: readonly string[], holes: readonly string[]): string {
  const parts = texts.map((text, index) => {
    const hole = holes[index];
    return escapedTemplate(text) + (hole === undefined ? '' : `\${${hole}}`);
  });
  return `\`${parts.join('')}\``;
}

/** In a template literal, line ends and what ends its texts are escaped. */
const escapedTemplate = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
