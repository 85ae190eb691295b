// The delivery semantics on a queue file.

import { createTempQueue } from '../broker/temp-queue.js';
import { describeSemantics } from './suite/index.js';

describeSemantics('in a file', () => ({
  ...createTempQueue(),
  durability: 'local-fsync',
  expressDurability: 'broker-memory',
}));
