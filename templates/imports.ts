// The imports of a generated file: collected from its code, named without clashes, printed in order.

import type { Code, Import } from './code.js';
import { quote } from './quote.js';

/** The name that an import has in the file. */
export type LocalNames = (symbol: Import) => string;

const WIDTH = 110;

/** All imports in the code; a name that is needed as a value anywhere is imported as one. */
export function importsOf(value: Code): Import[] {
  const found = new Map<string, Import>();
  collect(value, (symbol) => {
    const known = found.get(keyOf(symbol));
    if (known === undefined || (known.isType && !symbol.isType)) found.set(keyOf(symbol), symbol);
  });
  return [...found.values()];
}

const keyOf = (symbol: Import): string => `${symbol.from}\n${symbol.name}`;

function collect(value: Code, add: (symbol: Import) => void): void {
  if (value === undefined) return;
  if (isList(value)) {
    for (const item of value) collect(item, add);
  } else if (value.kind === 'block') collect(value.values, add);
  else if ('items' in value) collect(value.items, add);
  else if (value.kind === 'type') collect(value.imports, add);
  else if (value.kind === 'import') add(value);
}

const isList = (value: Code): value is readonly Code[] => Array.isArray(value);

/** What templates use of JavaScript itself. */
const GLOBALS = ['Array', 'Infinity', 'Number', 'Object', 'Promise', 'undefined'];

/** Names the imports: fixed ones keep their names, others give way to them and to what the file uses or declares. */
export function localNames(imports: readonly Import[], declared: readonly string[]): LocalNames {
  const taken = new Set([
    ...GLOBALS,
    ...declared,
    ...imports.filter((symbol) => symbol.isFixed).map(({ name }) => name),
  ]);
  const names = new Map<string, string>();
  for (const symbol of imports) {
    let local = symbol.name;
    while (!symbol.isFixed && taken.has(local)) local += '_';
    taken.add(local);
    names.set(keyOf(symbol), local);
  }
  return (symbol) => names.get(keyOf(symbol)) ?? symbol.name;
}

/** The import statements: packages first, then files, each by name. */
export function importLines(imports: readonly Import[], names: LocalNames): string {
  const modules = [...new Set(imports.map(({ from }) => from))].sort(byPlace);
  return modules
    .map((from) =>
      importLine(
        from,
        imports.filter((symbol) => symbol.from === from),
        names,
      ),
    )
    .join('\n');
}

const byPlace = (a: string, b: string): number =>
  Number(a.startsWith('.')) - Number(b.startsWith('.')) || (a < b ? -1 : 1);

function importLine(from: string, symbols: readonly Import[], names: LocalNames): string {
  const sorted = symbols.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const isType = symbols.every((symbol) => symbol.isType);
  const items = sorted.map((symbol) => {
    const local = names(symbol);
    const spelled = local === symbol.name ? local : `${symbol.name} as ${local}`;
    return symbol.isType && !isType ? `type ${spelled}` : spelled;
  });
  const keyword = isType ? 'import type' : 'import';
  const line = `${keyword} { ${items.join(', ')} } from ${quote(from)};`;
  return line.length <= WIDTH ? line : `${keyword} {\n  ${items.join(',\n  ')},\n} from ${quote(from)};`;
}
