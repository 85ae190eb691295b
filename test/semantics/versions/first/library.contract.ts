// A contract as it was when the first servers were started.

/** Lends books.
 *  @service library
 *  @version 1.0 */
export interface Library {
  /** Lends a book. */
  lend(book: string): Promise<string>;
}
