// Arbitrary contracts: types with names and texts that are out for trouble, and values of them.

import fc from 'fast-check';
import type { Declarations, EnumTree, MemberTree, TypeTree } from './type-trees.js';

export interface MethodTree {
  readonly doc: string;
  readonly type: TypeTree;
  readonly optional: boolean;
}

export interface ContractTree {
  readonly declarations: Declarations;
  readonly methods: readonly MethodTree[];
}

/** Texts that would do harm if they became code, or that JavaScript gives a meaning of its own. */
const TROUBLE = [
  "it's",
  '"',
  '`',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what could become code
  '${globalThis.harmed = 1}',
  '*/ globalThis.harmed = 1; /*',
  "'; globalThis.harmed = 1; //",
  '\\',
  'line\nbreak',
  '\r\n',
  '\u2028',
  '\ud800',
  'constructor',
  '__proto__',
  'toString',
  'class',
  'await',
  '../up',
  '{@link X}',
  '@oneway',
  '<script>',
  '🚀',
  '',
  ' ',
  '0',
  '1.5',
  '-1',
];

const text = fc.oneof(
  fc.constantFrom('a', 'b', 'kind', 'id', 'name'),
  fc.constantFrom(...TROUBLE),
  fc.string(),
);

/** No name of a member that the generator refuses: the tests of diagnostics have those. */
const memberName = text.filter((name) => name !== '__proto__' && name !== 'constructor');

const literal: fc.Arbitrary<TypeTree> = fc
  .oneof(text, fc.integer(), fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 30n }))
  .map((value) => ({ kind: 'literal', value }));

const template: fc.Arbitrary<TypeTree> = fc
  .record({ before: text, hole: fc.constantFrom('string', 'number'), after: text })
  .map((parts) => ({ kind: 'template', ...parts }));

const plain = fc.constantFrom('string', 'number', 'boolean', 'null', 'bigint', 'date', 'bytes', 'url');

const TYPE_NAMES = ['T0', 'T1', 'T2'];
const ENUM_NAMES = ['E0', 'E1'];

const reference: fc.Arbitrary<TypeTree> = fc
  .constantFrom(...TYPE_NAMES)
  .map((name) => ({ kind: 'named', name }));

const members = (type: fc.Arbitrary<TypeTree>): fc.Arbitrary<TypeTree> => {
  const member: fc.Arbitrary<MemberTree> = fc.oneof(
    fc.record({ name: memberName, optional: fc.boolean(), type }),
    // What refers to a declaration, perhaps to the one it stands in, has to be able to end.
    fc.record({ name: memberName, optional: fc.constant(true), type: reference }),
    fc.record({
      name: memberName,
      optional: fc.boolean(),
      type: type.map((given) => ({ kind: 'union', members: [given, { kind: 'undefined' }] }) as TypeTree),
    }),
  );
  return fc
    .uniqueArray(member, { minLength: 1, maxLength: 5, selector: ({ name }) => name })
    .map((all) => ({ kind: 'object', members: all }));
};

/** A union of objects that a literal member tells apart. */
const discriminated = (type: fc.Arbitrary<TypeTree>): fc.Arbitrary<TypeTree> =>
  fc.array(fc.tuple(text, members(type)), { minLength: 2, maxLength: 4 }).map((branches) => ({
    kind: 'union',
    members: branches.map(([value, branch], index) => {
      const tag: MemberTree = {
        name: 'kind',
        optional: false,
        type: { kind: 'literal', value: `${index}${value}` },
      };
      const others = branch.kind === 'object' ? branch.members.filter(({ name }) => name !== 'kind') : [];
      return { kind: 'object', members: [tag, ...others] };
    }),
  }));

const { type } = fc.letrec<{ type: TypeTree }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    plain.map((kind): TypeTree => ({ kind })),
    literal,
    template,
    fc.constantFrom(...ENUM_NAMES).map((name): TypeTree => ({ kind: 'enum', name })),
    { arbitrary: members(tie('type')), weight: 3 },
    fc
      .record({
        kind: fc.constantFrom('array', 'set', 'map', 'index'),
        item: fc.oneof(tie('type'), reference),
      })
      .map((collection) => collection as TypeTree),
    fc
      .record({
        items: fc.array(tie('type'), { maxLength: 3 }),
        rest: fc.option(tie('type'), { nil: undefined }),
      })
      .map((parts): TypeTree => ({ kind: 'tuple', ...parts })),
    fc
      .array(tie('type'), { minLength: 2, maxLength: 4 })
      .map((all): TypeTree => ({ kind: 'union', members: all })),
    { arbitrary: discriminated(tie('type')), weight: 2 },
    {
      arbitrary: tie('type').map(
        (given): TypeTree => ({ kind: 'union', members: [given, { kind: 'null' }] }),
      ),
      weight: 2,
    },
  ),
}));

