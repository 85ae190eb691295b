// The formats of JSON Schema: what is one, and that hostile texts cannot make checking slow.

import { expect, test } from 'vitest';
import { FORMAT_NAMES, type FormatName, isFormat } from '#dist/src/wire/formats.js';

const TEXTS: Record<FormatName, readonly [good: readonly string[], bad: readonly string[]]> = {
  'date-time': [
    ['2024-02-29T12:00:00Z', '1998-12-31t15:59:60.123-08:00'],
    [
      '2024-02-29',
      '2024-02-29 12:00:00Z',
      '2024-02-29T12:00:00',
      '1998-12-31T23:58:60Z',
      '2024-13-01T00:00:00Z',
    ],
  ],
  date: [
    ['2000-02-29', '1999-12-31'],
    ['1900-02-29', '1999-12-32', '99-1-1', '2000-00-01', '2000-01-00', '+2000-01-01'],
  ],
  time: [
    ['08:30:06Z', '23:59:60z', '01:29:60+01:30', '23:29:60+23:30'],
    ['24:00:00Z', '08:30:06', '23:59:60+01:00', '08:60:00Z', '08:30:06+24:00', '08:30:06Z+00:00'],
  ],
  duration: [
    ['P4DT12H30M5S', 'P1Y', 'PT0S', 'P4W', 'P1Y2M3D'],
    ['P', 'PT', 'P1D2H', 'P2D1Y', 'P1YT', 'P1W2D', '4D', 'P1', 'PT1D'],
  ],
  email: [
    ['joe.bloggs@example.com', 'a+b=c@x-y.org', `${'a'.repeat(64)}@example.com`],
    [
      'a',
      'a@b',
      '.a@example.com',
      'a..b@example.com',
      'a@b@example.com',
      `${'a'.repeat(65)}@example.com`,
      'é@example.com',
      '"a b"@example.com',
    ],
  ],
  'idn-email': [
    ['실례@실례.테스트', 'joe@example.com'],
    ['실례', '실 례@실례.테스트', 'a@b@실례.테스트'],
  ],
  hostname: [
    ['www.example.com', 'xn--4gbwdl.xn--wgbh1c', 'a', `${'a'.repeat(63)}.b`],
    ['-a', 'a-', 'a_b', 'a..b', 'a.', '', `${'a'.repeat(64)}.b`, 'é.com', `${'a.'.repeat(127)}a`],
  ],
  ipv4: [
    ['0.0.0.0', '255.255.255.255'],
    ['256.0.0.1', '1.2.3', '01.2.3.4', '1.2.3.4 ', '1.2.3.4.5'],
  ],
  ipv6: [
    ['::', '::1', '1:2:3:4:5:6:7:8', '::ffff:192.168.0.1'],
    [':', '1:2:3:4:5:6:7', '12345::', 'fe80::1%eth0', '::1::', '[::1]'],
  ],
  uri: [
    [
      'http://user@example.com:8080/a%20b?c#d',
      'urn:oasis:names',
      'mailto:a@b.c',
      'http://[::1]/',
      'tel:',
      'file:///a',
      'http://[v7.a:b]/',
    ],
    [
      '/a',
      'a',
      'http:// /',
      'http://a b',
      'http://a/%2',
      'http://é/',
      'http://a:b/',
      'http://a@b@c/',
      'http://[::1',
      '://a',
      'http://a/\\',
    ],
  ],
  'uri-reference': [
    ['', '/a', 'a/b:c', '?q', '#f', '//host/a', './a:b', 'http://a'],
    ['a b', '1:b', '\\', '#a#b', '%', 'é'],
  ],
  iri: [
    ['http://ƒøø.ßår/?∂éœ=πîx#πîüx', 'http://[::1]/é'],
    ['/é', 'http://2001:0db8:85a3::7334', 'http://é é', 'http://[2001::1'],
  ],
  'iri-reference': [
    ['é/è#ê', '/é', ''],
    ['é é', '#ƒräg\\mênt', 'é:é'],
  ],
  'uri-template': [
    ['http://example.com/{term:1}/{term}', '{?a,b*}', 'é', '{+a.b%20}'],
    ['{', 'a}', '{}', '{a', '{a:10000}', ' ', '%2', '{a b}', '{a,}', '{a..b}'],
  ],
  uuid: [
    ['2EB8AA08-aa98-11ea-b4aa-73b441d16380', '00000000-0000-0000-0000-000000000000'],
    [
      '2eb8aa08aa9811eab4aa73b441d16380',
      '2eb8aa08-aa98-11ea-b4aa-73b441d1638',
      'urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380',
    ],
  ],
  'json-pointer': [
    ['', '/', '/foo/0/a~1b/m~0n', '/é'],
    ['a', '/~', '/~2', '#/a', '/a~'],
  ],
  'relative-json-pointer': [
    ['0', '1/foo', '2#', '10/0/'],
    ['01', '-1', '/a', '0##', '', '1a'],
  ],
  regex: [
    ['^a+$', '\\p{L}', ''],
    ['(', 'a{2', '\\Z', '[b-a]'],
  ],
};

test.each(FORMAT_NAMES)('%s', (name) => {
  const [good, bad] = TEXTS[name];
  expect(good.filter((text) => !isFormat(text, name))).toEqual([]);
  expect(bad.filter((text) => isFormat(text, name))).toEqual([]);
});

test('a line more is a line too many', () => {
  // Pointers and regular expressions may hold them.
  for (const name of FORMAT_NAMES.filter((other) => !/regex|pointer/.test(other))) {
    for (const text of TEXTS[name][0]) {
      expect([name, text, isFormat(`${text}\n`, name), isFormat(`\n${text}`, name)]).toEqual([
        name,
        text,
        false,
        false,
      ]);
    }
  }
});

const LENGTH = 1_000_000;
const UNITS = [
  ...['a', '1', 'T', 'é', '😀', '\n', '.', '-', '/', ':', '@', '~', '{', '#', '?', '+', '(', '[', '\\'],
  ...[
    'a.',
    '1.',
    'a@',
    ':a',
    '::',
    '0:',
    'a-',
    '~0',
    '%20',
    '%2',
    '1Y',
    'P1',
    '{a}',
    '{a,',
    '{a.b}',
    'a{2}',
    '(a',
  ],
];

test('a megabyte of anything is judged in proportion to its length: otherwise, this would take hours', {
  timeout: 120_000,
}, () => {
  for (const name of FORMAT_NAMES) {
    const [[start = '']] = TEXTS[name];
    for (const unit of UNITS) {
      const body = unit.repeat(LENGTH).slice(0, LENGTH - 1 - start.length);
      for (const text of [body, `${body}!`, `${start}${body}`, `${body}${start}`]) isFormat(text, name);
    }
  }
});

test('longer texts have no format', () => {
  expect(isFormat('/'.repeat(LENGTH), 'json-pointer')).toBe(true);
  expect(isFormat('/'.repeat(LENGTH + 1), 'json-pointer')).toBe(false);
});
