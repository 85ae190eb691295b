// What the validators are generated from: a method for each shape, whose result it is.

import type * as Shapes from './shapes.js';

/** @service shapes
 *  @version 1.0 */
export interface ShapesService {
  objectSimple(): Promise<Shapes.ObjectSimple>;
  objectHierarchical(): Promise<Shapes.ObjectHierarchical>;
  objectRecursive(): Promise<Shapes.ObjectRecursive>;
  objectUnionExplicit(): Promise<Shapes.ObjectUnionExplicit>;
  objectUnionImplicit(): Promise<Shapes.ObjectUnionImplicit>;
  arraySimple(): Promise<Shapes.ArraySimple>;
  arrayHierarchical(): Promise<Shapes.ArrayHierarchical>;
  arrayRecursive(): Promise<Shapes.ArrayRecursive>;
  arrayRecursiveUnionExplicit(): Promise<Shapes.ArrayRecursiveUnionExplicit>;
  arrayRecursiveUnionImplicit(): Promise<Shapes.ArrayRecursiveUnionImplicit>;
}
