// The compiler is the oracle: of all data, recorded and changed, the stubs refuse exactly what tsc refuses.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CompilerVersion, compile } from '../support/compilers.js';
import { tempFolder } from '../support/temp-folder.js';
import { type ChangedDatum, changedCopies } from './changes.js';
import { corpora } from './corpora.js';
import { type Corpus, type Datum, here } from './corpus.js';

describe.each(corpora)('$name', (corpus) => {
  test('as recorded', () => {
    expect(disagreements('7.0', corpus, corpus.data)).toEqual([]);
  });

  test('as recorded, with an older compiler that takes longer: small data', () => {
    const small = corpus.data.filter(({ value }) => JSON.stringify(value).length < 10_000);
    expect(disagreements('5.9', corpus, small)).toEqual([]);
  });

  test('with one thing changed', () => {
    const isRefused = (datum: Datum) => refusalOf(corpus, datum) !== undefined;
    const changed = changedCopies(corpus.data.filter((datum) => !isRefused(datum)));
    expect(changed.filter(isRefused).length).toBeGreaterThan(changed.length / 10);
    const found = disagreements('7.0', corpus, changed);
    expect(found.filter(({ datum }) => !STRICTER.has(datum))).toEqual([]);
  });
});

/** What the stubs refuse on purpose, and the compiler lets pass. */
const STRICTER: ReadonlySet<string> = new Set([
  // An array is no object, not even for a type with members of any name and any type.
  '2.0/schema-circular.json: paths./post.post.parameters.0.schema is []',
]);

/** The data on which the stubs and the compiler disagree, with what each says. */
function disagreements(version: CompilerVersion, corpus: Corpus, data: readonly (Datum | ChangedDatum)[]) {
  const complaints = complaintsOf(version, corpus, data);
  return data.flatMap((datum, index) => {
    const [refusal, complaint] = [refusalOf(corpus, datum), complaints[index]];
    if ((refusal === undefined) === (complaint === undefined)) return [];
    return [
      { datum: [datum.name, ...('change' in datum ? [datum.change] : [])].join(': '), refusal, complaint },
    ];
  });
}

function refusalOf({ descriptor }: Corpus, { method, value }: Datum): string | undefined {
  try {
    descriptor.methods[method]?.encodeArguments([value]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the compiler has against each datum, written as a literal: one call per line. */
function complaintsOf(
  version: CompilerVersion,
  { name, contract }: Corpus,
  data: readonly Datum[],
): (string | undefined)[] {
  const file = join(tempFolder(), 'data.ts');
  // A type parameter keeps literals what they are, and lets them have members that the type does not have.
  const preamble = [
    `import type { ${contract} as Contract } from ${JSON.stringify(join(here, `${name}.contract.ts`))};`,
    'type Value<Name extends keyof Contract> = Parameters<Contract[Name]>[0];',
    'declare function accept<Name extends keyof Contract>(): <const T extends Value<Name>>(value: T) => void;',
  ];
  const calls = data.map(
    ({ method, value }) => `accept<${JSON.stringify(method)}>()(${JSON.stringify(value)});`,
  );
  writeFileSync(file, [...preamble, ...calls].join('\n'));
  const findings = new Map(compile(version, [file], OPTIONS).map(({ line, message }) => [line, message]));
  return data.map((_, index) => findings.get(preamble.length + 1 + index));
}

const OPTIONS = {
  strict: true,
  skipLibCheck: true,
  module: 'nodenext',
  target: 'es2022',
  types: [],
  allowImportingTsExtensions: true,
};
