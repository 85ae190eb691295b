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

/** Collects diagnostics, each once. */
export interface DiagnosticCollector {
  add(diagnostic: Diagnostic): void;
  count(): number;
  /** What was collected, in the order of files and places. */
  sorted(): Diagnostic[];
}

export function createDiagnosticCollector(): DiagnosticCollector {
  const collected = new Map<string, Diagnostic>();
  return {
    add(diagnostic) {
      const { code, message, place } = diagnostic;
      // A type that several methods share is read once per service: it has one mistake nevertheless.
      const key = JSON.stringify([code, message, place?.file, place?.line, place?.column]);
      if (!collected.has(key)) collected.set(key, diagnostic);
    },
    count: () => collected.size,
    sorted: () => [...collected.values()].sort(byPlace),
  };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.place === undefined || b.place === undefined) {
    return Number(a.place !== undefined) - Number(b.place !== undefined);
  }
  return (
    compareText(a.place.file, b.place.file) ||
    a.place.line - b.place.line ||
    a.place.column - b.place.column ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
