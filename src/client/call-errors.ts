// What a caller is told when there is no outcome to tell.

import type { CallRef } from '../broker/broker.js';
import type { MethodDescriptor } from '../contract/descriptor.js';
import { RpcError } from '../errors.js';

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
