// The same contract a minor version later, with a method more.

/** Lends books, and takes them back.
 *  @service library
 *  @version 1.1 */
export interface Library {
  /** Lends a book. */
  lend(book: string): Promise<string>;

  /** Takes a book back. */
  giveBack(book: string): Promise<string>;
}
