// Values that nobody should write: every annotation reads them or says what it expects, and never throws.

import { expect, test } from 'vitest';
import { ANNOTATIONS, type Annotation, type AnnotationName } from '#dist/codegen/annotations.js';
import { joinLimits, type WrittenLimit } from '#dist/codegen/read-limits.js';
import { resolveOptions } from '#dist/src/contract/resolve-options.js';

const TEXTS = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'none',
  'all',
  '0',
  '-1',
  '1e9',
  'NaN',
  'Infinity',
  '9'.repeat(400),
  '5 delay=',
  '5 delay==1s',
  '5 =1s',
  '5 __proto__=x',
  '5 constructor=x',
  'ladder rungs=,',
  'ladder rungs=1m tries=1.5',
  'ladder ladder',
  'none 1',
  '5 5',
  '5 declared=,',
  '5 declared=__proto__',
  '1 per __proto__',
  '1 per a.constructor.b',
  '1/s per',
  '1/s\u2028per id',
  "1/s per id'; process.exit(1); '",
  '9e99999d',
  `${'9'.repeat(30)}d`,
  'a'.repeat(100_000),
  `a${'.a'.repeat(50_000)}`,
  `ladder rungs=${Array.from({ length: 5_000 }, (_, index) => `${index}s`).join(',')}`,
  '\u0000\ud800',
];

const own = (json: string): unknown => JSON.parse(json);
const VALUES = [
  ...TEXTS,
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.5,
  1e21,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  [],
  {},
  [[]],
  [null],
  [{}],
  own('{"__proto__":{"attempts":5}}'),
  own('{"calls":5,"__proto__":1}'),
  { attempts: '5' },
  { strategy: 'toString' },
  { strategy: '__proto__' },
  { rungs: '1m' },
  { rungs: [[]] },
  { rungs: ['1m'], tries: Number.NaN },
  { declared: [1] },
  { declared: 'some' },
  { delay: {} },
  { calls: {} },
  { calls: 1, per: 1 },
  { calls: 1, per: ['id'] },
];

const NAMES = Object.keys(ANNOTATIONS) as AnnotationName[];
const OPTIONS = NAMES.filter((name) => (ANNOTATIONS[name].sites as readonly string[]).includes('method'));

test.each(NAMES)('@%s reads every value or says what it expects', (name) => {
  const { read }: Annotation = ANNOTATIONS[name];
  for (const text of TEXTS) expect(isAnswer(read({ spelling: 'tag', text }))).toBe(true);
  for (const value of VALUES) expect(isAnswer(read({ spelling: 'decorator', value }))).toBe(true);
});

const isAnswer = (read: object): boolean =>
  'value' in read || ('expected' in read ? Boolean(read.expected) : 'instead' in read);

test.each(OPTIONS)('what @%s accepts, calls can be made with', (name) => {
  const { read }: Annotation = ANNOTATIONS[name];
  for (const value of VALUES) {
    const written = read({ spelling: 'decorator', value });
    if (!('value' in written) || written.value === undefined) continue;
    const isLimit = name === 'concurrency' || name === 'rate';
    const option = isLimit ? joinLimits(written.value as WrittenLimit[]) : written.value;
    expect(() => resolveOptions({ [name]: option })).not.toThrow();
  }
});
