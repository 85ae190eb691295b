// What the failures of Redis mean: made by real servers, as far as they can be made to fail.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Redis as Client, type RedisOptions as ClientOptions } from 'ioredis';
import { RpcError } from 'mq-rpc';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { classify, notConfirmed, unreachable, type Verdict } from '#dist/src/broker/redis/redis-errors.js';
import {
  type Config,
  type Redis,
  type RedisOptions,
  type RedisServer,
  reservePorts,
  startCluster,
  startProxy,
  startRedis,
  startReplicated,
  startSentinels,
  until,
} from '../support/redis/index.js';
import { tempFolder } from '../support/temp-folder.js';

const URL = 'redis://h:6379';
const SHEBANG = '#!lua\n';
const SECRET = 'pa55word';

const verdictOn = (error: unknown): Verdict => classify(error, { url: URL, queue: 'orders.v1' });

/** What a command fails with. */
async function failureOf(reply: Promise<unknown>): Promise<unknown> {
  const result = await reply.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in result) return result.error;
  throw new Error(`expected a failure, got ${JSON.stringify(result.value)}`);
}

const verdictOf = async (reply: Promise<unknown>): Promise<Verdict> => verdictOn(await failureOf(reply));

/** Expects the error to say, in our words, that nothing was written, and what can be done about it. */
function expectRefusal(verdict: Verdict, code: string, advice: RegExp): void {
  expect(verdict).toMatchObject({ kind: 'refused', error: { code: 'UNAVAILABLE', kind: 'rejected' } });
  if (verdict.kind !== 'refused') return;
  const { message, cause } = verdict.error;
  expect(message).toMatch(/^queue orders\.v1 in Redis redis:\/\/h:6379: /);
  expect(message).toMatch(advice);
  expect(message.endsWith(`(${code}; nothing was written)`)).toBe(true);
  expect(cause).toBeInstanceOf(Error);
  expect(cause).not.toHaveProperty('command');
}

/** Expects the error to say that nobody knows whether it was written. */
function expectDoubt(verdict: Verdict, code: string, advice: RegExp): void {
  expect(verdict).toMatchObject({ kind: 'refused', error: { code: 'UNCONFIRMED', kind: 'unknown' } });
  if (verdict.kind !== 'refused') return;
  expect(verdict.error.message).toMatch(advice);
  expect(verdict.error.message.endsWith(`(${code}; it may or may not have been written)`)).toBe(true);
}

