// Queues in memory pass the conformance suite.

import { randomUUID } from 'node:crypto';
import { describeBroker } from './suite/index.js';

describeBroker('memory broker', () => ({ url: `memory:${randomUUID()}`, dispose: () => undefined }));
