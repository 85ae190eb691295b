// Every key and channel of a queue in Redis: how it is named, what it holds, how long it lives.

/** Everything of one queue lies in one slot of a cluster: the hash tag is the queue. */
export interface QueueKeys {
  /** What {@link KEYS} describes, in that order. */
  readonly all: readonly string[];
  /**
   * The KEYS of every script: all of them, and one that never exists. While a slot of a cluster is under way, Redis
   * does not begin a script that lacks a key, and stops others half way when a key goes that they have emptied.
   */
  readonly declared: readonly string[];
  /** Channel: some call has become ready. */
  readonly wake: string;
  /** Channel: outcomes for an inbox. */
  inbox(name: string): string;
  /** Channel: calls that were leased to a consumer. */
  deliveries(consumer: string): string;
}

interface KeyDescription {
  readonly name: string;
  readonly type: 'hash' | 'zset' | 'list';
  readonly holds: string;
  readonly lifetime: string;
}

/** `docs/redis-keys.md` shows this table; a test holds them together. */
export const KEYS = [
  {
    name: 'meta',
    type: 'hash',
    holds:
      'format of the other keys, lease clock, number of the last dead letter, how many outcomes are answered, cancelled and expired, entries of the ready lists whose call is gone',
    lifetime: 'from the first use of the queue on',
  },
  {
    name: 'calls',
    type: 'hash',
    holds: 'id → the call: as it was sent while it waits or runs, then its outcome',
    lifetime: 'a call: until it is confirmed or its retain is over; a dead letter: until it is removed',
  },
  {
    name: 'attempts',
    type: 'hash',
    holds:
      'id → number of the newest attempt, failures, releases, whether an end was asked for, the consumer, the last failure',
    lifetime: 'a call: from its first delivery to its outcome',
  },
  {
    name: 'leases',
    type: 'zset',
    holds: 'ids of leased calls by the end of their lease',
    lifetime: 'a call: as long as an attempt is under way',
  },
  {
    name: 'delayed',
    type: 'zset',
    holds: 'ids of scheduled calls by when they become ready or expire',
    lifetime: 'a call: while it is scheduled',
  },
  {
    name: 'expiring',
    type: 'zset',
    holds: 'ids of ready calls that expire, by when',
    lifetime: 'a call: while it is ready',
  },
  {
    name: 'kept',
    type: 'zset',
    holds: 'ids of answered, cancelled and expired calls by when they are forgotten',
    lifetime: 'a call: until it is confirmed or its retain is over',
  },
  {
    name: 'dead',
    type: 'zset',
    holds: 'ids of dead letters in the order of their death',
    lifetime: 'a dead letter: until it is removed',
  },
  {
    name: 'credits',
    type: 'list',
    holds: 'names of consumers, once for each call that may be handed to them',
    lifetime: 'an entry: until it is used, or its consumer is found to be gone',
  },
  ...Array.from(
    { length: 8 },
    (_, priority): KeyDescription => ({
      name: `ready:${priority}`,
      type: 'list',
      holds: `ids of ready calls of priority ${priority}, oldest first`,
      lifetime: 'a call: while it is ready',
    }),
  ),
] as const satisfies readonly KeyDescription[];

/** Before every key and channel, so that others can share the database. */
export const PREFIX = 'mq:';

/** The keys of a queue. Queue names are free text: what would end the hash tag early is escaped. */
export function keysOf(queue: string): QueueKeys {
  const base = `${PREFIX}{${tagOf(queue)}}:`;
  const all = KEYS.map(({ name }) => base + name);
  return {
    all,
    declared: [...all, `${base}absent`],
    wake: `${base}wake`,
    inbox: (name) => `${base}inbox:${name}`,
    deliveries: (consumer) => `${base}deliveries:${consumer}`,
  };
}

/** An empty hash tag would be none at all. */
const tagOf = (queue: string): string =>
  queue === '' ? '%' : queue.replace(/[%{}]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
