// Who is measured on Redis, and which of the works each of them has.

import type { Results } from './peer.js';

export interface Participant {
  readonly name: string;
  readonly title: string;
  /** The adapter, below `bench/`. */
  readonly module: string;
  /** One-way calls: acknowledged when sent, and no result is wanted. */
  readonly hasSend: boolean;
  /** What can become of the results of a backlog. Without a backlog, nothing. */
  readonly backlog: readonly Results[];
}

const ours: Participant = {
  name: 'mq-rpc',
  title: 'mq-rpc',
  module: 'mq-rpc-peer',
  hasSend: true,
  backlog: ['unwanted', 'kept'],
};

/** Measured beside ourselves only. */
export const express: Participant = { ...ours, title: 'mq-rpc, express', module: 'mq-rpc-express-peer' };

export const participants: readonly Participant[] = [
  ours,
  {
    name: 'bullmq',
    title: 'BullMQ',
    module: 'peers/bullmq',
    hasSend: true,
    backlog: ['unwanted', 'kept'],
  },
  {
    name: 'bee-queue',
    title: 'bee-queue',
    module: 'peers/bee-queue',
    hasSend: true,
    // A job can be kept, but not its result.
    backlog: ['unwanted'],
  },
  {
    name: 'imqueue',
    title: '@imqueue/rpc',
    module: 'peers/imqueue',
    hasSend: false,
    backlog: ['kept'],
  },
  {
    name: 'imqueue-safe',
    title: '@imqueue/rpc, safe',
    module: 'peers/imqueue-safe',
    hasSend: false,
    backlog: ['kept'],
  },
  {
    name: 'nestjs',
    title: 'NestJS',
    module: 'peers/nestjs',
    hasSend: false,
    backlog: [],
  },
  {
    name: 'streams',
    title: 'plain streams',
    module: 'peers/streams',
    hasSend: true,
    backlog: ['unwanted', 'kept'],
  },
];
