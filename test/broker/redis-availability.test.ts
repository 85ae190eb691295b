// Redis goes away in every way it can: a client and a server, each a process of its own, go on by themselves, and
// every call that was under way ends by its timeout, answered or unknown with its id.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, connect, RpcError } from 'mq-rpc';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { keysOf } from '#dist/src/broker/redis/keys.js';
import { ShopClient } from '../support/generated/index.js';
import {
  type Cluster,
  type Redis,
  type RedisServer,
  type SentinelGroup,
  startCluster,
  startProxy,
  startRedis,
  startSentinels,
  type TcpProxy,
  until,
} from '../support/redis/index.js';
import { runScript } from '../support/run-script.js';

const QUEUE = 'shop.v1';
const IN_FLIGHT = 5;

interface Calls {
  /** Calls that were answered so far. */
  readonly answered: number;
  /** Resolves when so many more have been answered. */
  more(count: number): Promise<void>;
  /** Makes no more calls; resolves with what the failed ones failed with, when all have ended. */
  stop(): Promise<unknown[]>;
}

/** Calls without pause, a few at a time. */
function keepCalling(shop: ShopClient): Calls {
  let answered = 0;
  let isStopped = false;
  const failures: unknown[] = [];
  const callInTurn = async (caller: number): Promise<void> => {
    for (let turn = 0; !isStopped; turn++) {
      const text = `${caller} ${turn}`;
      await shop.say(text).then(
        (said) => {
          expect(said).toBe(text);
          answered++;
        },
        (error: unknown) => failures.push(error),
      );
      await sleep(5);
    }
  };
  const callers = Array.from({ length: IN_FLIGHT }, (_, caller) => callInTurn(caller));
  const more = (count: number): Promise<void> => {
    const goal = answered + count;
    return until(async () => answered >= goal, {
      what: `${count} more calls are answered`,
      timeoutMs: 60_000,
      detail: () => failures.map(String).join('\n'),
    });
  };
  const stop = async (): Promise<unknown[]> => {
    isStopped = true;
    await Promise.all(callers);
    return failures;
  };
  return {
    get answered() {
      return answered;
    },
    more,
    stop,
  };
}

/** What a caller may be told while Redis is away: that the call did not happen, or that nobody knows, and its id. */
function expectHonest(failures: readonly unknown[]): void {
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(RpcError);
    const { kind, callId } = failure as RpcError;
    expect(['rejected', 'unknown']).toContain(kind);
    if (kind === 'unknown') expect(callId).toMatch(/^[0-9a-f-]{36}$/);
  }
}

interface Trial {
  /** Where client and server connect. */
  readonly url: string;
  /** Goes wrong, and ends when everything is right again. */
  readonly fault: () => Promise<void>;
  /** Whether the fault can lose what was acknowledged. Default false. */
  readonly mayLose?: boolean;
}

/** Holds a client and a server to going on: calls are answered before, and after, and end in between. */
async function goOn({ url, fault, mayLose = false }: Trial): Promise<void> {
  const server = runScript('../../broker/processes/shop-server', url);
  await server.printed('serving');
  const mq: Connection = await connect({ url, onWarning: () => {} });
  onTestFinished(() => mq.close());
  const shop = new ShopClient(mq).with({ timeout: '20s' });
  const calls = keepCalling(shop);
  await calls.more(50);
  const left = await shop.say.submit('before the fault');
  await fault();
  await calls.more(50);
  const failures = await calls.stop();
  expectHonest(failures);
  expect(server.process.exitCode).toBeNull();
  if (mayLose) return;
  expect(await left.result({ timeout: '20s' })).toBe('before the fault');
  // Of the others nobody knew whether they were queued; now it can be found out.
  for (const failure of failures as RpcError[]) {
    if (failure.kind !== 'unknown') continue;
    const handle = shop.say.handle(failure.callId ?? '');
    const outcome = await handle.result({ timeout: '20s' }).catch((error: unknown) => error);
    if (outcome instanceof RpcError) expect(outcome.code).toBe('NOT_FOUND');
  }
}

