// A use of a type: where it stands, what it is called there, and what is known of how it was written.

import type { ts } from '#typescript';
import type { AdditionalProperties } from '../model.js';
import type { AnnotationUse } from './annotations.js';
import type { Bindings } from './written-type.js';

export interface Use {
  /** The nearest declaration in the project: diagnostics point at it. */
  readonly place: ts.Node;
  /** As a refusal at run time writes it: `order.lines[].sku`. */
  readonly path: string;
  /** The name that an anonymous type gets here. */
  readonly name: string;
  /** The type as it is written here, where that is known. */
  readonly node: ts.TypeNode | undefined;
  /** What type parameters in it stand for. */
  readonly bindings?: Bindings | undefined;
  /** Whether another package declares it, where nobody can annotate it. */
  readonly isForeign: boolean;
  /** Levels of data around it, on the shortest way from the method. */
  readonly depth: number;
  /** What the annotation on the member, parameter or alias asks for, stronger than that on the type. */
  readonly additionalProperties?: AdditionalProperties | undefined;
  /** What the tags of the member or parameter ask of its values. */
  readonly constraints?: readonly AnnotationUse[] | undefined;
}

/** The use of a part of a type. */
export const part = (use: Use, changes: Partial<Use>): Use => ({
  ...use,
  node: undefined,
  additionalProperties: undefined,
  constraints: undefined,
  depth: use.depth + 1,
  ...changes,
});
