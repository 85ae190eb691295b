// Texts that would become code if they were pasted into it: documentation, literals, members of enums, annotations.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what could become code

import { ServiceError } from 'mq-rpc';

/** `*\/ globalThis.harmed = 1; /*` in the doc of an error. */
export class Refused extends ServiceError<{ '${globalThis.harmed = 1}': "'; globalThis.harmed = 1; //" }> {}

/** A comment that is no tag: {@link Nothing} @ home, <script>globalThis.harmed = 1</script>. */
export enum Mood {
  "it's" = "it's",
  '"quoted"' = '"; globalThis.harmed = 1; //',
  '`${globalThis.harmed = 1}`' = '`${globalThis.harmed = 1}`',
  '*/ globalThis.harmed = 1; /*' = '*/',
  'line\nbreak' = '\r\n',
  '\u2028' = '\u2029',
  __proto__ = '__proto__',
  constructor = 'constructor',
  class = 0,
  await = -1,
}

export type Words =
  | ''
  | "it's"
  | '"'
  | '`'
  | '\\'
  | '${globalThis.harmed = 1}'
  | '*/ globalThis.harmed = 1; /*'
  | "'); globalThis.harmed = 1; ('"
  | '\n'
  | '\u2028'
  | '\ud800'
  | '../../etc/passwd'
  | '__proto__'
  | 'constructor';

export type Pattern = `\`\${globalThis.harmed = 1}${number}\`` | `'${string}'\n` | `\\${bigint}*/`;

export interface Members {
  "'; globalThis.harmed = 1; //": Words;
  '*/ globalThis.harmed = 1; /*'?: Words;
  '${globalThis.harmed = 1}'?: Pattern;
  '`': Mood;
  '': string;
  ' ': string;
  '0': string;
  '-1': string;
  '1e3': string;
  prototype: string;
  toString: string;
  valueOf?: string;
  hasOwnProperty: string;
  then: string;
  await: string;
  static: string;
  '../up': string;
  'a\tb\u0000c': string;
  '🚀': string;
  größe: string;
}

/** Ends *\/ globalThis.harmed = 1; /* the comment, and `${globalThis.harmed = 1}` it.
 *  @service hostile-texts
 *  @version 1.0
 *  @deprecated *\/ globalThis.harmed = 1; `${globalThis.harmed = 1}` ' " \ */
export interface HostileTexts {
  /** ```
   *  @oneway is no annotation in a fence, nor is @nothing
   *  ```
   *  @deprecated '; globalThis.harmed = 1; //
   *  @throws {Refused} when `*\/` comes */
  say(words: Words, mood: Mood, pattern: Pattern): Promise<Members>;
  /** {@link globalThis.harmed} */
  class(let_: Members, static_: Words): Promise<Record<Exclude<Words, '__proto__' | 'constructor'>, Mood>>;
  /** @timeout 1s */
  yield(arguments_: string): Promise<[first: '*/', second?: '${globalThis.harmed = 1}']>;
}
