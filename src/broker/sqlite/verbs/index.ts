// All verbs of one database, with their statements prepared.

import type { Delivery } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import { type Administration, createAdministration } from './administration.js';
import { type Claim, createClaim } from './claim.js';
import { createDeadLetters, type DeadLetters } from './dead-letters.js';
import { createDue } from './due.js';
import { createEndings } from './endings.js';
import { createExpress, type Express } from './express.js';
import { createExtend, type Extend } from './extend.js';
import { createFences } from './fences.js';
import { createGroups, type Groups } from './groups.js';
import { createJournals, type Journals } from './journals.js';
import { createLanes } from './lanes.js';
import { createLeaseClock } from './lease-clock.js';
import { createLimits } from './limits.js';
import { createParked } from './parked.js';
import { createQueues, type Queues } from './queues.js';
import { createReap, type Reap } from './reap.js';
import { createResults, type Results } from './results.js';
import { createSend, type Send } from './send.js';
import { createSettle, type Settle } from './settle.js';

export interface Verbs {
  readonly send: Send;
  readonly claim: Claim;
  readonly extend: Extend;
  readonly settle: Settle;
  readonly reap: Reap;
  readonly results: Results;
  readonly administration: Administration;
  readonly deadLetters: DeadLetters;
  readonly queues: Queues;
  readonly journals: Journals;
  readonly groups: Groups;
  readonly express: Express;
}

/** `onExpress` hears of deliveries that may be lost. */
export function createVerbs(db: SqlDatabase, onExpress: (delivery: Delivery) => void): Verbs {
  const queues = createQueues(db);
  const journals = createJournals(db, queues);
  const lanes = createLanes(db);
  const fences = createFences(db);
  const limits = createLimits(db);
  const endings = createEndings(db, { lanes, limits, queues, journals, fences });
  const parked = createParked(db);
  const due = createDue(db, endings, limits);
  const leaseClock = createLeaseClock(db);
  return {
    send: createSend(db, { queues, lanes, journals, fences }),
    claim: createClaim(db, { due, limits, parked, leaseClock, onExpress }),
    extend: createExtend(db, leaseClock),
    settle: createSettle(db, endings, parked),
    reap: createReap(db, { due, endings, journals, fences, leaseClock }),
    results: createResults(db, endings),
    administration: createAdministration(db, endings),
    deadLetters: createDeadLetters(db, { lanes, queues }),
    queues,
    journals,
    groups: createGroups(db),
    express: createExpress(db, endings),
  };
}