function clientOf(address: { port: number }, options: ClientOptions = {}): Client {
  const client = new Client({
    port: address.port,
    retryStrategy: () => null,
    disableClientInfo: true,
    enableReadyCheck: false,
    ...options,
    replyMapping: 'legacy',
  });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

async function start(options: RedisOptions = {}): Promise<Redis> {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

/** What an attempt to connect fails with: the reason, not the end that follows it. */
async function connectFailure(options: ClientOptions): Promise<unknown> {
  const client = new Client({
    retryStrategy: () => null,
    disableClientInfo: true,
    lazyConnect: true,
    sentinelRetryStrategy: () => null,
    ...options,
    replyMapping: 'legacy',
  });
  let why: unknown;
  client.on('error', (error) => {
    why ??= error;
  });
  const error = await failureOf(client.connect());
  client.disconnect();
  return why ?? error;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const freePort = async (): Promise<number> => (await reservePorts(1))[0] ?? 0;

describe('a server that refuses', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis({ config: { 'busy-reply-threshold': 50 } });
  });
  afterAll(() => redis.stop());

  /** Runs `use` while a setting is another one. */
  async function withSetting(name: string, value: string, use: () => Promise<void>): Promise<void> {
    const before = (await redis.cli('config', 'get', name)).split('\n')[1] ?? '';
    await redis.cli('config', 'set', name, value);
    try {
      await use();
    } finally {
      await redis.cli('config', 'set', name, before);
    }
  }

  test('is full: for commands, and for scripts before they begin', async () => {
    const client = clientOf(redis);
    await withSetting('maxmemory', '1', async () => {
      const advice = /its memory is full; let servers work off the queues, or raise `maxmemory`/;
      expectRefusal(await verdictOf(client.set('k', 1)), 'OOM', advice);
      const script = `${SHEBANG}redis.call('set', KEYS[1], 1)`;
      expectRefusal(await verdictOf(client.eval(script, 1, 'k')), 'OOM', advice);
    });
    expect(await client.exists('k')).toBe(0);
  });

  test('lacks replicas: it may have them again soon', async () => {
    const client = clientOf(redis);
    await withSetting('min-replicas-to-write', '1', async () => {
      const again = { kind: 'again', reconnect: false };
      expect(await verdictOf(client.set('k', 1))).toEqual(again);
      expect(await verdictOf(client.eval(`${SHEBANG}redis.call('set', KEYS[1], 1)`, 1, 'k'))).toEqual(again);
    });
  });

  test('finds data of somebody else under our keys', async () => {
    const client = clientOf(redis);
    await client.set('text', 'theirs');
    expectRefusal(
      await verdictOf(client.lpush('text', 1)),
      'WRONGTYPE',
      /a key of the queue holds data of somebody else/,
    );
  });

  test('finds it inside a script, which may have written before', async () => {
    const client = clientOf(redis);
    await client.set('text', 'theirs');
    const script = `${SHEBANG}redis.call('incr', KEYS[1]) redis.call('lpush', KEYS[2], 1)`;
    const failure = await failureOf(client.eval(script, 2, 'written', 'text'));
    expect(await client.get('written')).toBe('1');
    expectDoubt(verdictOn(failure), 'WRONGTYPE', /data of somebody else/);
    expectRefusal(
      classify(failure, { url: URL, queue: 'orders.v1', isWrite: false }),
      'WRONGTYPE',
      /data of somebody else/,
    );
  });

  test('meets a defect in a script, which may have written before', async () => {
    const client = clientOf(redis);
    for (const defect of [
      "error('boom')",
      'missing.member = 1',
      "redis.call('nonesuch')",
      "redis.call('hset')",
    ]) {
      const failure = await failureOf(client.eval(`${SHEBANG}${defect}`, 0));
      expectDoubt(verdictOn(failure), 'ERR', /please report this|it lacks a command/);
    }
  });

  test('cannot compile a script', async () => {
    const client = clientOf(redis);
    expectRefusal(await verdictOf(client.eval(`${SHEBANG}retur 1`, 0)), 'ERR', /please report this/);
  });

  test('does not have the script, or the command', async () => {
    const client = clientOf(redis);
    expect(await verdictOf(client.evalsha('a'.repeat(40), 0))).toEqual({ kind: 'noscript' });
    expectRefusal(
      await verdictOf(client.call('nonesuch')),
      'ERR',
      /it lacks a command; mq-rpc needs Redis 7\.0/,
    );
  });

  test('is busy with a script, which is killed before it has written: both may work soon', async () => {
    const [looping, other] = [clientOf(redis), clientOf(redis)];
    await other.ping();
    const endless = verdictOf(looping.eval(`${SHEBANG}while true do end`, 0));
    let busy: unknown;
    const isBusy = async () => {
      busy = await other.set('k', 1).then(
        () => undefined,
        (error: unknown) => error,
      );
      return busy !== undefined;
    };
    await until(isBusy, { what: 'the server is busy' });
    expect(verdictOn(busy)).toEqual({ kind: 'again', reconnect: false });
    await redis.cli('script', 'kill');
    expect(await endless).toEqual({ kind: 'again', reconnect: false });
  });

  test('has no database of this number', async () => {
    const advice = /no database of this number; choose a lower one, or raise `databases`/;
    expectRefusal(await verdictOf(clientOf(redis).select(99)), 'ERR', advice);
  });

  test('does not ask for a password', async () => {
    const failure = await failureOf(clientOf(redis, { protocol: 2 }).call('AUTH', SECRET));
    expectRefusal(
      verdictOn(failure),
      'ERR',
      /it does not ask for a password; leave it out of the broker URL/,
    );
  });
});

