// Queue files pass the conformance suite, on whichever SQLite this Node has.

import { describeBroker } from './suite/index.js';
import { createTempQueue } from './temp-queue.js';

const engine = process.getBuiltinModule('node:sqlite') === undefined ? 'better-sqlite3' : 'node:sqlite';

describeBroker(`sqlite broker on ${engine}`, createTempQueue);
