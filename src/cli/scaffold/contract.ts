// The example contract that `mq-rpc init` writes, in both spellings.

export const contractInterface = `/** Greets people.
 *  @service greeter
 *  @version 1.0 */
export interface Greeter {
  /** Returns a greeting, and when it was made.
   *  @retain 1d */
  greet(name: string): Promise<Greeting>;
}

export interface Greeting {
  text: string;
  greetedAt: Date;
}
`;

export const contractClass = `import { Method, Service } from 'mq-rpc';

/** Greets people. */
@Service({ name: 'greeter', version: '1.0' })
export abstract class Greeter {
  /** Returns a greeting, and when it was made. */
  @Method({ retain: '1d' })
  greet!: (name: string) => Promise<Greeting>;
}

export interface Greeting {
  text: string;
  greetedAt: Date;
}
`;
