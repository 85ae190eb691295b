// Writes a type the way a reader would, for messages.

import type { TupleItem, TypeModel } from '../model.js';

/** Unions are cut off here: a message is no place for sixty members. */
const MAX_LENGTH = 100;

/** The type as TypeScript would write it, long unions shortened. */
export function describeType(type: TypeModel): string {
  switch (type.kind) {
    case 'date':
      return 'Date';
    case 'bytes':
      return 'Uint8Array';
    case 'buffer':
      return 'Buffer';
    case 'url':
      return 'URL';
    case 'opaque':
      return 'unknown';
    case 'literal':
      return JSON.stringify(type.value);
    case 'bigintLiteral':
      return `${type.value}n`;
    case 'template':
      return `\`${type.texts.map((text, index) => text + (type.holes[index] ? `\${${type.holes[index]}}` : '')).join('')}\``;
    case 'enum':
    case 'reference':
      return type.name;
    case 'array':
      return `${inBrackets(type.item)}[]`;
    case 'tuple':
      return `[${type.items.map(describeItem).join(', ')}]`;
    case 'map':
      return `Map<${describeType(type.key)}, ${describeType(type.value)}>`;
    case 'set':
      return `Set<${describeType(type.item)}>`;
    case 'checked':
      return describeType(type.type);
    case 'object':
      return 'object';
    case 'union':
      return joinShortened(type.members.map(describeType));
    default:
      return type.kind;
  }
}

function describeItem({ type, optional, rest }: TupleItem): string {
  if (rest) return `...${inBrackets(type)}[]`;
  return optional ? `${inBrackets(type)}?` : describeType(type);
}

const inBrackets = (type: TypeModel): string =>
  type.kind === 'union' ? `(${describeType(type)})` : describeType(type);

function joinShortened(members: readonly string[]): string {
  const whole = members.join(' | ');
  if (whole.length <= MAX_LENGTH) return whole;
  const kept: string[] = [];
  for (const member of members) {
    if (kept.length > 0 && [...kept, member].join(' | ').length > MAX_LENGTH - 15) break;
    kept.push(member);
  }
  return `${kept.join(' | ')} | … ${members.length - kept.length} more`;
}
