// The phases of a run, by name.

import type { Phase } from '../phase.js';
import { cluster, clusterReplicated } from './cluster.js';
import { embedded } from './embedded.js';
import { sentinel, sentinelReplicated } from './sentinel.js';
import { forgetful, standalone } from './standalone.js';

const ALL: readonly Phase[] = [
  embedded,
  standalone,
  forgetful,
  sentinel,
  sentinelReplicated,
  cluster,
  clusterReplicated,
];

export const phases: Readonly<Record<string, Phase>> = Object.fromEntries(
  ALL.map((phase) => [phase.name, phase]),
);
