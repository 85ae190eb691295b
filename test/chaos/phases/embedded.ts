// The embedded queue: workers are killed in the middle of their handlers.

import { join } from 'node:path';
import type { Phase } from '../phase.js';

export const embedded: Phase = {
  name: 'embedded',
  faults: { 'kill a worker': 20 },
  excused: [],
  start: async (folder) => ({
    url: `sqlite:${join(folder, 'queue.db')}`,
    faults: {
      'kill a worker': async (chance, load) => {
        await load.replaceWorker(Math.floor(chance * 100));
        return 'another one serves';
      },
    },
    [Symbol.asyncDispose]: async () => {},
  }),
};
