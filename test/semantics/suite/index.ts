// What the delivery semantics promise, on whichever broker, as clients and servers see it: one file per semantic.

import { describe } from 'vitest';
import { type Setting, useStage } from '../stage.js';
import { cancellationSuite } from './cancellation.js';
import { clocksSuite } from './clocks.js';
import { deadLettersSuite } from './dead-letters.js';
import { delayAndSchedulesSuite } from './delay-and-schedules.js';
import { eventsSuite } from './events.js';
import { idempotencySuite } from './idempotency.js';
import { journalsSuite } from './journals.js';
import { largeBodiesSuite } from './large-bodies.js';
import { orderAndLimitsSuite } from './order-and-limits.js';
import { priorityAndDeliverySuite } from './priority-and-delivery.js';
import { quotasSuite } from './quotas.js';
import { retriesSuite } from './retries.js';
import { versionsSuite } from './versions.js';

export function describeSemantics(name: string, createSetting: () => Setting): void {
  describe(name, () => {
    const stage = useStage(createSetting);
    describe('priority and delivery', () => priorityAndDeliverySuite(stage));
    describe('clocks', () => clocksSuite(stage));
    describe('cancellation', () => cancellationSuite(stage));
    describe('delay and schedules', () => delayAndSchedulesSuite(stage));
    describe('retries', () => retriesSuite(stage));
    describe('dead letters', () => deadLettersSuite(stage));
    describe('journals', () => journalsSuite(stage));
    describe('order and limits', () => orderAndLimitsSuite(stage));
    describe('idempotency', () => idempotencySuite(stage));
    describe('quotas', () => quotasSuite(stage));
    describe('large bodies', () => largeBodiesSuite(stage));
    describe('versions', () => versionsSuite(stage));
    describe('events', () => eventsSuite(stage));
  });
}
