// The conformance suite: what every broker has to pass, one file per verb.

import { describe } from 'vitest';
import { administrationSuite } from './administration.js';
import { cancelSuite } from './cancel.js';
import { claimSuite } from './claim.js';
import { clocksSuite } from './clocks.js';
import { closeSuite } from './close.js';
import { consumeSuite } from './consume.js';
import { crowdSuite } from './crowd.js';
import { deadLettersSuite } from './dead-letters.js';
import { delaySuite } from './delay.js';
import { expressSuite } from './express.js';
import { extendSuite } from './extend.js';
import { fencingSuite } from './fencing.js';
import { groupsSuite } from './groups.js';
import { idempotencySuite } from './idempotency.js';
import { invariantsSuite } from './invariants.js';
import { journalSuite } from './journal.js';
import { lanesSuite } from './lanes.js';
import { largeBodiesSuite } from './large-bodies.js';
import { leaseClockSuite } from './lease-clock.js';
import { limitsSuite } from './limits.js';
import { malformedSuite } from './malformed.js';
import { parkedSuite } from './parked.js';
import { prioritySuite } from './priority.js';
import { quotasSuite } from './quotas.js';
import { reapSuite } from './reap.js';
import { resultsSuite } from './results.js';
import { retrySuite } from './retry.js';
import { sendSuite } from './send.js';
import { settleSuite } from './settle.js';
import { type FreshQueues, useBroker } from './subject.js';
import { subscribeSuite } from './subscribe.js';

/** Holds a broker to the specification in `src/broker/broker.ts`. */
export function describeBroker(name: string, createQueues: () => FreshQueues): void {
  describe(name, () => {
    const subject = useBroker(createQueues);
    describe('send', () => sendSuite(subject));
    describe('claim', () => claimSuite(subject));
    describe('consume', () => consumeSuite(subject));
    describe('extend', () => extendSuite(subject));
    describe('settle', () => settleSuite(subject));
    describe('reap', () => reapSuite(subject));
    describe('lease clock', () => leaseClockSuite(subject));
    describe('fencing', () => fencingSuite(subject));
    describe('subscribe', () => subscribeSuite(subject));
    describe('fetch and confirm', () => resultsSuite(subject));
    describe('cancel', () => cancelSuite(subject));
    describe('administration', () => administrationSuite(subject));
    describe('parked', () => parkedSuite(subject));
    describe('delay', () => delaySuite(subject));
    describe('retry', () => retrySuite(subject));
    describe('dead letters', () => deadLettersSuite(subject));
    describe('journal', () => journalSuite(subject));
    describe('groups', () => groupsSuite(subject));
    describe('lanes', () => lanesSuite(subject));
    describe('limits', () => limitsSuite(subject));
    describe('priority', () => prioritySuite(subject));
    describe('express', () => expressSuite(subject));
    describe('clocks', () => clocksSuite(subject));
    describe('idempotency', () => idempotencySuite(subject));
    describe('quotas', () => quotasSuite(subject));
    describe('large bodies', () => largeBodiesSuite(subject));
    describe('malformed', () => malformedSuite(subject));
    describe('whatever happens', () => invariantsSuite(subject));
    describe('crowd', () => crowdSuite(subject));
    describe('close', () => closeSuite(subject));
  });
}