const enumeration: fc.Arbitrary<EnumTree> = fc.uniqueArray(
  fc.tuple(
    // TypeScript itself refuses members that look like numbers.
    text.filter((name) => name.trim() !== '' && Number.isNaN(Number(name))),
    fc.oneof(text, fc.integer()),
  ),
  { minLength: 2, maxLength: 4, selector: ([name]) => name },
);

const doc = fc.array(text, { maxLength: 4 }).map((words) => words.join(' '));

export const contracts: fc.Arbitrary<ContractTree> = fc.record({
  declarations: fc.record({
    types: fc.record({ T0: members(type), T1: members(type), T2: members(type) }),
    enums: fc.record({ E0: enumeration, E1: enumeration }),
  }),
  methods: fc.array(fc.record({ doc, type: fc.oneof(type, reference), optional: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  }),
});

/** How deep values go on into types that refer to themselves. */
const VALUE_DEPTH = 4;

/** Values of a type. */
export function valuesOf(tree: TypeTree, within: Declarations, depth = 0): fc.Arbitrary<unknown> {
  const inner = (part: TypeTree) => valuesOf(part, within, depth + 1);
  const many = <Item>(item: () => fc.Arbitrary<Item>): fc.Arbitrary<Item[]> =>
    depth < VALUE_DEPTH ? fc.array(item(), { maxLength: 3 }) : fc.constant([]);
  switch (tree.kind) {
    case 'string':
      return text;
    case 'number':
      // JSON has no word for -0.
      return fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((value) => (Object.is(value, -0) ? 0 : value));
    case 'boolean':
      return fc.boolean();
    case 'bigint':
      return fc.bigInt();
    case 'null':
      return fc.constant(null);
    case 'undefined':
      return fc.constant(undefined);
    case 'date':
      return fc.date({ noInvalidDate: true });
    case 'bytes':
      return fc.uint8Array({ maxLength: 9 });
    case 'url':
      return fc.webUrl().map((href) => new URL(href));
    case 'literal':
      return fc.constant(tree.value);
    case 'template': {
      const filling = tree.hole === 'string' ? text : fc.integer().map(String);
      return filling.map((hole) => tree.before + hole + tree.after);
    }
    case 'array':
      return many(() => inner(tree.item));
    case 'set':
      return many(() => inner(tree.item)).map((items) => new Set(items));
    case 'map':
      return many(() => fc.tuple(text, inner(tree.item))).map((entries) => new Map(entries));
    case 'index':
      return many(() => fc.tuple(memberName, inner(tree.item))).map((entries) => Object.fromEntries(entries));
    case 'tuple': {
      const { rest: item } = tree;
      const rest = item === undefined ? fc.constant([]) : many(() => inner(item));
      return fc.tuple(fc.tuple(...tree.items.map(inner)), rest).map(([first, more]) => [...first, ...more]);
    }
    case 'object':
      return objectsOf(tree.members, inner, depth);
    case 'union':
      return fc.oneof(...tree.members.map(inner));
    case 'enum':
      return fc.constantFrom(...(within.enums[tree.name] ?? []).map(([, value]) => value));
    case 'named':
      return valuesOf(within.types[tree.name] as TypeTree, within, depth + 1);
  }
}

function objectsOf(
  all: readonly MemberTree[],
  inner: (part: TypeTree) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  const present = all.filter(
    ({ optional, type: { kind } }) => !(optional && kind === 'named' && depth >= VALUE_DEPTH),
  );
  const entries = present.map(({ name, optional, type: part }) =>
    (optional ? fc.option(inner(part), { nil: undefined }) : inner(part)).map(
      (value) => [name, value, optional] as const,
    ),
  );
  return fc
    .tuple(...entries)
    .map((made) =>
      Object.fromEntries(
        made
          .filter(([, value, optional]) => !optional || value !== undefined)
          .map(([name, value]) => [name, value]),
      ),
    );
}
