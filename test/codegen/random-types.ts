// Random types with random values of them, as TypeScript source. The same seed makes the same ones.

export interface RandomType {
  readonly source: string;
  /** The source of a value of the type. */
  value(): string;
}

export interface RandomTypes {
  type(depth: number): RandomType;
  pick<Item>(items: readonly Item[]): Item;
}

const MEMBERS = ['a', 'b', 'kind', 'id'];
const LITERALS = ['"x"', '"y"', '1', '2', 'true', 'false'];

const UNLIKE_JSON = /^(?:Date|bigint|Set|Map)\b/;

/** With `isJson`, mostly of values that are JSON data. */
export function createRandomTypes(seed: number, { isJson = false } = {}): RandomTypes {
  let state = seed;
  /** A linear congruential generator: the figures are those of the C standard's example. */
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % limit;
  };
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const some = (one: () => string, most: number): string =>
    Array.from({ length: below(most + 1) }, one).join(', ');

  const leaf = (): RandomType => {
    const found = anyLeaf();
    return isJson && UNLIKE_JSON.test(found.source) ? leaf() : found;
  };
  const anyLeaf = (): RandomType =>
    pick<() => RandomType>([
      () => ({ source: 'string', value: () => pick(['"x"', '"q"', '"k-1"']) }),
      () => ({ source: 'number', value: () => pick(['1', '7.5']) }),
      () => ({ source: 'boolean', value: () => pick(['true', 'false']) }),
      () => ({ source: 'null', value: () => 'null' }),
      () => ({ source: 'Date', value: () => 'date' }),
      () => ({ source: 'bigint', value: () => '5n' }),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a type
      () => ({ source: '`k-${number}`', value: () => '"k-1"' }),
      () => ({ source: 'Set<number>', value: () => `new Set([${pick(['', '1', '1, 2'])}])` }),
      () => ({ source: 'Map<string, Date[]>', value: () => 'new Map([["a", [date]]])' }),
      () => {
        const literals = [pick(LITERALS), pick(LITERALS)];
        return { source: literals.join(' | '), value: () => pick(literals) };
      },
    ])();

  const object = (depth: number): RandomType => {
    // Never `{}`: tsc lets it be a bigint, which JSON cannot carry without knowing that it is one.
    const names = [...new Set([pick(MEMBERS), ...MEMBERS.filter(() => below(2) === 0)])];
    const members = names.map((name) => ({ name, isOptional: below(3) === 0, type: type(depth - 1) }));
    return {
      source: `{ ${members.map(({ name, isOptional, type: { source } }) => `${name}${isOptional ? '?' : ''}: ${source}`).join('; ')} }`,
      value: () => {
        const present = members.filter(({ isOptional }) => !isOptional || below(2) === 0);
        const texts = present.map(({ name, type: { value } }) => `${name}: ${value()}`);
        return `{ ${[...texts, ...(below(4) === 0 ? ['extra: 1'] : [])].join(', ')} }`;
      },
    };
  };

  const composed: ((depth: number) => RandomType)[] = [
    object,
    object,
    (depth) => {
      const item = type(depth - 1);
      return { source: `(${item.source})[]`, value: () => `[${some(item.value, 2)}]` };
    },
    (depth) => {
      const [first, second] = [type(depth - 1), type(depth - 1)];
      return {
        source: `[${first.source}, (${second.source})?]`,
        value: () => (below(2) === 0 ? `[${first.value()}]` : `[${first.value()}, ${second.value()}]`),
      };
    },
    (depth) => {
      const item = type(depth - 1);
      return { source: `[...(${item.source})[], number]`, value: () => `[${item.value()}, 1]` };
    },
    (depth) => {
      const item = type(depth - 1);
      return { source: `Record<string, ${item.source}>`, value: () => `{ k: ${item.value()} }` };
    },
    (depth) => {
      const [item, other] = [type(depth - 1), type(depth - 1)];
      return {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a type
        source: `{ [n: number]: ${item.source}; [k: ${'`k-${string}`'}]: ${other.source} }`,
        value: () => `{ ${pick(['', `1: ${item.value()}, `])}'k-1': ${other.value()} }`,
      };
    },
    (depth) => {
      const member = type(depth - 1);
      return {
        source: `{ v: ${member.source} | undefined; w?: ${member.source} }`,
        value: () => `{ v: ${pick(['undefined', member.value()])} }`,
      };
    },
    (depth) => {
      const branches = [type(depth - 1), type(depth - 1), type(depth - 1)];
      return {
        source: branches.map(({ source }) => `(${source})`).join(' | '),
        value: () => pick(branches).value(),
      };
    },
  ];

  const type = (depth: number): RandomType =>
    depth === 0 || below(5) === 0 ? leaf() : pick(composed)(depth);

  return { type, pick };
}