test('a server that has as many clients as it takes may have room soon', async () => {
  const redis = await start({ config: { maxclients: 1 } });
  await clientOf(redis).ping();
  const failure = await connectFailure({ port: redis.port });
  expect(verdictOn(failure)).toEqual({ kind: 'again', reconnect: true });
  expect(unreachable(URL, failure).message).toMatch(
    /as many clients as it takes; .*`maxclients` \(ERR; nothing/,
  );
});

test('a server whose disk fails refuses until somebody repairs it', async () => {
  const redis = await start({ config: { save: '1 1', appendonly: 'no' } });
  const client = clientOf(redis);
  await client.set('k', 1);
  rmSync(redis.folder, { recursive: true });
  const advice = /it cannot write to its disk; see its log/;
  let failure: unknown;
  await until(
    async () => {
      failure = await client.eval(`${SHEBANG}redis.call('set', KEYS[1], 1)`, 1, 'k').catch((error) => error);
      return failure instanceof Error;
    },
    { what: 'a snapshot has failed', intervalMs: 100 },
  );
  expectRefusal(verdictOn(failure), 'MISCONF', advice);
  expectRefusal(await verdictOf(client.set('k', 1)), 'MISCONF', advice);
});

describe('a user with few rights', () => {
  const advice = /this user lacks a right; docs\/redis-acl\.md lists the rights that are needed/;

  test('is refused a command, a key and a channel', async () => {
    const redis = await start({ users: [`app on >${SECRET} ~mq:* +get +eval +publish resetchannels`] });
    const client = clientOf(redis, { username: 'app', password: SECRET });
    expectRefusal(await verdictOf(client.set('mq:k', 1)), 'NOPERM', advice);
    expectRefusal(await verdictOf(client.get('other')), 'NOPERM', advice);
    expectRefusal(await verdictOf(client.publish('c', 'x')), 'NOPERM', advice);
    expectRefusal(await verdictOf(client.eval(`${SHEBANG}return 1`, 1, 'other')), 'NOPERM', advice);
  });

  test('is stopped inside a script, which may have written before', async () => {
    const users = [`app on >${SECRET} ~mq:* resetchannels +incr +eval +publish`];
    const redis = await start({ users });
    const client = clientOf(redis, { username: 'app', password: SECRET });
    for (const forbidden of ["'set', KEYS[1], 1", "'incr', 'other'", "'publish', 'c', 'x'"]) {
      const script = `${SHEBANG}redis.call('incr', KEYS[1]) redis.call(${forbidden})`;
      expectDoubt(await verdictOf(client.eval(script, 1, 'mq:k')), 'NOPERM', advice);
    }
    expect(await redis.cli('get', 'mq:k')).toBe('3');
  });
});

describe('a wrong password', () => {
  test('is said to be wrong, and is in no message and no cause', async () => {
    const redis = await start({ password: 'another' });
    for (const options of [
      { password: SECRET },
      { username: 'nobody', password: SECRET },
      { protocol: 2, password: SECRET } as const,
    ]) {
      const failure = await connectFailure({ port: redis.port, ...options });
      const verdict = verdictOn(failure);
      expectRefusal(verdict, 'WRONGPASS', /the user or the password is wrong; correct it in the broker URL/);
      const error = (verdict as { error: RpcError }).error;
      expect(
        JSON.stringify([error.message, error.stack, error.cause, Object.values(error.cause as object)]),
      ).not.toContain(SECRET);
    }
  });

  test('is one that is missing', async () => {
    const redis = await start({ password: SECRET });
    const advice = /it asks for a password; put it into the broker URL/;
    expectRefusal(verdictOn(await connectFailure({ port: redis.port })), 'NOAUTH', advice);
    expectRefusal(verdictOn(await connectFailure({ port: redis.port, protocol: 2 })), 'NOAUTH', advice);
  });
});

test('a replica is not written, nor is a script begun there: the master has to be found', async () => {
  const { master, replica, stop } = await startReplicated();
  onTestFinished(stop);
  const client = clientOf(replica);
  const reconnect = { kind: 'again', reconnect: true };
  const script = `${SHEBANG}redis.call('set', KEYS[1], 1)`;
  const failure = await failureOf(client.eval(script, 1, 'k'));
  expect(verdictOn(failure)).toEqual(reconnect);
  expect(await verdictOf(client.set('k', 1))).toEqual(reconnect);
  expect(unreachable(URL, failure)).toMatchObject({
    code: 'UNAVAILABLE',
    message: `Redis ${URL}: it is a replica, which cannot be written; name the master in the broker URL (READONLY; nothing was written)`,
  });
  await replica.cli('config', 'set', 'replica-serve-stale-data', 'no');
  await master.kill();
  const isDown = async () =>
    ((await client.get('k').catch((error) => error)) as Error).message.startsWith('MASTERDOWN');
  await until(isDown, { what: 'the replica misses its master' });
  expect(await verdictOf(client.get('k'))).toEqual(reconnect);
});

test('a server that is loading its data will be ready soon', async () => {
  const redis = await start({
    config: { 'key-load-delay': 2_000, 'loading-process-events-interval-bytes': 1_024 },
  });
  await redis.cli('debug', 'populate', '1000');
  await redis.cli('bgrewriteaof');
  const isRewritten = async () => (await redis.info('persistence')).aof_rewrite_in_progress === '0';
  await until(isRewritten, { what: 'the file is rewritten' });
  const restarted = redis.restart();
  let failure: unknown;
  const isLoading = async () => {
    const client = clientOf(redis, { maxRetriesPerRequest: 0 });
    failure = await client.get('k').catch((error) => error);
    client.disconnect();
    return failure instanceof Error && failure.name === 'ReplyError';
  };
  await until(isLoading, { what: 'the server is loading', intervalMs: 5 });
  expect((failure as Error).message).toMatch(/^LOADING /);
  expect(verdictOn(failure)).toEqual({ kind: 'again', reconnect: false });
  await restarted;
});

describe('a cluster', () => {
  let stop: () => Promise<void>;
  let nodes: readonly RedisServer[];
  beforeAll(async () => {
    const cluster = await startCluster({ replicas: 0 });
    nodes = cluster.nodes;
    stop = () => cluster.stop();
  });
  afterAll(() => stop());

  const node = (index: number): RedisServer => nodes[index] as RedisServer;

  test('names the node that has a slot', async () => {
    const replies = await Promise.all(
      nodes.map((one) =>
        clientOf(one)
          .set('k', 1)
          .catch((error) => error),
      ),
    );
    const owner = node(replies.indexOf('OK'));
    const moved = { kind: 'moved', slot: 7629, address: { host: '127.0.0.1', port: owner.port }, ask: false };
    expect(replies.filter((reply) => reply !== 'OK').map(verdictOn)).toEqual([moved, moved]);
  });

  test('has no other database and takes no keys of several slots', async () => {
    const client = clientOf(node(0));
    expectRefusal(
      await verdictOf(client.select(1)),
      'ERR',
      /a node of a cluster, .*; use "redis\+cluster:\/\/"/,
    );
    expectRefusal(await verdictOf(client.mget('a', 'b')), 'CROSSSLOT', /for those of several slots/);
  });

  test('asks elsewhere, or again, for keys of a slot that is moving', async () => {
    const [from, to] = [node(0), node(1)];
    const [tag, slot] = await slotOf(from);
    const [fromId, toId] = [await from.cli('cluster', 'myid'), await to.cli('cluster', 'myid')];
    await from.cli('set', `{${tag}}here`, '1');
    await to.cli('cluster', 'setslot', `${slot}`, 'importing', fromId);
    await from.cli('cluster', 'setslot', `${slot}`, 'migrating', toId);
    const client = clientOf(from);
    expect(await verdictOf(client.get(`{${tag}}gone`))).toEqual({
      kind: 'moved',
      slot,
      address: { host: '127.0.0.1', port: to.port },
      ask: true,
    });
    const script = `${SHEBANG}redis.call('set', KEYS[1], 1)`;
    expect(await verdictOf(client.eval(script, 2, `{${tag}}here`, `{${tag}}gone`))).toEqual({
      kind: 'again',
      reconnect: false,
    });
    await from.cli('cluster', 'setslot', `${slot}`, 'stable');
    await to.cli('cluster', 'setslot', `${slot}`, 'stable');
  });

  test('without a master for a slot may have one soon', async () => {
    const [, slot] = await slotOf(node(2));
    await node(2).cli('cluster', 'delslots', `${slot}`);
    const isDown = async () =>
      (
        (await clientOf(node(2))
          .get('k')
          .catch((error) => error)) as Error
      ).message.startsWith('CLUSTERDOWN');
    await until(isDown, { what: 'the cluster is down' });
    expect(await verdictOf(clientOf(node(2)).get('k'))).toEqual({ kind: 'again', reconnect: false });
    await node(2).cli('cluster', 'addslots', `${slot}`);
  });

  test('is not there at all', async () => {
    const redis = await start();
    const failure = await failureOf(clientOf(redis).cluster('SLOTS'));
    expectRefusal(verdictOn(failure), 'ERR', /it is not a node of a cluster; use "redis:\/\/"/);
  });

  /** A key tag and its slot, which a node has. */
  async function slotOf(owner: RedisServer): Promise<[string, number]> {
    for (let index = 0; ; index++) {
      const isThere = await clientOf(owner)
        .exists(`{${index}}`)
        .catch(() => undefined);
      if (isThere !== undefined)
        return [`${index}`, Number(await owner.cli('cluster', 'keyslot', `${index}`))];
    }
  }
});

describe('a connection', () => {
  test('that ends leaves it open whether a command has run', async () => {
    const redis = await start();
    const client = clientOf(redis);
    await client.ping();
    redis.pause();
    const pending = verdictOf(client.set('k', 1));
    client.disconnect();
    expect(await pending).toEqual({ kind: 'lost' });
    expect(await verdictOf(client.set('k', 1))).toEqual({ kind: 'lost' });
    redis.resume();
  });

  test('that is cut between a command and its reply leaves it open', async () => {
    const redis = await start();
    const proxy = await startProxy(redis);
    onTestFinished(() => proxy.stop());
    const client = clientOf(proxy);
    await client.ping();
    proxy.cutBeforeReply();
    expect(await verdictOf(client.set('k', 1))).toEqual({ kind: 'lost' });
    expect(await redis.cli('get', 'k')).toBe('1');
  });

  test('that is too slow leaves it open', async () => {
    const redis = await start();
    const client = clientOf(redis, { commandTimeout: 100 });
    await client.ping();
    redis.pause();
    expect(await verdictOf(client.set('k', 1))).toEqual({ kind: 'lost' });
    redis.resume();
  });

  test('that nobody answers can be tried again, and was never used', async () => {
    const failure = await connectFailure({ port: await freePort() });
    expect(verdictOn(failure)).toEqual({ kind: 'again', reconnect: true });
    expect(unreachable(URL, failure)).toMatchObject({
      code: 'UNAVAILABLE',
      message: `Redis ${URL}: nobody listens there; start Redis, or correct host and port in the broker URL (ECONNREFUSED; nothing was written)`,
      cause: failure,
    });
  });

  test('to a host that does not exist says so', async () => {
    const failure = await connectFailure({ host: 'redis.invalid' });
    expect(verdictOn(failure)).toEqual({ kind: 'again', reconnect: true });
    expect(unreachable(URL, failure).message).toMatch(
      /host.*name.*\((ENOTFOUND|EAI_AGAIN); nothing was written\)$/,
    );
  });

  test('that does not come about is not one that falls silent', async () => {
    const silent = createServer((socket) => void hold.push(socket));
    const hold: Socket[] = [];
    onTestFinished(() => {
      for (const socket of hold) socket.destroy();
    });
    const client = clientOf({ port: await listen(silent) }, { commandTimeout: 100 });
    expect(await verdictOf(client.get('k'))).toEqual({ kind: 'lost' });
    const timedOut = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT', syscall: 'connect' });
    expect(verdictOn(timedOut)).toEqual({ kind: 'again', reconnect: true });
    expect(unreachable(URL, timedOut).message).toMatch(
      /it does not answer; check host, port and firewall, and whe/,
    );
    const readTimeout = Object.assign(new Error('read ETIMEDOUT'), { code: 'ETIMEDOUT', syscall: 'read' });
    expect(verdictOn(readTimeout)).toEqual({ kind: 'lost' });
  });

  test('to an HTTP server is refused', async () => {
    const port = await listen(createHttpServer((_, response) => void response.end('hello')));
    const verdict = verdictOn(await connectFailure({ port }));
    expect(verdict).toMatchObject({ kind: 'refused', error: { code: 'UNAVAILABLE' } });
    expect((verdict as { error: RpcError }).error.message).toMatch(
      /is an HTTP server; correct host and port/,
    );
  });

  test('to something else is said to be no Redis', async () => {
    const port = await listen(createServer((socket) => void socket.end('SSH-2.0-x\r\n')));
    const failure = await connectFailure({ port });
    expect(verdictOn(failure)).toEqual({ kind: 'lost' });
    expect(unreachable(URL, failure).message).toMatch(
      /what answers there is not Redis; correct host and port/,
    );
  });

  test('that is lost in other ways leaves it open', () => {
    const errors = [
      new Error("Stream isn't writeable and enableOfflineQueue options is false"),
      new Error('Too many Cluster redirections. Last error: ReplyError: TRYAGAIN x'),
      new Error('Socket timeout. Expecting data, but didn’t receive any in 5ms.'),
      Object.assign(new Error('Command aborted due to connection close'), { name: 'AbortError' }),
      Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' }),
    ];
    expect(errors.map(verdictOn)).toEqual(errors.map(() => ({ kind: 'lost' })));
  });
});

describe('TLS', () => {
  /** A server with a certificate for the name redis.test. */
  async function startTls(config: Config = {}): Promise<{ port: number; ca: Buffer; plainPort: number }> {
    const folder = tempFolder();
    const [key, cert, port] = [join(folder, 'key.pem'), join(folder, 'cert.pem'), await freePort()];
    const names = ['-subj', '/CN=redis.test', '-addext', 'subjectAltName=DNS:redis.test'];
    const files = ['-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...names, ...files], {
      stdio: 'ignore',
    });
    const tls = { 'tls-port': port, 'tls-cert-file': cert, 'tls-key-file': key, 'tls-ca-cert-file': cert };
    const redis = await start({ config: { ...tls, ...config } });
    return { port, ca: readFileSync(cert), plainPort: redis.port };
  }

  async function messageOf(options: ClientOptions): Promise<string> {
    return unreachable(URL, await connectFailure(options)).message;
  }

  test('needs a certificate that is trusted and for this host, and a server that has one', async () => {
    const { port, ca } = await startTls({ 'tls-auth-clients': 'no' });
    const good = clientOf({ port }, { tls: { ca, servername: 'redis.test' } });
    expect(await good.ping()).toBe('PONG');
    const untrusted = await connectFailure({ port, tls: {} });
    expectRefusal(
      verdictOn(untrusted),
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      /not trusted; add "ca=PATH" with the cert/,
    );
    const misnamed = await connectFailure({ port, tls: { ca } });
    expectRefusal(
      verdictOn(misnamed),
      'ERR_TLS_CERT_ALTNAME_INVALID',
      /for another name; .*add "servername="/,
    );
    expect(await messageOf({ port })).toMatch(
      /it has closed the connection; .* whether it speaks TLS \(ECONNRESET/,
    );
  });

  test('with certificates of clients is not spoken', async () => {
    const { port, ca } = await startTls();
    const failure = await connectFailure({ port, tls: { ca, servername: 'redis.test' } });
    expectRefusal(
      verdictOn(failure),
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      /it demands a certificate of its clients, .*set `tls-auth-clients no`/,
    );
  });

  test('is not what a server without it answers with', async () => {
    const port = await listen(createServer((socket) => void socket.end('-ERR what?\r\n')));
    const failure = await connectFailure({ port, tls: {} });
    expectRefusal(
      verdictOn(failure),
      'ERR_SSL_WRONG_VERSION_NUMBER',
      /it does not speak TLS; use "redis:\/\/"/,
    );
  });

  test('with a file of an authority that is not there says which parameter names it', async () => {
    const missing = await readFile('/nonesuch/ca.pem').catch((error: unknown) => error);
    expectRefusal(verdictOn(missing), 'ENOENT', /the file of "ca=" in the broker URL cannot be read/);
  });
});

describe('Sentinels', () => {
  test('that do not know the master, ask for a password, are none or are away', async () => {
    const group = await startSentinels();
    onTestFinished(() => group.stop());
    const hosts = (servers: readonly { port: number }[]) =>
      servers.map(({ port }) => ({ host: '127.0.0.1', port }));
    const refusalBy = async (options: ClientOptions) => {
      const verdict = verdictOn(await connectFailure(options));
      expect(verdict).toMatchObject({ kind: 'refused', error: { code: 'UNAVAILABLE' } });
      return (verdict as { error: RpcError }).error.message;
    };
    const sentinels = hosts(group.sentinels);
    expect(await refusalBy({ sentinels, name: 'another' })).toMatch(
      /does not know this master; correct its name/,
    );
    for (const sentinel of group.sentinels)
      await sentinel.cli('acl', 'setuser', 'default', 'resetpass', `>${SECRET}`);
    expect(await refusalBy({ sentinels, name: 'mymaster' })).toMatch(
      /add "sentinel-username=" and "sentinel-password="/,
    );
    expect(await refusalBy({ sentinels, name: 'mymaster', sentinelPassword: 'wrong' })).toMatch(
      /"sentinel-password="/,
    );
    expect(await refusalBy({ sentinels: hosts(group.servers), name: 'mymaster' })).toMatch(
      /there is no Sentinel; name/,
    );
    const nobody = await connectFailure({ sentinels: hosts([{ port: await freePort() }]), name: 'mymaster' });
    expect(verdictOn(nobody)).toEqual({ kind: 'again', reconnect: true });
    expect(unreachable(URL, nobody).message).toMatch(/none of its Sentinels answers; start them, or correct/);
  });
});

describe('an error', () => {
  const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

  test('that is ours already stays what it is', () => {
    const error = new RpcError('UNAVAILABLE', 'so it is');
    expect(verdictOn(error)).toEqual({ kind: 'refused', error });
    expect(unreachable(URL, error)).toBe(error);
  });

  test('of our own making is not taken for one of Redis', () => {
    for (const error of [new TypeError('x is not a function'), new RangeError('length'), 'text', null]) {
      const verdict = verdictOn(error);
      expect(verdict).toMatchObject({ kind: 'refused', error: { code: 'UNCONFIRMED' } });
      expect((verdict as { error: RpcError }).error.message).toMatch(
        /mq-rpc itself has failed; please report/,
      );
    }
  });

  test('that is in the words of Redis is read as if Redis had said it', () => {
    expect(verdictOn(new Error('CLUSTERDOWN Hash slot not served'))).toEqual({
      kind: 'again',
      reconnect: false,
    });
  });

  test('of an older or stranger server is understood', () => {
    expectRefusal(
      verdictOn(reply('NOPROTO unsupported protocol version')),
      'NOPROTO',
      /it is too old; mq-rpc needs/,
    );
    expectRefusal(
      verdictOn(reply('DENIED Redis is running in protected mode')),
      'DENIED',
      /lets its own machine in/,
    );
    expectRefusal(verdictOn(reply('ERR invalid password')), 'ERR', /the password is wrong/);
    expectRefusal(verdictOn(reply('NOPERM ACL failure in script')), 'NOPERM', /this user lacks a right/);
    expectRefusal(verdictOn(reply('constructor')), 'ERR', /not foreseen/);
    expect(verdictOn(reply('UNBLOCKED force unblock from blocking operation'))).toEqual({
      kind: 'again',
      reconnect: true,
    });
  });

  test('that sends us elsewhere is believed only if it can be true', () => {
    expect(verdictOn(reply('MOVED 1 ?:7000'))).toMatchObject({ address: { host: '', port: 7000 } });
    expect(verdictOn(reply('ASK 16383 :7000'))).toMatchObject({
      address: { host: '', port: 7000 },
      ask: true,
    });
    expect(verdictOn(reply('MOVED 1 fe80::1:7000'))).toMatchObject({
      address: { host: 'fe80::1', port: 7000 },
    });
    for (const text of ['MOVED 16384 h:1', 'MOVED __proto__ h:1', 'MOVED 1', 'MOVED 1 h', 'MOVED 1 h:1 x']) {
      expect(verdictOn(reply(text)).kind).not.toBe('moved');
    }
  });

  test('of which nobody knows what it did says so at the end of patience', () => {
    const cause = new Error('Connection is closed.');
    expect(notConfirmed(URL, cause)).toMatchObject({
      code: 'UNCONFIRMED',
      kind: 'unknown',
      message: `Redis ${URL}: it does not answer; check that it runs and can be reached (it may or may not have been written)`,
      cause,
    });
    expect(unreachable(URL, undefined).message).toMatch(/it does not answer; .* \(nothing was written\)$/);
  });
});
