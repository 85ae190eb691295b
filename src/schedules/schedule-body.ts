// The envelope of a schedule: what the durable call says that stands for it, and what is written down between times.

import { createHash } from 'node:crypto';
import { canonicalJson } from '../wire/canonical-json.js';
import { type CallTemplate, isTemplate } from './call-template.js';
import { MISSED_RULES, type MissedRule } from './due-times.js';
import type { RecurrenceRule } from './recurrence.js';

/** Version of the format. Processes that only read an older one leave the schedule to others. */
export const SCHEDULE_VERSION = 1;

export interface ScheduleDefinition extends RecurrenceRule {
  readonly name: string;
  readonly missed: MissedRule;
  readonly call: CallTemplate;
}

/** `firstAt` is the first time to fire. */
export interface ScheduleBody extends ScheduleDefinition {
  readonly firstAt: number;
}

/** Equal for equal definitions. */
export const definitionDigest = (definition: ScheduleDefinition): string =>
  createHash('sha256').update(definitionJson(definition)).digest('base64url').slice(0, 22);

/** Members in one order, whoever made the object. */
const definitionJson = ({ name, cron, timeZone, missed, call }: ScheduleDefinition): string =>
  canonicalJson([name, cron, timeZone, missed, { ...call, body: parse(call.body) }]);

export const encodeSchedule = ({ firstAt, name, cron, timeZone, missed, call }: ScheduleBody): string =>
  JSON.stringify({ v: SCHEDULE_VERSION, name, cron, timeZone, missed, firstAt, call });

/** Reads a body; gives the version if it is a newer one, and `undefined` if it is no schedule. */
export function decodeSchedule(body: string): ScheduleBody | { readonly newer: number } | undefined {
  const json = parse(body);
  const { v: version, name, cron, timeZone, missed, firstAt, call } = json;
  if (typeof version === 'number' && version > SCHEDULE_VERSION) return { newer: version };
  const isText = [name, cron, timeZone].every((text) => typeof text === 'string');
  const isRule = MISSED_RULES.includes(missed as MissedRule);
  if (version !== SCHEDULE_VERSION || !isText || !isRule || !isInstant(firstAt) || !isTemplate(call))
    return undefined;
  return { name, cron, timeZone, missed, firstAt, call } as ScheduleBody;
}

/** What is written down when times were fired: the next one. */
export const encodeState = (nextAt: number): string => JSON.stringify({ v: SCHEDULE_VERSION, nextAt });

/** The time to fire next: as written down last, or the first one. */
export function nextAtOf({ firstAt }: ScheduleBody, state: string | undefined): number {
  const { nextAt } = parse(state ?? '');
  return isInstant(nextAt) ? Math.max(firstAt, nextAt) : firstAt;
}

const isInstant = (value: unknown): value is number => Number.isSafeInteger(value);

function parse(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
