// Rates as people write them: `100/s`, `10/m`.

/** A number of calls per period. */
export interface ParsedRate {
  readonly calls: number;
  readonly periodMs: number;
}

const PERIOD_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const RATE = /^([1-9]\d{0,8})\/([smhd])$/;

/** What a rate says, or `undefined` if it is none: a whole number from 1 on, `/`, and `s`, `m`, `h` or `d`. */
export function parseRate(rate: unknown): ParsedRate | undefined {
  const match = typeof rate === 'string' ? RATE.exec(rate) : null;
  if (match === null) return undefined;
  return { calls: Number(match[1]), periodMs: PERIOD_MS[match[2] as keyof typeof PERIOD_MS] };
}
