// The works that are measured on Redis: what is done, what comes out, and what is aimed at.

import { inTempFolder, runProcess } from './measure.js';
import { express, type Participant } from './participants.js';
import type { Results } from './peer.js';
import { type PeerProcess, startPeer } from './peer-process.js';
import type { RunReport } from './processes/peer.js';
import { type Fsync, type RedisServer, startRedis } from './redis-server.js';

/** A number that a work yields, and how it is shown. */
export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly unit: 'per second' | 'ms' | 'µs' | 'bytes' | 'times';
  readonly goals?: readonly FigureGoal[];
}

/** How many times better than a peer mq-rpc is to be, or the most or least that its own number may be. */
export type FigureGoal =
  | { readonly against: string; readonly times: number }
  | { readonly atMost: number }
  | { readonly atLeast: number };

export interface Work {
  readonly name: string;
  readonly fsync: Fsync;
  readonly figures: readonly Figure[];
  isDoneBy(participant: Participant): boolean;
  measure(participant: Participant): Promise<Record<string, number>>;
}

const WARM_UP_SECONDS = 1;
const SECONDS = 2;
const CONCURRENCY = 100;
const DRAIN = { warmUp: { count: 15_000, seconds: 1 }, count: 300_000, seconds: SECONDS };
/** More than is taken, so that the queue does not run dry while the clock runs. */
const BACKLOG = 320_000;
const PENDING = 100_000;
const WAITING = 1_000_000;

type Start = () => Promise<PeerProcess>;

/** Runs `work` with a Redis and processes of its own. */
async function onRedis<T>(
  fsync: Fsync,
  { module }: Participant,
  work: (start: Start, redis: RedisServer) => Promise<T>,
): Promise<T> {
  return inTempFolder(async (folder) => {
    const redis = await startRedis(fsync);
    const processes: PeerProcess[] = [];
    try {
      return await work(async () => {
        const started = await startPeer(module, redis.port, folder);
        processes.push(started);
        return started;
      }, redis);
    } finally {
      await Promise.all(processes.map((process) => process.kill()));
      await redis.stop();
    }
  });
}

const send = (fsync: Fsync) => (participant: Participant) =>
  onRedis(fsync, participant, async (start) => {
    const client = await start();
    await client.do('open', 'unwanted');
    await client.do('run', { verb: 'send', inFlight: 500, seconds: WARM_UP_SECONDS });
    const { perSecond } = await client.do('run', { verb: 'send', inFlight: 500, seconds: SECONDS });
    return { perSecond };
  });

const drain = (fsync: Fsync, results: Results) => (participant: Participant) =>
  onRedis('everysec', participant, async (start, redis) => {
    const client = await start();
    await client.do('open', results);
    await client.do('fill', { verb: results === 'kept' ? 'submit' : 'send', count: BACKLOG });
    await client.kill();
    await redis.setFsync(fsync);
    const server = await start();
    await server.do('serve', { concurrency: CONCURRENCY, results, drain: DRAIN });
    return server.do('drained');
  });

const NO_DRAIN = { ...DRAIN, count: Number.MAX_SAFE_INTEGER, seconds: Number.MAX_SAFE_INTEGER };

/** Requests and replies. The CPU is that of all three processes while the clock ran. */
const call = (fsync: Fsync, inFlight: number) => (participant: Participant) =>
  onRedis(fsync, participant, async (start, redis) => {
    const [server, client] = [await start(), await start()];
    await server.do('serve', { concurrency: CONCURRENCY, results: 'awaited', drain: NO_DRAIN });
    await client.do('open', 'awaited');
    const cpuSeconds = async (): Promise<number> =>
      (await client.do('cpuSeconds')) + (await server.do('cpuSeconds')) + (await redis.cpuSeconds());

    await client.do('run', { verb: 'call', inFlight, seconds: WARM_UP_SECONDS });
    const before = await cpuSeconds();
    const report: RunReport = await client.do('run', { verb: 'call', inFlight, seconds: SECONDS });
    const cpuUs = (((await cpuSeconds()) - before) * 1e6) / report.count;
    return { ...report, cpuUs };
  });

/** What a call gains by being express, one after the other on the same machine. */
const expressCall = (fsync: Fsync, inFlight: number) => async (recoverable: Participant) => {
  const before = await call(fsync, inFlight)(recoverable);
  const { perSecond, p50Ms } = await call(fsync, inFlight)(express);
  return { perSecond, p50Ms, times: perSecond / before.perSecond };
};

const memory = (participant: Participant) =>
  onRedis('everysec', participant, async (start, redis) => {
    const client = await start();
    await client.do('open', 'kept');
    const before = await redis.settledMemory();
    await client.do('fill', { verb: 'submit', count: PENDING });
    return { bytes: ((await redis.settledMemory()) - before) / PENDING };
  });

