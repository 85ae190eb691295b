// Dead letters: what operators see of them, and how they become calls again.

import type { CallRef, DeadLetter, Page, Replay } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { CALL, type StoredCall } from './calls.js';
import { readCare, writeCare } from './care.js';
import type { Lanes } from './lanes.js';
import type { Queues } from './queues.js';
import { LETTER, type LetterRow, toDeadLetter } from './records.js';
import { WAIT_ANEW } from './send.js';
import { HAS_HISTORY, IS_COUNTED, IS_STARTED } from './traits.js';

const LIST = `
SELECT ${LETTER} FROM call WHERE queue = ? AND place > 0 AND place < ? ORDER BY place DESC LIMIT ?`;

const FIND = `SELECT ${LETTER} FROM call WHERE id = ? AND queue = ? AND place > 0`;

const FIND_CALL = `SELECT ${CALL} FROM call WHERE id = ? AND queue = ? AND place > 0`;

const REPLAY = `UPDATE call SET ${WAIT_ANEW}, body = ifnull(?, body) WHERE seq = ?`;

export interface DeadLetters {
  list(queue: string, page: Page): DeadLetter[];
  find(calls: readonly CallRef[]): (DeadLetter | undefined)[];
  replay(tx: Transaction, now: number, replays: readonly Replay[]): boolean[];
}

export interface DeadLettersOptions {
  readonly lanes: Lanes;
  readonly queues: Queues;
}

export function createDeadLetters(db: SqlDatabase, { lanes, queues }: DeadLettersOptions): DeadLetters {
  const list = db.prepare<LetterRow>(LIST);
  const find = db.prepare<LetterRow>(FIND);
  const findCall = db.prepare<StoredCall>(FIND_CALL);
  const replay = db.prepare(REPLAY);

  function replayOne(tx: Transaction, now: number, { id, queue, body }: Replay): boolean {
    const letter = findCall.get(id, queue);
    if (letter === undefined) return false;
    const isHeld = letter.lane !== null && lanes.isTaken(queue, letter.lane);
    const isCounted = queues.of(tx, queue).calls !== null;
    const traits = (letter.traits & ~(IS_COUNTED | IS_STARTED | HAS_HISTORY)) | (isCounted ? IS_COUNTED : 0);
    const { limits } = readCare(letter.care);
    const care = writeCare({ limits, uncounted: letter.attempt });
    replay.run(isHeld ? 'held' : 'ready', null, now, null, traits, care, body ?? null, letter.seq);
    const bytes = letter.bytes ?? 0;
    queues.addLetters(tx, queue, -1, -bytes);
    if (isCounted) queues.addCalls(tx, queue, 1, body === undefined ? bytes : Buffer.byteLength(body));
    if (!isHeld) tx.readyQueues.add(queue);
    return true;
  }

  return {
    list: (queue, { limit, after }) =>
      list.all(queue, after ?? Number.MAX_SAFE_INTEGER, Math.max(0, limit)).map(toDeadLetter),
    find: (calls) =>
      calls.map(({ id, queue }) => {
        const row = find.get(id, queue);
        return row === undefined ? undefined : toDeadLetter(row);
      }),
    replay: (tx, now, replays) => replays.map((one) => replayOne(tx, now, one)),
  };
}
