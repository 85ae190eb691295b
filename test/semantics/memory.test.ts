// The delivery semantics on queues in memory.

import { randomUUID } from 'node:crypto';
import { describeSemantics } from './suite/index.js';

describeSemantics('in memory', () => ({
  url: `memory:${randomUUID()}`,
  durability: 'memory',
  expressDurability: 'memory',
  dispose: () => undefined,
}));