async function million(): Promise<Record<string, number>> {
  const [empty, full] = [await startRedis('everysec'), await startRedis('everysec')];
  try {
    return runProcess<{ send: number; claim: number }>('backlog', empty.url, full.url, WAITING);
  } finally {
    await Promise.all([empty.stop(), full.stop()]);
  }
}

const all = (): boolean => true;
const isOurs = ({ name }: Participant): boolean => name === 'mq-rpc';
const sends = ({ hasSend }: Participant): boolean => hasSend;
const keeps =
  (results: Results) =>
  ({ backlog }: Participant): boolean =>
    backlog.includes(results);

const throughput = (label: string, goals: readonly FigureGoal[] = []): Figure[] => [
  { key: 'perSecond', label, unit: 'per second', goals },
];

const SEND = throughput('send, one process, 500 in flight', [
  { against: 'BullMQ', times: 6 },
  { against: 'plain streams', times: 1.3 },
]);
const DRAIN_GOALS = [
  { against: 'BullMQ', times: 5 },
  { against: 'plain streams', times: 1 },
];
const DRAINED = throughput('drain a backlog, one process', DRAIN_GOALS);
const KEPT = throughput('drain a backlog, results kept', DRAIN_GOALS);
const CALL = throughput('request/reply, 100 in flight', [
  { against: 'BullMQ', times: 10 },
  { against: 'NestJS', times: 1.5 },
]);

export const works: readonly Work[] = [
  { name: 'send', fsync: 'everysec', figures: SEND, isDoneBy: sends, measure: send('everysec') },
  {
    name: 'drain',
    fsync: 'everysec',
    figures: DRAINED,
    isDoneBy: keeps('unwanted'),
    measure: drain('everysec', 'unwanted'),
  },
  {
    name: 'drain-kept',
    fsync: 'everysec',
    figures: KEPT,
    isDoneBy: keeps('kept'),
    measure: drain('everysec', 'kept'),
  },
  {
    name: 'call',
    fsync: 'everysec',
    figures: [...CALL, { key: 'cpuUs', label: 'CPU per call, 100 in flight', unit: 'µs' }],
    isDoneBy: all,
    measure: call('everysec', 100),
  },
  {
    name: 'latency',
    fsync: 'everysec',
    figures: [
      {
        key: 'p50Ms',
        label: 'request/reply, one at a time, p50',
        unit: 'ms',
        goals: [{ against: 'NestJS', times: 1 }],
      },
      { key: 'p99Ms', label: 'request/reply, one at a time, p99', unit: 'ms' },
    ],
    isDoneBy: all,
    measure: call('everysec', 1),
  },
  {
    name: 'express',
    fsync: 'everysec',
    figures: [
      ...throughput('request/reply of express calls, 100 in flight'),
      {
        key: 'times',
        label: 'express calls against recoverable ones',
        unit: 'times',
        goals: [{ atLeast: 1.3 }],
      },
    ],
    isDoneBy: isOurs,
    measure: expressCall('everysec', 100),
  },
  {
    name: 'memory',
    fsync: 'everysec',
    figures: [
      { key: 'bytes', label: 'Redis memory per pending call', unit: 'bytes', goals: [{ atMost: 380 }] },
    ],
    isDoneBy: ({ backlog }) => backlog.length > 0,
    measure: memory,
  },
  {
    name: 'million',
    fsync: 'everysec',
    figures: [
      {
        key: 'send',
        label: 'send with 1,000,000 waiting, against none',
        unit: 'times',
        goals: [{ atMost: 1.3 }],
      },
      {
        key: 'claim',
        label: 'claim with 1,000,000 waiting, against none',
        unit: 'times',
        goals: [{ atMost: 1.3 }],
      },
    ],
    isDoneBy: isOurs,
    measure: million,
  },
  {
    name: 'send-always',
    fsync: 'always',
    figures: throughput('send, one process, 500 in flight'),
    isDoneBy: sends,
    measure: send('always'),
  },
  {
    name: 'drain-always',
    fsync: 'always',
    figures: throughput('drain a backlog, one process'),
    isDoneBy: keeps('unwanted'),
    measure: drain('always', 'unwanted'),
  },
  {
    name: 'drain-kept-always',
    fsync: 'always',
    figures: throughput('drain a backlog, results kept'),
    isDoneBy: keeps('kept'),
    measure: drain('always', 'kept'),
  },
  {
    name: 'call-always',
    fsync: 'always',
    figures: throughput('request/reply, 100 in flight'),
    isDoneBy: all,
    measure: call('always', 100),
  },
];
