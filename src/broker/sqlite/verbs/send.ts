// send: puts calls into their queues, unless their id is there already.

import type { Message, SendStatus } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { toInstant } from './instant.js';

const INSERT = `
INSERT INTO call (id, queue, state, due_at, priority, max_deliveries, kept, accepted_at, expires_at, retain_ms, inbox, digest, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id, queue) DO NOTHING`;

/** A key whose call came to nothing may be used again. Attempts go on counting: they are fencing tokens. */
const REVIVE = `
UPDATE call SET state = ?, due_at = ?, priority = ?, max_deliveries = attempt + ?, kept = 1, accepted_at = ?,
  expires_at = ?, retain_ms = ?, inbox = ?, body = ?, failures = 0, cancel_requested = 0, settled_at = NULL,
  settled_seq = NULL, reason = NULL, result = NULL
WHERE id = ? AND queue = ? AND digest = ? AND state IN ('dead', 'cancelled', 'expired')`;

const FIND_DIGEST = 'SELECT digest FROM call WHERE id = ? AND queue = ?';

/** Three thousand years: more than anybody means, and small enough to be added to an instant. */
const MAX_RETAIN_MS = 1e14;

export type Send = (tx: Transaction, now: number, messages: readonly Message[]) => SendStatus[];

export function createSend(db: SqlDatabase): Send {
  const insert = db.prepare(INSERT);
  const revive = db.prepare(REVIVE);
  const findDigest = db.prepare<{ digest: string | null }>(FIND_DIGEST);

  function sendOne(tx: Transaction, now: number, message: Message): SendStatus {
    const { id, queue, digest = null } = message;
    const notBefore = toInstant(message.notBefore ?? now);
    const expiresAt = message.expiresAt === undefined ? null : toInstant(message.expiresAt);
    const state = notBefore > now ? 'scheduled' : 'ready';
    const dueAt = state === 'ready' ? expiresAt : Math.min(notBefore, expiresAt ?? notBefore);
    const { priority, maxDeliveries, body } = message;
    const kept = message.wantsResult || digest !== null ? 1 : 0;
    const retainMs = Math.min(Math.round(message.retainMs), MAX_RETAIN_MS);
    const inbox = message.wantsResult ? (message.inbox ?? null) : null;
    const isStored =
      insert.run(
        id,
        queue,
        state,
        dueAt,
        priority,
        maxDeliveries,
        kept,
        now,
        expiresAt,
        retainMs,
        inbox,
        digest,
        body,
      ) > 0 ||
      (digest !== null &&
        revive.run(
          state,
          dueAt,
          priority,
          maxDeliveries,
          now,
          expiresAt,
          retainMs,
          inbox,
          body,
          id,
          queue,
          digest,
        ) > 0);
    if (!isStored) return findDigest.get(id, queue)?.digest === digest ? 'duplicate' : 'conflict';
    if (state === 'ready') tx.readyQueues.add(queue);
    tx.due(dueAt);
    return 'accepted';
  }

  return (tx, now, messages) => messages.map((message) => sendOne(tx, now, message));
}
