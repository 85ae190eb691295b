// Which run of the machine this is: express calls of an earlier one may have been delivered without a trace.

import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Uptimes and clocks are read one after the other, and clocks are set now and then. */
const TOLERANCE_MS = 60_000;

/** Names the run: a UUID where the system has one (Linux), otherwise the time at which it began. */
export function readBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return String(Math.round(Date.now() - uptime() * 1_000));
  }
}

export function isSameBoot(one: string, other: string): boolean {
  return one === other || Math.abs(Number(one) - Number(other)) < TOLERANCE_MS;
}
