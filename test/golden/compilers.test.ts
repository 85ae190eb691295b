// Generated code compiles with every supported compiler, under the strictest settings, and holds callers to it.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { COMPILERS, type CompilerVersion, compile } from '../support/compilers.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const STRICTEST = {
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable', 'esnext.decorators'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  allowUnreachableCode: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
};

const RESOLUTIONS = {
  NodeNext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;

const GENERATED = [
  'test/golden/hello/expected',
  'test/golden/delivery/expected',
  'test/golden/every-type/expected',
  'test/golden/hostile-names/expected',
  ...['delivery', 'every-type', 'hostile-names', 'hostile-texts'].map(
    (name) => `test/golden/${name}/expected/self-contained`,
  ),
  'test/golden/hostile-texts/expected',
  'samples/github-webhooks/generated',
  'samples/hello/generated',
];

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name));

/** Only code of ours has to be free of findings: an enum of a contract is no erasable syntax, for one. */
const isOurs = ({ file }: { file: string }): boolean => !file.endsWith('contract.ts');

describe.each(Object.keys(COMPILERS) as CompilerVersion[])('TypeScript %s', (version) => {
  test.each(Object.keys(RESOLUTIONS) as (keyof typeof RESOLUTIONS)[])(
    'accepts what is generated, with %s resolution',
    (resolution) => {
      const options = { ...STRICTEST, ...RESOLUTIONS[resolution] };
      expect(compile(version, GENERATED.flatMap(filesIn), options).filter(isOurs)).toEqual([]);
    },
  );

  test('accepts right calls and refuses wrong ones', () => {
    const calls = join(root, 'test/types/generated-calls.ts');
    expect(compile(version, [calls], { ...STRICTEST, ...RESOLUTIONS.NodeNext }).filter(isOurs)).toEqual([]);
  });
});
