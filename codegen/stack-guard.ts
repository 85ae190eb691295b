// TypeScript reads by recursion: source that is nested too deeply exhausts the stack, which is no bug of ours.

/** Does the work, or `onOverflow` if the stack does not suffice. Other errors pass. */
export function guardStack<Result>(work: () => Result, onOverflow: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack')) return onOverflow();
    throw error;
  }
}
