// The first spelling of a contract: an interface with annotations in its comments.

/** A greeting, and when it was said. */
export interface Greeting {
  text: string;
  saidAt: Date;
}

/** Greets people.
 *  @service greeter
 *  @version 1.0 */
export interface Greeter {
  /** Greets someone by name.
   *  @retain 1d */
  greet(name: string): Promise<Greeting>;

  /** Notes that someone was seen. Nobody waits for it.
   *  @oneway */
  seen(name: string): void;
}
