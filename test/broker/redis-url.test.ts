// The URLs of Redis brokers: what each of them asks for, which are refused, and that no error quotes a password.

import { describe, expect, test } from 'vitest';
import { parseRedisUrl } from '#dist/src/broker/redis/redis-url.js';

const PLAIN = {
  kind: 'standalone',
  hosts: [{ host: '127.0.0.1', port: 6379 }],
  username: undefined,
  password: undefined,
  db: 0,
  tls: undefined,
  masterName: undefined,
  sentinelUsername: undefined,
  sentinelPassword: undefined,
  replicated: undefined,
  display: 'redis://127.0.0.1:6379',
};

const refusal = (url: unknown): string => {
  try {
    parseRedisUrl(url as string);
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return 'accepted';
};

test('without anything, it is the Redis of this machine', () => {
  for (const url of ['redis://', 'redis:///', 'REDIS://127.0.0.1', 'redis://127.0.0.1:6379/0', 'redis://?']) {
    expect(parseRedisUrl(url)).toEqual(PLAIN);
  }
});

test('host, port, user, password and database are read', () => {
  expect(parseRedisUrl('redis://app:secret@redis.example.org:7000/12')).toEqual({
    ...PLAIN,
    hosts: [{ host: 'redis.example.org', port: 7000 }],
    username: 'app',
    password: 'secret',
    db: 12,
    display: 'redis://redis.example.org:7000/12',
  });
});

test('users and passwords can have any character, percent-encoded', () => {
  expect(parseRedisUrl('redis://a%40b:%2F%3f%23%25%20%C3%A9:@h')).toMatchObject({
    username: 'a@b',
    password: '/?#% é:',
  });
});

test('a password alone is that of the default user, and a user may have none or an empty one', () => {
  const of = (url: string) => {
    const { username, password } = parseRedisUrl(url);
    return [username, password];
  };
  expect(of('redis://:secret@host')).toEqual([undefined, 'secret']);
  expect(of('redis://app@host')).toEqual(['app', undefined]);
  expect(of('redis://app:@host')).toEqual(['app', '']);
  expect(of('redis://:@host')).toEqual([undefined, undefined]);
  expect(of('redis://:secret@')).toEqual([undefined, 'secret']);
});

test('IPv6 addresses stand in brackets', () => {
  expect(parseRedisUrl('redis://u:p@[fe80::1]:7000')).toMatchObject({
    hosts: [{ host: 'fe80::1', port: 7000 }],
    display: 'redis://[fe80::1]:7000',
  });
  expect(parseRedisUrl('redis+cluster://[::1],[::ffff:10.0.0.1]:7001').hosts).toEqual([
    { host: '::1', port: 6379 },
    { host: '::ffff:10.0.0.1', port: 7001 },
  ]);
});

test('rediss: is TLS, with the file of an authority and the name in the certificate if need be', () => {
  expect(parseRedisUrl('rediss://host').tls).toEqual({ ca: undefined, servername: undefined });
  expect(parseRedisUrl('rediss://host/1?ca=/etc/redis%20ca.pem&servername=redis.internal')).toMatchObject({
    db: 1,
    tls: { ca: '/etc/redis ca.pem', servername: 'redis.internal' },
    display: 'rediss://host:6379/1',
  });
});

test('Sentinels are a list, followed by the name of the master', () => {
  expect(
    parseRedisUrl(
      'redis+sentinel://app:secret@s1,s2:26380,[::1]/my-master/3?tls=true&sentinel-username=watch&sentinel-password=hush%26',
    ),
  ).toEqual({
    ...PLAIN,
    kind: 'sentinel',
    hosts: [
      { host: 's1', port: 26379 },
      { host: 's2', port: 26380 },
      { host: '::1', port: 26379 },
    ],
    username: 'app',
    password: 'secret',
    db: 3,
    tls: { ca: undefined, servername: undefined },
    masterName: 'my-master',
    sentinelUsername: 'watch',
    sentinelPassword: 'hush&',
    display: 'redis+sentinel://s1:26379,s2:26380,[::1]:26379/my-master/3',
  });
});

test('nodes of a cluster are a list', () => {
  expect(parseRedisUrl('redis+cluster://:secret@a:7000,b,c:7002/?tls=true&ca=ca.pem')).toMatchObject({
    kind: 'cluster',
    hosts: [
      { host: 'a', port: 7000 },
      { host: 'b', port: 6379 },
      { host: 'c', port: 7002 },
    ],
    password: 'secret',
    tls: { ca: 'ca.pem', servername: undefined },
    display: 'redis+cluster://a:7000,b:6379,c:7002',
  });
});

test('durability=replicated waits for one replica and one second, or for as many and as long as one says', () => {
  const of = (query: string) => parseRedisUrl(`redis://h?durability=replicated${query}`).replicated;
  expect(of('')).toEqual({ replicas: 1, timeoutMs: 1000 });
  expect(of('&replicas=10&replica-timeout=250ms')).toEqual({ replicas: 10, timeoutMs: 250 });
});

describe('refused', () => {
  for (const [url, said] of [
    [undefined, /expected "redis:\/\/", .* got undefined$/],
    [null, /got null$/],
    [{ href: 'redis://u:secret@h' }, /got object$/],
    ['', /got something else$/],
    ['localhost:6379', /got something else$/],
    ['http://u:secret@h', /expected "redis:\/\/".*got "http:\/\/…@h"$/],
    ['constructor://h', /expected "redis:\/\/"/],
    ['rediss+sentinel://u:secret@h/m', /expected "redis\+sentinel:\/\/…\?tls=true"/],
    ['rediss+cluster://h', /expected "redis\+cluster:\/\/…\?tls=true"/],
    ['redis://u:secret@h:70000', /expected a port from 1 to 65535 .* got "redis:\/\/…@h:70000"$/],
    ['redis://h:0', /expected a port/],
    ['redis://h:', /expected a port/],
    ['redis://user:secret', /expected a port .*"@" after a password, got "redis:\/\/…"$/],
    ['redis://:6380', /expected a host name/],
    ['redis://u:secret@ho%20st', /expected a host name/],
    ['redis://fe80::1', /expected a port/],
    ['redis://[fe80::zz]', /expected a host name/],
    ['redis://[1.2.3.4]', /expected a host name/],
    ['redis://[fe80::1%25eth0]', /expected a host name/],
    [`redis://${'h'.repeat(254)}`, /expected a host name/],
    ['redis://a,b', /expected one host, or "redis\+sentinel:.*, or "redis\+cluster:/],
    ['redis://h/one', /expected the number of a database/],
    ['redis://h/01', /expected the number of a database/],
    ['redis://h/-1', /expected the number of a database/],
    ['redis://h/9999999999', /expected the number of a database/],
    ['redis://h/1/2', /expected the number of a database/],
    ['redis+sentinel://a,b', /expected the name of a master after the hosts/],
    ['redis+sentinel://a/my%20master', /expected the name of a master/],
    ['redis+sentinel://a/m/0/1', /expected the number of a database/],
    ['redis+sentinel:///m', /expected a host name/],
    ['redis+sentinel://a,,b/m', /expected a host name/],
    ['redis+cluster://', /expected a host name/],
    ['redis+cluster://a/1', /"redis\+cluster:.* without a database/],
    ['redis://u:p@ss@h', /expected "@", .* as "%40"/],
    ['redis://u:p/ss@h', /expected "@", .* as "%40", "%2F"/],
    ['redis://u:p?ss@h', /expected "@"/],
    ['redis://u:p#ss@h', /expected "@"/],
    ['redis://u:p%ss@h', /expected "%" as "%25"/],
    ['redis://u:%FF@h', /expected "%" as "%25"/],
    ['redis://u:se cret@h', /without spaces, got "redis:\/\/…@h"$/],
    ['redis://h\r\nAUTH', /without spaces/],
    ['redis://h\0', /without spaces/],
    [`redis+cluster://${'h,'.repeat(10_000)}h`, /at most 16384 characters/],
    ['redis://h?tls=true', /expected "rediss:\/\/" for TLS, got the parameter "tls="$/],
    ['redis+cluster://h?ssl=true', /\?tls=true/],
    ['redis+cluster://h?tls=yes', /expected "tls=true"/],
    ['redis://h?ca=x', /expected "rediss:\/\/" along with/],
    ['redis+cluster://h?servername=x', /expected "tls=true" along with/],
    ['redis://h?password=secret', /expected the password before the host.* got the parameter "password="$/],
    ['redis://h?DB=3', /expected the database after the host/],
    [
      'redis://h?sentinel-password=secret',
      /expected the parameters "ca=", .*got the parameter "sentinel-pass/,
    ],
    [
      'redis+sentinel://h/m?sentinel-pasword=secret',
      /"sentinel-password=".* got the parameter "sentinel-pas/,
    ],
    ['redis://h?secret', /got something that is no parameter$/],
    ['redis://h?=secret', /got something that is no parameter$/],
    ['redis://h?__proto__=secret', /expected the parameters/],
    ['redis+sentinel://h/m?sentinel-password=', /one value for the parameter "sentinel-password"/],
    ['redis+cluster://h?tls=true&tls=true', /one value for the parameter "tls"/],
    ['rediss://h?ca=%zz', /expected "%" as "%25"/],
    ['redis://h?durability=fsync', /expected "durability=replicated"/],
    ['redis://h?replicas=1', /expected "durability=replicated" along with/],
    ['redis://h?durability=replicated&replicas=0', /"replicas=" from 1 to 10/],
    ['redis://h?durability=replicated&replicas=11', /"replicas=" from 1 to 10/],
    ['redis://h?durability=replicated&replicas=1e0', /"replicas=" from 1 to 10/],
    ['redis://h?durability=replicated&replica-timeout=1000', /"replica-timeout=" from "1ms" to "1m"/],
    ['redis://h?durability=replicated&replica-timeout=0ms', /"replica-timeout=" from "1ms" to "1m"/],
    ['redis://h?durability=replicated&replica-timeout=1h', /"replica-timeout=" from "1ms" to "1m"/],
  ] as const) {
    test(`${typeof url === 'string' ? JSON.stringify(url).slice(0, 80) : typeof url}`, () => {
      const message = refusal(url);
      expect(message).toMatch(/^broker URL: expected .*, got /s);
      expect(message).toMatch(said);
      expect(message).not.toContain('secret');
    });
  }
});

describe('passwords', () => {
  const URLS = [
    'redis://user:s3cr3t@host:6379/1',
    'redis://:s3cr3t@host/1?durability=replicated',
    'rediss://user:s3cr3t@[::1]:6379/1?ca=/etc/ca.pem',
    'redis+sentinel://user:s3cr3t@a:1,b:2/master/1?sentinel-username=me&sentinel-password=s3cr3t',
    'redis+cluster://user:s3cr3t@a:1,b:2?tls=true',
  ];
  const STRAY = [
    '',
    '@',
    ':',
    '/',
    '//',
    '?',
    '#',
    '%',
    '&',
    '=',
    ',',
    '[',
    ']',
    ' ',
    '\n',
    '\0',
    'é',
    '@h/',
  ];

  test('are in no error, whatever character is lost, doubled or put in elsewhere', () => {
    const leaks: string[] = [];
    let refused = 0;
    for (const url of URLS) {
      for (let index = 0; index <= url.length; index++) {
        for (const stray of STRAY) {
          for (const skip of [0, 1]) {
            const broken = url.slice(0, index) + stray + url.slice(index + skip);
            const message = refusal(broken);
            refused += Number(message !== 'accepted');
            if (message.includes('s3cr3t')) leaks.push(`${broken} → ${message}`);
          }
        }
      }
    }
    expect(leaks).toEqual([]);
    expect(refused).toBeGreaterThan(1000);
  });

  test('are in no error when the URL ends in the middle', () => {
    for (const url of URLS) {
      for (let end = 0; end <= url.length; end++) {
        expect(refusal(url.slice(0, end))).not.toMatch(/s3c/);
      }
    }
  });

  test('are not in what is shown of a URL', () => {
    for (const url of URLS) expect(parseRedisUrl(url).display).not.toMatch(/s3cr3t|user|\?/);
  });
});
