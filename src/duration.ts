// Durations as people write them: `250ms`, `10s`, `5m`, `1h`, `2d`, or a number of milliseconds.

/** A duration: a number of milliseconds, or a whole or decimal number with a unit: `ms`, `s`, `m`, `h`, `d`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Whole milliseconds of a duration, or `undefined` if it is not one: unreadable, negative or beyond 2^53. */
export function durationMs(duration: unknown): number | undefined {
  const ms = typeof duration === 'number' ? duration : spelledMs(duration);
  return ms !== undefined && ms >= 0 && Number.isSafeInteger(Math.round(ms)) ? Math.round(ms) : undefined;
}

function spelledMs(duration: unknown): number | undefined {
  const match = typeof duration === 'string' ? DURATION.exec(duration) : null;
  return match === null ? undefined : Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** Milliseconds of a duration. Throws a `TypeError` that names the option if it is not one. */
export function parseDuration(duration: Duration, option: string): number {
  const ms = durationMs(duration);
  if (ms !== undefined) return ms;
  throw new TypeError(
    `${option}: expected milliseconds or a duration such as "250ms", "10s", "5m", "1h" or "2d", got ${JSON.stringify(duration) ?? typeof duration}`,
  );
}
