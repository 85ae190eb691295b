// What a caller is told when there is no outcome to tell.

import type { CallRef, Message } from '../broker/broker.js';
import type { MethodDescriptor } from '../contract/descriptor.js';
import { RpcError } from '../errors.js';
import type { CallTarget } from './call-plan.js';

/** A broker speaks of batches; whoever made the call has to learn which one may be queued after all. */
export const withCallId = (error: unknown, callId: string): unknown =>
  error instanceof RpcError && error.kind === 'unknown'
    ? new RpcError(error.code, error.message, { callId, cause: error })
    : error;

/** The error of a call that the broker does not know. */
export const notFound = ({ id }: CallRef): RpcError =>
  new RpcError(
    'NOT_FOUND',
    `there is no call ${id}: it was never sent, its outcome was confirmed, or its retain time is over`,
    { callId: id },
  );

export const timedOut = ({ id }: CallRef, timeoutMs: number): RpcError =>
  new RpcError(
    'TIMEOUT',
    `no outcome of call ${id} within ${timeoutMs} ms; it goes on, handle(id) finds it again`,
    {
      callId: id,
    },
  );

export const aborted = ({ id }: CallRef, cause: unknown): RpcError =>
  new RpcError('ABORTED', `the caller stopped waiting for call ${id}, which may have run`, {
    callId: id,
    cause,
  });

export const revoked = (
  method: MethodDescriptor | undefined,
  callId: string | undefined,
  cause: unknown,
): RpcError =>
  new RpcError(
    'CANCELLED',
    `the caller aborted ${method?.name ?? `call ${callId}`} before a handler started`,
    {
      callId,
      cause,
    },
  );

const nameOf = ({ service, method }: CallTarget): string => `${service.service}.${method.name}`;

/** What the broker says of a call that it does not take. */
export function refused(
  target: CallTarget,
  { id: callId, queue }: Message,
  status: 'conflict' | 'full' | 'dead-letters-full',
): RpcError {
  switch (status) {
    case 'conflict':
      return new RpcError(
        'ID_REUSE',
        `${nameOf(target)}: the idempotency key was used before for a call with other arguments`,
        { callId },
      );
    case 'full':
      return new RpcError(
        'QUEUE_FULL',
        `${nameOf(target)}: the queue ${queue} holds as many calls as it may: send again when servers have caught up, or raise the limits calls and bytes of serve`,
      );
    case 'dead-letters-full':
      return new RpcError(
        'QUEUE_FULL',
        `${nameOf(target)}: the queue ${queue} takes no calls while it holds as many dead letters as it may: replay or purge some, or raise the limits deadLetters and deadLetterBytes of serve`,
      );
  }
}

/** The error of a call that has not come into its queue in time. */
export const tooLate = (target: CallTarget, { queue, reachWithinMs }: Message, cause: unknown): RpcError =>
  new RpcError(
    'EXPIRED',
    `${nameOf(target)}: the call did not reach the queue ${queue} within its timeToReachQueue, ${reachWithinMs} ms`,
    { clock: 'timeToReachQueue', cause },
  );
