// A client or a server of one peer, in a process of its own that does what the benchmark tells it to.

import type { Order } from '../contract/bench.contract.js';
import { anOrder, quantile, timeInFlight } from '../measure.js';
import type { Peer, PeerClient, Results, ServeOptions } from '../peer.js';

/** Work that is repeated until its time is over. */
export interface Run {
  readonly verb: 'send' | 'call';
  readonly inFlight: number;
  readonly seconds: number;
}

export interface RunReport {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** When the clock starts on a backlog, and when it stops: after so many answers or seconds, what comes first. */
export interface Drain {
  readonly warmUp: { readonly count: number; readonly seconds: number };
  readonly count: number;
  readonly seconds: number;
}

const [module = '', port = '0'] = process.argv.slice(2);
const { peer } = (await import(module)) as { peer: Peer };
let client: PeerClient;

/** Answers orders, and resolves `drained` with the rate at which a backlog went. */
function answering({ warmUp, count, seconds }: Drain) {
  let report: (rate: { perSecond: number }) => void;
  const drained = new Promise<{ perSecond: number }>((resolve) => {
    report = resolve;
  });
  let [answered, startAt, isWarm] = [0, performance.now(), false];
  const look = (): void => {
    const took = (performance.now() - startAt) / 1_000;
    if (!isWarm && (answered >= warmUp.count || took >= warmUp.seconds)) {
      [answered, startAt, isWarm] = [0, performance.now(), true];
    } else if (isWarm && (answered >= count || took >= seconds)) report({ perSecond: answered / took });
  };
  const handler = ({ id, lines }: Order) => {
    // To read the clock costs as much as some handlers do.
    if (++answered % 100 === 0) look();
    return { id, total: lines.length };
  };
  return { handler, drained };
}
let drained: Promise<{ perSecond: number }>;

async function run({ verb, inFlight, seconds }: Run): Promise<RunReport> {
  const latencies: number[] = [];
  const work = verbOf(verb);
  const startAt = performance.now();
  let [count, isOver] = [0, false];
  const inTurn = async (): Promise<void> => {
    for (let before = startAt; !isOver; ) {
      await work(anOrder(count++));
      const now = performance.now();
      if (verb === 'call') latencies.push(now - before);
      before = now;
      isOver ||= now - startAt >= seconds * 1_000;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, inTurn));
  const took = (performance.now() - startAt) / 1_000;
  return {
    count,
    perSecond: count / took,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

function verbOf(verb: 'send' | 'submit' | 'call'): (order: Order) => Promise<unknown> {
  const { send, submit = send, call } = client;
  if (verb === 'call' && call !== undefined) {
    return async (order) => {
      const { id } = await call(order);
      if (id !== order.id) throw new Error(`the answer to ${order.id} is that to ${id}`);
    };
  }
  const work = verb === 'submit' ? submit : verb === 'send' ? send : undefined;
  if (work === undefined) throw new Error(`${module} cannot ${verb}`);
  return work;
}

const verbs = {
  async open(results: Results): Promise<void> {
    client = await peer.openClient(Number(port), results);
  },
  async serve({ drain, ...options }: ServeOptions & { drain: Drain }): Promise<void> {
    const answers = answering(drain);
    drained = answers.drained;
    await peer.serve(Number(port), answers.handler, options);
  },
  run,
  fill: ({ verb, count }: { verb: 'send' | 'submit'; count: number }) => {
    const work = verbOf(verb);
    return timeInFlight(count, 500, (index) => work(anOrder(index)));
  },
  drained: () => drained,
  async cpuSeconds(): Promise<number> {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};
/** What a process of a peer understands. */
export type PeerVerbs = typeof verbs;

process.on('message', async ({ verb, argument }: { verb: keyof PeerVerbs; argument: never }) => {
  process.send?.({ result: await verbs[verb](argument) });
});
process.once('disconnect', () => process.exit());
process.send?.({ result: 'ready' });
