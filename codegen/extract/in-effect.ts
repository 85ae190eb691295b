// The annotations that are in effect for a method: its own, and those of its contract that it does not replace.

import type { AnnotationName } from '../annotations.js';
import type { MethodModel } from '../model.js';
import type { Annotations, AnnotationUse } from './annotations.js';

/** A method as read, with what stands above it and above its contract. */
export interface AnnotatedMethod {
  readonly model: MethodModel;
  readonly own: Annotations;
  readonly inherited: Annotations;
}

export interface UseInEffect extends AnnotationUse {
  readonly isInherited: boolean;
}

/** Finds the uses in effect by name: several of one that repeats, none if there is none. */
export type InEffect = (name: AnnotationName) => readonly UseInEffect[];

/** What is in effect where only one declaration says something. */
export const ownInEffect =
  (own: Annotations): InEffect =>
  (name) =>
    usesOf(own, name, false);

/** What is in effect for a method: what it says itself replaces what its contract says. */
export const inEffectFor =
  ({ own, inherited }: Pick<AnnotatedMethod, 'own' | 'inherited'>): InEffect =>
  (name) => {
    const uses = usesOf(own, name, false);
    return uses.length > 0 ? uses : usesOf(inherited, name, true);
  };

const usesOf = ({ uses }: Annotations, name: AnnotationName, isInherited: boolean): UseInEffect[] =>
  uses.filter((use) => use.name === name).map((use) => ({ ...use, isInherited }));
