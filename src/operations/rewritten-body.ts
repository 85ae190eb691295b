// Bodies of calls that are sent once more.

import { decodeEnvelope, type Envelope, encodeEnvelope } from '../wire/envelope.js';

/** The call in a body; `undefined` if it cannot be read. */
export function envelopeIn(body: string): Envelope | undefined {
  try {
    return decodeEnvelope(body);
  } catch {
    return undefined;
  }
}

/**
 * The body without its deadline, which was that of somebody who has long since stopped waiting: a handler would be
 * told to stop as soon as it starts.
 */
export function withoutDeadline(body: string): string {
  const envelope = envelopeIn(body);
  return envelope?.deadlineAt === undefined ? body : encodeEnvelope({ ...envelope, deadlineAt: undefined });
}
