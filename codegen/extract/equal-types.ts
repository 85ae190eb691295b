// Finds named types that are one type: equal in everything they hold, however often they refer to themselves and each
// other. TypeScript makes a new type wherever it resolves `Sendable<Node>` for another union of nodes.

import type { TypeModel } from '../model.js';

/** A type that others refer to by its place in the list. */
export interface ComparedType {
  readonly type: TypeModel | undefined;
  /** Types are one only if these are equal. */
  readonly label: string;
}

/**
 * For each type the number of its class: equal for types that are one.
 *
 * Types start as equal if they look so apart from what they refer to. Then those that refer to types which are not
 * equal are told apart, until nothing changes. What is left cannot be told apart by any data.
 */
export function classesOf(
  types: readonly ComparedType[],
  placeOf: (reference: string) => number | undefined,
): readonly number[] {
  const outlines = types.map(({ type }) => outlineOf(type, placeOf));
  let classes = numbered(types.map(({ label }, place) => JSON.stringify([label, outlines[place]?.text])));
  for (let count = 0; count < countOf(classes); ) {
    count = countOf(classes);
    const current = classes;
    const referred = (place: number) => outlines[place]?.references.map((target) => current[target]) ?? [];
    classes = numbered(current.map((own, place) => [own, ...referred(place)].join(' ')));
  }
  return classes;
}

interface Outline {
  /** The type, with every reference to one of the list left out. */
  readonly text: string;
  /** The places of the types it refers to, in the order of the text. */
  readonly references: readonly number[];
}

function outlineOf(type: TypeModel | undefined, placeOf: (reference: string) => number | undefined): Outline {
  const references: number[] = [];
  const text = JSON.stringify(type ?? null, (_key, value: unknown) => {
    const place = isReference(value) ? placeOf(value.name) : undefined;
    if (place === undefined) return value;
    references.push(place);
    return 'reference';
  });
  return { text, references };
}

const isReference = (value: unknown): value is TypeModel & { kind: 'reference' } =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'reference';

/** Numbers from 0 on, by first appearance. */
function numbered(texts: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return texts.map((text) => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  });
}

const countOf = (classes: readonly number[]): number =>
  classes.reduce((most, each) => Math.max(most, each + 1), 0);
