// Queue files pass the conformance suite, on whichever SQLite this Node has.

import { describeBroker } from './suite/index.js';
import { createTempQueue } from './temp-queue.js';

describeBroker('sqlite broker', createTempQueue);