describe('one server', () => {
  let redis: Redis;
  let proxy: TcpProxy;
  beforeAll(async () => {
    redis = await startRedis({ config: { 'loading-process-events-interval-bytes': 1_024 } });
  });
  afterAll(() => redis.stop());
  beforeEach(async (context) => {
    await redis.cli('flushall');
    proxy = await startProxy(redis);
    // Not here, but after everything that a test still does through it.
    context.onTestFinished(() => proxy.stop());
  });

  const trial = (fault: () => Promise<void>): Promise<void> => goOn({ url: proxy.url, fault });

  test('is killed, and is back after a while', () =>
    trial(async () => {
      await redis.kill();
      await sleep(1_500);
      await redis.restart();
    }));

  test('takes long to load its data', () =>
    trial(async () => {
      await redis.cli('debug', 'populate', '2000');
      await redis.cli('bgrewriteaof');
      const isRewritten = async () => (await redis.info('persistence')).aof_rewrite_in_progress === '0';
      await until(isRewritten, { what: 'the file is rewritten' });
      const setDelay = async (micros: string): Promise<void> => {
        await redis.cli('config', 'set', 'key-load-delay', micros);
        await redis.cli('config', 'rewrite');
      };
      await setDelay('1000');
      await redis.restart();
      await setDelay('0');
    }));

  test('is stopped for three seconds', () =>
    trial(async () => {
      redis.pause();
      await sleep(3_000);
      redis.resume();
    }));

  test('is stopped for ten seconds, in which it is given up and asked again', () =>
    trial(async () => {
      redis.pause();
      await sleep(10_000);
      redis.resume();
    }));

  test('is cut off again and again', () =>
    trial(async () => {
      for (let cut = 0; cut < 10; cut++) {
        proxy.cut();
        await sleep(100);
      }
    }));

  test('cannot be reached for a while', () =>
    trial(async () => {
      proxy.refuse(true);
      await sleep(2_000);
      proxy.refuse(false);
    }));

  test('is behind a network that swallows everything', () =>
    trial(async () => {
      proxy.blackHole(true);
      await sleep(8_000);
      proxy.cut();
      proxy.blackHole(false);
    }));

  test('is away for longer than a call can wait: the call ends by its timeout, and says what is known', async () => {
    const mq = await connect({ url: proxy.url, onWarning: () => {} });
    onTestFinished(() => mq.close());
    const shop = new ShopClient(mq);
    const { id } = await shop.say.submit('queued');
    proxy.blackHole(true);
    onTestFinished(() => proxy.blackHole(false));
    const waiting = await shop.say
      .handle(id)
      .result({ timeout: '1s' })
      .catch((error: unknown) => error);
    expect(waiting).toMatchObject({ code: 'TIMEOUT', kind: 'unknown', callId: id });
    const sending = await shop
      .with({ timeout: '1s' })
      .say('x')
      .catch((error: unknown) => error);
    expect(sending).toMatchObject({ kind: 'unknown', callId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test('closes a worker that reads too slowly for what it is sent: the calls come back, all are answered', async () => {
    await redis.cli('config', 'set', 'client-output-buffer-limit', 'pubsub 6mb 6mb 60');
    const server = runScript('../../broker/processes/shop-server', redis.url, '5000');
    await server.printed('serving');
    const mq = await connect({ url: redis.url, onWarning: () => {} });
    onTestFinished(() => mq.close());
    const shop = new ShopClient(mq);
    await shop.say('hello');
    server.process.kill('SIGSTOP');
    const text = 'x'.repeat(15_000);
    const calls = await Promise.all(Array.from({ length: 3_000 }, () => shop.say.submit(text)));
    await until(async () => redis.log.includes('overcoming of output buffer limits'), {
      what: 'Redis closes the connection of the worker',
    });
    server.process.kill('SIGCONT');
    const results = await Promise.all(calls.map((call) => call.result({ timeout: '60s' })));
    expect(results.every((result) => result === text)).toBe(true);
  });
});

describe('Sentinels', () => {
  let group: SentinelGroup;
  beforeAll(async () => {
    group = await startSentinels();
  });
  afterAll(() => group.stop());

  test('make another server the master, when it is told to go', () =>
    goOn({ url: group.url, fault: async () => void (await group.failover()), mayLose: true }));

  test('make another server the master, when it is killed', () =>
    goOn({
      url: group.url,
      fault: async () => {
        await group.killMaster();
        await group.reviveDead();
      },
      mayLose: true,
    }));
});

describe('a cluster', () => {
  let cluster: Cluster;
  let slot: number;
  beforeAll(async () => {
    cluster = await startCluster();
    slot = await cluster.slotOf(keysOf(QUEUE).wake);
  });
  afterAll(() => cluster.stop());

  const otherMaster = async (): Promise<RedisServer> => {
    const from = await cluster.masterOf(slot);
    const other = (await cluster.masters()).find((node) => node !== from);
    if (other === undefined) throw new Error('there is one master only');
    return other;
  };

  test('has everything of a queue in one slot', async () => {
    const mq = await connect({ url: cluster.url, onWarning: () => {} });
    await new ShopClient(mq).say.submit('x', 1);
    await mq.close();
    expect(await cluster.slotsInUse()).toEqual([slot]);
  });

  test('loses the master of the queue', () =>
    goOn({
      url: cluster.url,
      fault: async () => {
        await cluster.killMaster({ slot });
        await cluster.revive();
      },
      mayLose: true,
    }));

  test('moves the slot of the queue: calls wait meanwhile, and none is lost', () =>
    goOn({
      url: cluster.url,
      fault: async () => {
        const migration = await cluster.beginMigration(slot, await otherMaster());
        await sleep(500);
        await migration.run({ batch: 1, pauseMs: 200 });
      },
    }));

  test('moves it back and forth, at once', () =>
    goOn({
      url: cluster.url,
      fault: async () => {
        for (let move = 0; move < 4; move++) await cluster.migrateSlot(slot, await otherMaster());
      },
    }));

  test('has a slot half way for long: both nodes send callers on, and the calls are there in the end', async () => {
    const mq = await connect({ url: cluster.url, onWarning: () => {} });
    onTestFinished(() => mq.close());
    const shop = new ShopClient(mq);
    const before = await shop.say.submit('before');
    const migration = await cluster.beginMigration(slot, await otherMaster());
    const [key = ''] = keysOf(QUEUE).all;
    await migration.moveThese([key]);
    const tryAgain = shop.say.submit('while one key has moved');
    await sleep(500);
    while ((await migration.moveKeys(10)) > 0);
    const ask = shop.say.submit('while all keys have moved');
    await sleep(500);
    await migration.finish();
    for (const call of [before, await tryAgain, await ask])
      expect(await shop.say.handle(call.id).status()).toMatchObject({ state: 'ready' });
  });
});
