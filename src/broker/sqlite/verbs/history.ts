// The failed attempts of a call: the first one and the newest nineteen, as a JSON array in its row.

/** How much is kept. */
const MAX_ATTEMPTS = 20;
const MAX_FAILURE_LENGTH = 4_096;

/** For the SET of an UPDATE; takes the three values of {@link addToHistory}. */
export const ADD_TO_HISTORY = `
history = json_insert(
  CASE WHEN json_array_length(history) >= ${MAX_ATTEMPTS} THEN json_remove(history, '$[1]') ELSE ifnull(history, '[]') END,
  '$[#]', json_object('attempt', ?, 'endedAt', ?, 'failure', ?))`;

/** An attempt that has failed, or whose lease was lost if there is no failure. */
export const addToHistory = (
  attempt: number,
  endedAt: number,
  failure: string | null,
): [number, number, string | null] => [attempt, endedAt, failure === null ? null : cut(failure)];

/** Half a character would not be text any more. */
function cut(failure: string): string {
  if (failure.length <= MAX_FAILURE_LENGTH) return failure;
  const isHalf = /[\uD800-\uDBFF]/.test(failure.charAt(MAX_FAILURE_LENGTH - 1));
  return failure.slice(0, isHalf ? MAX_FAILURE_LENGTH - 1 : MAX_FAILURE_LENGTH);
}
