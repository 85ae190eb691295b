// Which patterns contracts may have: those for which no text takes catastrophically long.

import { expect, test } from 'vitest';
import { judgePattern } from '#dist/codegen/patterns/judge.js';
import { diagnose } from './contract-project.js';

test.each([
  '(a+)+$',
  '^(a|a)*$',
  '^(a|aa)+$',
  '^([^"]|\\\\.)*"$',
  '^(\\w+\\s?)*$',
  '^\\w+([.-]?\\w+)*@\\w+([.-]?\\w+)*(\\.\\w{2,3})+$',
  '(x*y*)*$',
  '^(?=(a+)+$)b',
  '^(?!(a|aa)+$)b',
  '^(?:x+x+)+y',
])('each further character can double the time of %s', (pattern) => {
  expect(judgePattern(pattern)).toEqual({
    kind: 'slow',
    why: expect.stringMatching(/^each further character can double the time, as in '.*\.repeat\(\d+\)/),
  });
});

test.each([
  ['a+$', 'square'],
  ['\\s+$', 'square'],
  ['^[a-z]+[a-z0-9]*$', 'square'],
  ['^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$', 'square'],
  ['^a*a*a*$', 'cube'],
  ['<[^>]*>.*</[^>]*>', 'cube'],
  ['^a*a*a*a*$', 'power of 4'],
])('the time of %s grows with the %s of the length', (pattern, power) => {
  expect(judgePattern(pattern)).toEqual({
    kind: 'slow',
    why: expect.stringContaining(`grows with the ${power} of the length, as in '`),
  });
});

test.each([
  '^(a?){30}a{30}$',
  '^(a|a){20,30}',
  '^(a|a){25}b',
  '^(a{1,50}){1,50}$',
  '^((a{0,50}){0,50}){0,50}$',
  '^(\\w+\\s?){1,100}$',
  '^[a-z]{0,5000}[a-z0-9]{0,5000}$',
  '^(?:x{1,200}y?){1,200}$',
])('repetitions with a bound can be too many: %s', (pattern) => {
  expect(judgePattern(pattern).kind).toBe('slow');
});

test.each([
  ['^(.+)\\1$', 'refers to what a group has matched'],
  ['^(?<a>.)\\k<a>$', 'refers to what a group has matched'],
  ['^(?:a(?=a*b))*$', 'looks around for something without a bound'],
  ['(?=.*a)b', 'looks around for something without a bound'],
  ['^a(?<=b*)$', 'looks around for something without a bound'],
  [`^${'a'.repeat(2_000)}$`, 'more than 2000 characters'],
  [`${'('.repeat(12)}a${'{2,20})'.repeat(12)}`, 'repeats what repeats too often'],
  [`^${'(?:'.repeat(600)}a${')'.repeat(600)}$`, undefined],
])('what cannot be shown to be quick is refused: %.60s', (pattern, why) => {
  const verdict = judgePattern(pattern);
  expect(verdict).toEqual(
    why === undefined ? expect.anything() : { kind: 'unclear', why: expect.stringContaining(why) },
  );
});

test.each([
  '^[a-z]+$',
  '^[A-Z]{3}-\\d+$',
  '[a-z]',
  'abc|def',
  '^\\d{4}-\\d{2}-\\d{2}$',
  '^(?:[a-z0-9]+-)*[a-z0-9]+$',
  '^\\p{Lu}\\p{L}{0,99}$',
  '^[\\w.+-]+@[\\w-]+\\.[\\w.]+$',
  '^\\/[^/]+(\\/[^/]+)*$',
  '^(?<year>\\d{4})$',
  '^\\+?[1-9]\\d{1,14}$',
  '^(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$',
  '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$',
  '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  '^(?!foo)[a-z]{1,64}$',
  '^[a-z]{1,64}(?<!-)$',
  '^(?=.*\\d)(?=.*[a-z]).{8,64}$',
  '^(?!.*--)[a-z0-9-]{1,63}$',
  '^(?:(?!ab).)*$',
  '^[\\s\\S]{1,10000}$',
  '^\\d{1,3}(,\\d{3})*(\\.\\d+)?$',
  '^([a-z]{1,3}){1,3}$',
  '^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$',
  '^"(?:[^"\\\\]|\\\\.)*"$',
  '^[\\u{1F600}-\\u{1F64F}]+$',
  '^[)(\\]{}|*+?]$',
  '\\)\\(\\]\\{2\\}',
])('%s is quick', (pattern) => {
  expect(judgePattern(pattern)).toEqual({ kind: 'safe' });
});

test('a slow pattern is refused at its tag, with a text that shows it', () => {
  const complaints = diagnose({
    'a.contract.ts': `
/** @service a */
export interface A {
  m(/** @pattern ^(a|a)+$ */ x: string, /** @pattern ^(.)\\1$ */ y: string): Promise<void>;
}
`,
  });
  expect(complaints('a.contract.ts')).toMatchInlineSnapshot(`
    "a.contract.ts:4:9 - error MQ1007: @pattern can take catastrophically long: each further character can double the time, as in 'a' + 'a'.repeat(31) + '\\x00'
      help: Let each text match in one way only, as ^a+$ does and ^(a+)+$ does not, and check further rules in the handler.

    a.contract.ts:4:45 - error MQ1007: @pattern cannot be shown to be quick: it refers to what a group has matched
      help: Write it in another way, and check further rules in the handler."
  `);
});
