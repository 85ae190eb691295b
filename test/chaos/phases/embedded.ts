// The embedded queue: workers and clients are killed in the middle of what they do.

import { join } from 'node:path';
import type { Phase } from '../phase.js';

export const embedded: Phase = {
  name: 'embedded',
  faults: { 'kill a worker': 20, 'kill a client': 10 },
  excused: [],
  start: async (folder) => ({
    url: `sqlite:${join(folder, 'queue.db')}`,
    faults: {},
    [Symbol.asyncDispose]: async () => {},
  }),
};
