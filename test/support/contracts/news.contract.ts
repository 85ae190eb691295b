// The contract that the tests of events publish by.

export interface Article {
  id: string;
  title: string;
}

/** Tells what happens.
 *  @service news
 *  @version 1.0 */
export interface News {
  /** An article has come out.
   *  @event */
  published(article: Article): void;

  /** In order for each article.
   *  @event
   *  @ordered article.id */
  changed(article: Article): void;

  /** Not worth telling after a minute.
   *  @event
   *  @priority 6
   *  @timeToBeReceived 1m
   *  @journal deadletter */
  flashed(text: string): void;

  /** Fails at first.
   *  @event
   *  @retry 2 delay=1s */
  withdrawn(id: string): void;

  /** An ordinary method. */
  count(): Promise<number>;
}
