// Values of the types in docs/evolution.md, as TypeScript source.

/** By the text of a type: values that together show all that it can be. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  string: ["'x'"],
  number: ['1.5'],
  bigint: ['5n'],
  Date: ['new Date(0)'],
  'Map<string, number>': ["new Map([['a', 1]])"],
  '[string, number][]': ["[['a', 1], ['a', 2]]"],
  'string | null': ["'x'", 'null'],
  'string[]': ["['x']"],
  '(string | undefined)[]': ["['x', undefined]"],
  'string | number': ["'x'", '7'],
  "'open'": ["'open'"],
  "'open' | 'done'": ["'open'", "'done'"],
  "'open' | 'done' | 'lost'": ["'open'", "'lost'"],
  '{ a: string }': ["{ a: 'x' }"],
  '{ a: string; b: string }': ["{ a: 'x', b: 'y' }"],
  '{ a: string; b?: string }': ["{ a: 'x' }", "{ a: 'x', b: 'y' }"],
  '{ a: string; [name: string]: string }': ["{ a: 'x', other: 'y' }"],
  '[string]': ["['x']"],
  '[string, string]': ["['x', 'y']"],
  '[string, string?]': ["['x']", "['x', 'y']"],
};

/** By the text of a parameter list: argument lists. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'it: string': ["['x']"],
  'that: string': ["['x']"],
  'id: string': ["['x']"],
  'it?: string': ['[]', "['x']"],
  'it: string, more: string': ["['x', 'y']"],
  'it: string, more?: string': ["['x']", "['x', 'y']"],
  'it: string, more: number': ["['x', 1]"],
  'more: number, it: string': ["[1, 'x']"],
  '...it: string[]': ['[]', "['x', 'y']"],
  'it: { a: string; b: string }': ["[{ a: 'x', b: 'y' }]"],
};

/** By the text of a declaration: values, and how code writes them. */
const DECLARED: readonly (readonly [part: RegExp, values: readonly string[]])[] = [
  [/enum Status \{ open/, ['Status.open']],
  [/enum Status \{ ready/, ['Status.ready']],
  [/'open' \| 'done'/, ["'done'"]],
  [/@additionalProperties keep/, ["{ id: 'x', other: 1 } as Order"]],
  [/\{ id: string \}/, ["{ id: 'x' }"]],
  [/@maximum 90 /, ['80']],
  [/@maximum 9 /, ['8']],
  [/@maximum 4 /, ['3']],
];

export const valuesOf = (type: string): readonly string[] => known(VALUES[type], type);
export const argumentsOf = (list: string): readonly string[] => known(ARGUMENTS[list], list);
export const declaredValuesOf = (declaration: string): readonly string[] =>
  known(DECLARED.find(([part]) => part.test(declaration))?.[1], declaration);

function known(values: readonly string[] | undefined, text: string): readonly string[] {
  if (values === undefined) throw new Error(`test/evolution/samples.ts has no value of ${text}`);
  return values;
}
