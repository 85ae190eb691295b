// What the generator has to say about a contract: collected, then printed together.

import type { SourcePlace } from './model.js';

/** Every diagnostic: its code, and what it is about. `docs/contracts.md` explains each. */
export const DIAGNOSTICS = {
  MQ1001: 'unknown annotation',
  MQ1002: 'annotation value is not valid',
  MQ1003: 'annotations contradict each other',
  MQ1004: 'annotation is not available in this version',
  MQ1005: 'annotation is not allowed here',
  MQ1006: 'decorator option is not a constant',
  MQ2001: 'type cannot be sent as data',
  MQ2002: 'type needs @opaque',
  MQ2003: 'union members look alike on the wire',
  MQ2004: 'method signature is not supported',
  MQ2005: 'declared error is not usable',
  MQ3001: 'name is used twice',
  MQ3002: 'name is not valid',
  MQ3003: 'contract does not type-check',
  MQ3004: 'no contract found',
  MQ3005: 'contract must be exported',
} as const;

export type DiagnosticCode = keyof typeof DIAGNOSTICS;

export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** What to write instead, as a sentence. */
  readonly help: string;
  /** Where. Undefined if it is about no place in a file. */
  readonly place: SourcePlace | undefined;
}
