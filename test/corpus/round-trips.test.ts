// Every datum of every corpus, sent through a real queue and back: it arrives as it was, or is refused with a reason.
// What its published types do not agree with is listed in disagreements/.

import { join } from 'node:path';
import { connect, RpcError } from 'mq-rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Redis, startRedis } from '../support/redis/index.js';
import { tempFolder } from '../support/temp-folder.js';
import { corpora } from './corpora.js';
import type { Corpus, Datum } from './corpus.js';
import { type Differences, differences } from './differences.js';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const QUEUES = {
  'the embedded queue': () => `sqlite:${join(tempFolder(), 'queue.db')}`,
  Redis: () => redis.url,
};

describe.each(corpora)('$name', (corpus) => {
  test.each(Object.entries(QUEUES))('through %s', async (_name, url) => {
    const echoes = await echoesOf(corpus, url());
    expect(echoes.flatMap(({ changed }) => changed)).toEqual([]);
    expect(echoes.filter(({ refusal }) => refusal === undefined).length).toBeGreaterThan(echoes.length / 2);
    await expect(reportOf(echoes)).toMatchFileSnapshot(`disagreements/${corpus.name}.txt`);
  });
});

/** What became of a datum. A refused one was not queued. */
interface Echo extends Differences {
  readonly datum: Datum;
  readonly refusal?: string;
}

async function echoesOf({ descriptor, Client, data }: Corpus, url: string): Promise<Echo[]> {
  await using mq = await connect(url);
  const echo = async (value: unknown) => value;
  await mq.serve(descriptor, Object.fromEntries(Object.keys(descriptor.methods).map((name) => [name, echo])));
  const client = new Client(mq) as unknown as Readonly<Record<string, (value: unknown) => Promise<unknown>>>;
  return await Promise.all(
    data.map(async (datum): Promise<Echo> => {
      try {
        return { datum, ...differences(datum.value, await client[datum.method]?.(datum.value)) };
      } catch (error) {
        return { datum, refusal: refusalOf(error), gone: new Map(), changed: [] };
      }
    }),
  );
}

function refusalOf(error: unknown): string {
  if (!(error instanceof RpcError) || error.code !== 'INVALID_ARGUMENT') throw error;
  return `${error.path}: expected ${error.expected}, got ${error.got}`;
}

/** What the types do not agree with, and where that is so. */
function reportOf(echoes: readonly Echo[]): string {
  const refused = groups(
    echoes.flatMap(({ datum, refusal }) => (refusal === undefined ? [] : [[refusal, datum.name]])),
  );
  const dropped = groups(
    echoes.flatMap(({ datum, gone }) =>
      [...gone].map(([name, { count, first }]) => [
        JSON.stringify(name),
        `${datum.name}: ${count === 1 ? '' : `${count} times, first `}at value${first}`,
      ]),
    ),
  );
  return [
    '# Refused: the type expects something else',
    refused,
    '# Dropped: the type has no such member',
    dropped,
  ].join('\n\n');
}

/** Each thing once, with the places below it. */
function groups(things: readonly (readonly string[])[]): string {
  const places = new Map<string, string[]>();
  for (const [thing = '', place = ''] of things) places.set(thing, [...(places.get(thing) ?? []), place]);
  const texts = [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([thing, all]) => [thing, ...all].join('\n  '));
  return texts.length === 0 ? 'none' : texts.join('\n');
}
