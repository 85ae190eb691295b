// All verbs of one database, with their statements prepared.

import type { SqlDatabase } from '../driver.js';
import { type Administration, createAdministration } from './administration.js';
import { type Claim, createClaim } from './claim.js';
import { createDue } from './due.js';
import { createExtend, type Extend } from './extend.js';
import { createLeaseClock } from './lease-clock.js';
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
}

export function createVerbs(db: SqlDatabase): Verbs {
  const due = createDue(db);
  const leaseClock = createLeaseClock(db);
  return {
    send: createSend(db),
    claim: createClaim(db, due, leaseClock),
    extend: createExtend(db, leaseClock),
    settle: createSettle(db),
    reap: createReap(db, due, leaseClock),
    results: createResults(db),
    administration: createAdministration(db),
  };
}
