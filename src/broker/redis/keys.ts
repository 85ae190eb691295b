// Every key and channel of a queue in Redis: how it is named, what it holds, how long it lives.

import calculateSlot from 'cluster-key-slot';

/** Everything of one queue lies in one slot of a cluster: the hash tag is the queue. A split one has several. */
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
      'format of the other keys, lease clock, numbers of the last dead letter and of the last turn, how many outcomes are answered, cancelled and expired, bytes of the calls and of the dead letters, how much of all that there may be, entries of the ready lists whose call is gone, whether a large call was sent; once the queue is split, how',
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
      'id → number of the newest attempt, failures, releases, whether an end was asked for, the consumer, the last failure, the attempts before',
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
    holds:
      'ids of scheduled and of parked calls by when they become ready or expire; the latest instant for those that wait for something else and do not expire',
    lifetime: 'a call: while it is scheduled or parked',
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
  {
    name: 'lanes',
    type: 'zset',
    holds:
      'calls with a lane, in the order of their turns: hash of the lane, turn, id. The first one of each lane may run',
    lifetime: 'a call: until its outcome',
  },
  {
    name: 'blocked',
    type: 'zset',
    holds:
      'calls that wait for a limit, the next one first: kind and hash of the limit, 7 less the priority, turn, id',
    lifetime: 'a call: while it waits for that limit',
  },
  {
    name: 'gates',
    type: 'hash',
    holds:
      'kind and hash of a limit → how many calls with it are leased, or when its period began and how many have started in it',
    lifetime: 'a limit: as long as a call with it is leased, or its period lasts',
  },
  {
    name: 'openings',
    type: 'zset',
    holds:
      'kind and hash of limits at which somebody has to look, by when: those of a rate when their period is over',
    lifetime: 'a limit: until somebody has looked',
  },
  {
    name: 'parked',
    type: 'zset',
    holds:
      'ids of parked calls by what they need: the minor version × 2⁴⁰ and 40 bits of a hash of the contract',
    lifetime: 'a call: while it is parked',
  },
  {
    name: 'groups',
    type: 'zset',
    holds: 'groups of subscribers by when they last joined: the name and the events',
    lifetime: 'a group: until it leaves',
  },
  {
    name: 'sent',
    type: 'zset',
    holds: 'the journal of what was sent: entries by their position',
    lifetime: 'an entry: until the journal has to make room, or it is too old',
  },
  {
    name: 'received',
    type: 'zset',
    holds: 'the journal of what was received: entries by their position',
    lifetime: 'an entry: until the journal has to make room, or it is too old',
  },
  {
    name: 'chunks',
    type: 'hash',
    holds: 'large bodies and results: id and number → 64 KiB; id → how many calls and entries refer to it',
    lifetime: 'a body or result: as long as something refers to it, or it is uploaded',
  },
  {
    name: 'uploads',
    type: 'zset',
    holds: 'ids of bodies and results that nothing refers to yet, by when they are forgotten',
    lifetime: 'a body or result: until it is referred to, or ten minutes',
  },
] as const satisfies readonly KeyDescription[];

/** Before every key and channel, so that others can share the database. */
export const PREFIX = 'mq:';

/** The keys of one place of a queue; of the only one, if it is not split. */
export function keysOf(queue: string, place = 0): QueueKeys {
  const base = `${PREFIX}{${place === 0 ? tagOf(queue) : placeTag(tagOf(queue), place)}}:`;
  const all = KEYS.map(({ name }) => base + name);
  return {
    all,
    declared: [...all, `${base}absent`],
    wake: `${base}wake`,
    inbox: (name) => `${base}inbox:${name}`,
    deliveries: (consumer) => `${base}deliveries:${consumer}`,
  };
}

/**
 * Queue names are free text: what would end the hash tag early is escaped, and so is what begins the number of a
 * place. An empty hash tag would be none at all.
 */
const tagOf = (queue: string): string =>
  queue === '' ? '%' : queue.replace(/[%{}#]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);

const SLOTS = 16_384;

/** So many places are laid out; more of them spread well enough by themselves. */
const LAID_OUT = 81;

/** How many slots a place may be beside where it should be: more names would have to be tried for less. */
const TOLERANCE = 16;

/**
 * `orders.v1#2`, and then something for the slot. Left to chance, three places would be on three different nodes of
 * a cluster less than one time in four. So the name goes on with a dot and the first number, in base 36, that puts
 * the place where it should be: a third of the slots after the first place, then two thirds, then in the middle of
 * thirds of thirds. As few as there are nodes are on different ones as long as each node has its equal share of the
 * slots; the more there are, the less it matters.
 */
function placeTag(tag: string, place: number): string {
  const name = `${tag}#${place}`;
  if (place >= LAID_OUT) return name;
  const target = calculateSlot(tag) + Math.round(fractionOf(place) * SLOTS);
  for (let tries = 0; ; tries++) {
    const candidate = `${name}.${tries.toString(36)}`;
    const distance = (calculateSlot(candidate) - target + TOLERANCE + 2 * SLOTS) % SLOTS;
    if (distance <= 2 * TOLERANCE) return candidate;
  }
}

/** The digits of a number in base 3, in reverse behind the point: 1/3, 2/3, 1/9, 4/9, 7/9, 2/9, … */
function fractionOf(place: number): number {
  let fraction = 0;
  for (let rest = place, weight = 1 / 3; rest > 0; rest = Math.floor(rest / 3), weight /= 3)
    fraction += (rest % 3) * weight;
  return fraction;
}
