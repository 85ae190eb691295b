// Types as trees: how they are written in TypeScript, and which values are theirs, told without the generator.

/** A type. Names refer to the declarations of its contract. */
export type TypeTree =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'undefined' }
  | { readonly kind: 'bigint' | 'date' | 'bytes' | 'url' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | bigint }
  | {
      readonly kind: 'template';
      readonly before: string;
      readonly hole: 'string' | 'number';
      readonly after: string;
    }
  | { readonly kind: 'array' | 'set' | 'index'; readonly item: TypeTree }
  | { readonly kind: 'map'; readonly item: TypeTree }
  | { readonly kind: 'tuple'; readonly items: readonly TypeTree[]; readonly rest: TypeTree | undefined }
  | { readonly kind: 'object'; readonly members: readonly MemberTree[] }
  | { readonly kind: 'union'; readonly members: readonly TypeTree[] }
  | { readonly kind: 'enum' | 'named'; readonly name: string };

export interface MemberTree {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeTree;
}

export type EnumTree = readonly (readonly [name: string, value: string | number])[];

/** What a contract declares besides itself. */
export interface Declarations {
  readonly types: Readonly<Record<string, TypeTree>>;
  readonly enums: Readonly<Record<string, EnumTree>>;
}

const quote = (text: string): string =>
  JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

/** The type as TypeScript source. */
export function sourceOf(type: TypeTree): string {
  switch (type.kind) {
    case 'date':
      return 'Date';
    case 'bytes':
      return 'Uint8Array';
    case 'url':
      return 'URL';
    case 'literal':
      return typeof type.value === 'bigint'
        ? `${type.value}n`
        : typeof type.value === 'string'
          ? quote(type.value)
          : String(type.value);
    case 'template':
      return `\`${inTemplate(type.before)}\${${type.hole}}${inTemplate(type.after)}\``;
    case 'array':
      return `(${sourceOf(type.item)})[]`;
    case 'set':
      return `Set<${sourceOf(type.item)}>`;
    case 'map':
      return `Map<string, ${sourceOf(type.item)}>`;
    case 'index':
      return `{ [key: string]: ${sourceOf(type.item)} }`;
    case 'tuple': {
      const rest = type.rest === undefined ? [] : [`...(${sourceOf(type.rest)})[]`];
      return `[${[...type.items.map(sourceOf), ...rest].join(', ')}]`;
    }
    case 'object':
      return `{ ${type.members.map(memberSource).join('; ')} }`;
    case 'union':
      return type.members.map((member) => `(${sourceOf(member)})`).join(' | ');
    case 'enum':
    case 'named':
      return type.name;
    default:
      return type.kind;
  }
}

const memberSource = ({ name, optional, type }: MemberTree): string =>
  `${quote(name)}${optional ? '?' : ''}: ${sourceOf(type)}`;

const inTemplate = (text: string): string =>
  quote(text).slice(1, -1).replaceAll('\\"', '"').replaceAll(/[`$]/g, '\\$&');

/** The declarations as TypeScript source. */
export const declarationSource = ({ types, enums }: Declarations): string =>
  [
    ...Object.entries(types).map(([name, type]) => `export type ${name} = ${sourceOf(type)};`),
    ...Object.entries(enums).map(
      ([name, members]) => `export enum ${name} { ${members.map(enumMemberSource).join(', ')} }`,
    ),
  ].join('\n');

const enumMemberSource = ([name, value]: readonly [string, string | number]): string =>
  `${quote(name)} = ${typeof value === 'string' ? quote(value) : value}`;

/** Whether a value is about to be sent, or has been received: then it may come from a newer contract. */
export type Way = 'sent' | 'received';

/** Whether a value is one of the type. */
export function accepts(type: TypeTree, value: unknown, within: Declarations, way: Way): boolean {
  const ofItem = (item: TypeTree) => (each: unknown) => accepts(item, each, within, way);
  switch (type.kind) {
    case 'null':
      return value === null;
    case 'number':
      return Number.isFinite(value);
    case 'date':
      return value instanceof Date && !Number.isNaN(value.getTime());
    case 'bytes':
      return value instanceof Uint8Array;
    case 'url':
      return value instanceof URL;
    case 'literal':
      return value === type.value;
    case 'template':
      return typeof value === 'string' && fills(type, value);
    case 'array':
      return Array.isArray(value) && value.every(ofItem(type.item));
    case 'set':
      return value instanceof Set && [...value].every(ofItem(type.item));
    case 'map':
      return (
        value instanceof Map &&
        [...value].every(([key, item]) => typeof key === 'string' && ofItem(type.item)(item))
      );
    case 'index':
      return isObject(value) && Object.values(value).every(ofItem(type.item));
    case 'tuple':
      return Array.isArray(value) && acceptsTuple(type, value, ofItem);
    case 'object':
      return isObject(value) && acceptsMembers(type.members, value, within, way);
    case 'union':
      return type.members.some((member) => accepts(member, value, within, way));
    case 'enum':
      return (within.enums[type.name] ?? []).some(([, member]) => member === value);
    case 'named':
      return accepts(within.types[type.name] as TypeTree, value, within, way);
    default:
      return typeof value === type.kind;
  }
}

const BUILT_IN = [Date, Map, Set, Uint8Array, URL];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !BUILT_IN.some((type) => value instanceof type);

function fills({ before, hole, after }: TypeTree & { kind: 'template' }, value: string): boolean {
  if (value.length < before.length + after.length) return false;
  if (!value.startsWith(before) || !value.endsWith(after)) return false;
  const filling = value.slice(before.length, value.length - after.length);
  return hole === 'string' || (filling !== '' && Number.isFinite(Number(filling)));
}

function acceptsTuple(
  { items, rest }: TypeTree & { kind: 'tuple' },
  value: readonly unknown[],
  ofItem: (item: TypeTree) => (each: unknown) => boolean,
): boolean {
  if (value.length < items.length || (rest === undefined && value.length > items.length)) return false;
  return value.every((each, index) => ofItem((items[index] ?? rest) as TypeTree)(each));
}

function acceptsMembers(
  members: readonly MemberTree[],
  value: Record<string, unknown>,
  within: Declarations,
  way: Way,
): boolean {
  const isWeak = members.length > 0 && members.every(({ optional }) => optional);
  const sharesNone = Object.keys(value).length > 0 && !members.some(({ name }) => name in value);
  if (way === 'sent' && isWeak && sharesNone) return false;
  return members.every(({ name, optional, type }) => {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (optional && member === undefined) return true;
    if (way === 'sent' && !(name in value)) return false;
    return accepts(type, member, within, way);
  });
}
