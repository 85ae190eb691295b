// The library that finds out how long a regular expression can take. Loaded only for contracts with patterns.

import { createRequire } from 'node:module';

/** How long matching takes at worst. */
export type Cost =
  | { readonly kind: 'linear' }
  /** `attack` is an expression for a text that takes this long, as in `'a'.repeat(31) + '!'`. */
  | { readonly kind: 'exponential'; readonly attack: string }
  | { readonly kind: 'polynomial'; readonly degree: number; readonly attack: string }
  | { readonly kind: 'unknown' };

/** What is used of recheck. The package is described by types of its own; this is its pure JavaScript. */
interface Recheck {
  checkSync(source: string, flags: string, options: Readonly<Record<string, unknown>>): Diagnosis;
}

type Diagnosis =
  | { readonly status: 'safe' | 'unknown' }
  | {
      readonly status: 'vulnerable';
      readonly complexity:
        | { readonly type: 'exponential' }
        | { readonly type: 'polynomial'; readonly degree: number };
      readonly attack: { readonly pattern: string };
    };

/**
 * Automata alone, which prove what they say, and no limits of time: the same pattern gets the same verdict on every
 * machine. The library's other way, to try attacks at random for a while, gives neither.
 */
const OPTIONS = {
  checker: 'automaton',
  timeout: null,
  attackTimeout: null,
  recallTimeout: -1,
  maxNFASize: 20_000,
} as const;

let recheck: Recheck | undefined;

/** What a regular expression with the flag `u` costs that has neither back-references nor looks around. */
export function costOf(source: string): Cost {
  // The build puts a copy there: as a dependency, the package would bring 50 MB of native programs to everybody.
  recheck ??= createRequire(import.meta.url)('../third-party/recheck.cjs') as Recheck;
  const diagnosis = diagnose(recheck, source);
  if (diagnosis.status !== 'vulnerable') return { kind: diagnosis.status === 'safe' ? 'linear' : 'unknown' };
  const attack = diagnosis.attack.pattern;
  const { complexity } = diagnosis;
  return complexity.type === 'exponential'
    ? { kind: 'exponential', attack }
    : { kind: 'polynomial', degree: complexity.degree, attack };
}

/** It reads by recursion: what is nested too deeply for it is not known to be quick. */
function diagnose({ checkSync }: Recheck, source: string): Diagnosis {
  try {
    return checkSync(source, 'u', OPTIONS);
  } catch (error) {
    if (error instanceof RangeError) return { status: 'unknown' };
    throw error;
  }
}
