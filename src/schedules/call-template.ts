// The call that a schedule makes again and again, as it is kept between two times.

import type { Journalling, Limit, Message } from '../broker/broker.js';
import { callDigest, keyedCallId } from '../client/call-id.js';
import { prepareCall } from '../client/outgoing.js';
import type { BoundMethod } from '../client/service-client.js';
import type { CallOptions } from '../contract/options.js';
import { decodeEnvelope, encodeEnvelope } from '../wire/envelope.js';

/** Says of a call for which time it was made, in ISO 8601. */
export const SCHEDULED_FOR_HEADER = 'mq-rpc-scheduled-for';

/** A repeated firing has to be recognized, also when every process was away for a while. */
const MIN_RETAIN_MS = 3_600_000;

/** What of a message is the same each time. */
export interface CallTemplate {
  /** As the broker knows it. */
  readonly queue: string;
  readonly body: string;
  readonly priority: number;
  readonly timeToBeReceivedMs?: number | undefined;
  readonly isExpress?: boolean | undefined;
  readonly journal?: Journalling | undefined;
  readonly lane?: string | undefined;
  readonly limits?: readonly Limit[] | undefined;
  readonly maxDeliveries: number;
  readonly retainMs: number;
}

export interface TemplateContext {
  readonly name: string | undefined;
  readonly maxBodyBytes: number;
}

/** Options of one call that mean nothing for many. */
const FOR_ONE_CALL = [
  'delay',
  'at',
  'deadline',
  'idempotencyKey',
  'signal',
] as const satisfies (keyof CallOptions)[];

/** Throws what making the call would throw. It inherits nothing from the call in whose handler it may be made. */
export function createTemplate(
  { caller, target }: BoundMethod,
  args: readonly unknown[],
  context: TemplateContext,
): CallTemplate {
  const odd = FOR_ONE_CALL.find((option) => target.options[option] !== undefined);
  if (odd !== undefined)
    throw new TypeError(`schedule: the option ${odd} is for single calls, and not for schedules`);
  const outgoing = { ...context, queue: caller.queueFor(target), scope: undefined, inbox: undefined };
  const message = prepareCall(target, args, { ...outgoing, nowAt: 0, wantsResult: false });
  const { queue, body, priority, expiresAt, isExpress, journal, lane, limits, maxDeliveries, retainMs } =
    message;
  return {
    queue,
    body,
    priority,
    timeToBeReceivedMs: expiresAt,
    isExpress,
    journal,
    lane,
    limits,
    maxDeliveries,
    retainMs: Math.max(retainMs, MIN_RETAIN_MS),
  };
}

/** The call for one time. The same schedule and time always give the same id. */
export function callAt(template: CallTemplate, schedule: string, at: number, nowAt: number): Message {
  const { timeToBeReceivedMs, ...rest } = template;
  const envelope = decodeEnvelope(template.body);
  const headers = { ...envelope.headers, [SCHEDULED_FOR_HEADER]: new Date(at).toISOString() };
  return {
    ...rest,
    id: keyedCallId(template.queue, `schedule ${schedule}`, String(at), template.lane),
    body: encodeEnvelope({ ...envelope, headers }),
    expiresAt: timeToBeReceivedMs === undefined ? undefined : nowAt + timeToBeReceivedMs,
    wantsResult: false,
    digest: template.isExpress ? undefined : callDigest(envelope.method, envelope.args),
  };
}

/** Whether it is a template, as read from a body. */
export function isTemplate(value: unknown): value is CallTemplate {
  if (typeof value !== 'object' || value === null) return false;
  const {
    queue,
    body,
    priority,
    timeToBeReceivedMs = 0,
    maxDeliveries,
    retainMs,
  } = value as Record<string, unknown>;
  const isFine =
    typeof queue === 'string' &&
    typeof body === 'string' &&
    [priority, timeToBeReceivedMs, maxDeliveries, retainMs].every((number) => typeof number === 'number');
  return isFine && isReadable(body);
}

function isReadable(body: string): boolean {
  try {
    decodeEnvelope(body);
    return true;
  } catch {
    return false;
  }
}
