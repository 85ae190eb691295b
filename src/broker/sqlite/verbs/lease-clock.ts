// Keeps leases from ending early when the clock jumps, or when the whole machine has slept.

import type { SqlDatabase } from '../driver.js';

/** Gaps up to this are a busy machine, and leases are long enough for them. Larger ones are jumps. */
const JUMP_MS = 5_000;

/** How often the time is written down while leases run. */
export const WITNESS_MS = 1_000;

const READ_CLOCK = 'SELECT clock_at AS clockAt FROM meta';
const WRITE_CLOCK = 'UPDATE meta SET clock_at = ?';
const MOVE_LEASES = `UPDATE call SET due_at = due_at + ? WHERE state = 'leased' AND due_at IS NOT NULL`;
/** Periods of rates end later by the clock that was set back, and so at the time they would have. */
const MOVE_PERIODS = 'UPDATE limit_use SET ends_at = ends_at + ? WHERE ends_at IS NOT NULL';
const FIND_LEASE = `SELECT 1 FROM call WHERE state = 'leased' AND due_at IS NOT NULL LIMIT 1`;

export interface LeaseClock {
  /** Whether any call is leased. Only reads. */
  hasLeases(): boolean;
  /**
   * Notes that a process has looked at the clock. If nobody had for longer than {@link JUMP_MS}, or time ran
   * backwards, then nobody could extend leases either: they are all moved along by the gap.
   */
  witness(now: number): void;
}

export function createLeaseClock(db: SqlDatabase): LeaseClock {
  const readClock = db.prepare<{ clockAt: number }>(READ_CLOCK);
  const writeClock = db.prepare(WRITE_CLOCK);
  const moveLeases = db.prepare(MOVE_LEASES);
  const movePeriods = db.prepare(MOVE_PERIODS);
  const findLease = db.prepare(FIND_LEASE);
  return {
    hasLeases: () => findLease.get() !== undefined,
    witness(now) {
      const gapMs = now - (readClock.get()?.clockAt ?? now);
      if (gapMs >= 0 && gapMs < WITNESS_MS) return;
      if (Math.abs(gapMs) > JUMP_MS) moveLeases.run(gapMs);
      if (gapMs < -JUMP_MS) movePeriods.run(gapMs);
      writeClock.run(now);
    },
  };
}
