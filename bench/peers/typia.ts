// typia's validators for the shapes. Its transformer writes them when this file is compiled: see ../compile.ts.

import typia from 'typia';
import type * as Shapes from '../validators/shapes.js';

/** Throw with a path. They let members pass that the type does not have. */
export const assert = {
  objectSimple: typia.createAssert<Shapes.ObjectSimple>(),
  objectHierarchical: typia.createAssert<Shapes.ObjectHierarchical>(),
  objectRecursive: typia.createAssert<Shapes.ObjectRecursive>(),
  objectUnionExplicit: typia.createAssert<Shapes.ObjectUnionExplicit>(),
  objectUnionImplicit: typia.createAssert<Shapes.ObjectUnionImplicit>(),
  arraySimple: typia.createAssert<Shapes.ArraySimple>(),
  arrayHierarchical: typia.createAssert<Shapes.ArrayHierarchical>(),
  arrayRecursive: typia.createAssert<Shapes.ArrayRecursive>(),
  arrayRecursiveUnionExplicit: typia.createAssert<Shapes.ArrayRecursiveUnionExplicit>(),
  arrayRecursiveUnionImplicit: typia.createAssert<Shapes.ArrayRecursiveUnionImplicit>(),
};

/** Answer yes or no. They let members pass that the type does not have. */
export const is = {
  objectSimple: typia.createIs<Shapes.ObjectSimple>(),
  objectHierarchical: typia.createIs<Shapes.ObjectHierarchical>(),
  objectRecursive: typia.createIs<Shapes.ObjectRecursive>(),
  objectUnionExplicit: typia.createIs<Shapes.ObjectUnionExplicit>(),
  objectUnionImplicit: typia.createIs<Shapes.ObjectUnionImplicit>(),
  arraySimple: typia.createIs<Shapes.ArraySimple>(),
  arrayHierarchical: typia.createIs<Shapes.ArrayHierarchical>(),
  arrayRecursive: typia.createIs<Shapes.ArrayRecursive>(),
  arrayRecursiveUnionExplicit: typia.createIs<Shapes.ArrayRecursiveUnionExplicit>(),
  arrayRecursiveUnionImplicit: typia.createIs<Shapes.ArrayRecursiveUnionImplicit>(),
};

/** Throw with a path, also for members that the type does not have. */
export const assertEquals = {
  objectSimple: typia.createAssertEquals<Shapes.ObjectSimple>(),
  objectHierarchical: typia.createAssertEquals<Shapes.ObjectHierarchical>(),
  objectRecursive: typia.createAssertEquals<Shapes.ObjectRecursive>(),
  objectUnionExplicit: typia.createAssertEquals<Shapes.ObjectUnionExplicit>(),
  objectUnionImplicit: typia.createAssertEquals<Shapes.ObjectUnionImplicit>(),
  arraySimple: typia.createAssertEquals<Shapes.ArraySimple>(),
  arrayHierarchical: typia.createAssertEquals<Shapes.ArrayHierarchical>(),
  arrayRecursive: typia.createAssertEquals<Shapes.ArrayRecursive>(),
  arrayRecursiveUnionExplicit: typia.createAssertEquals<Shapes.ArrayRecursiveUnionExplicit>(),
  arrayRecursiveUnionImplicit: typia.createAssertEquals<Shapes.ArrayRecursiveUnionImplicit>(),
};

/** Throw with a path, and take away what the type does not have: as our readers do. */
export const assertPrune = {
  objectSimple: typia.misc.createAssertPrune<Shapes.ObjectSimple>(),
  objectHierarchical: typia.misc.createAssertPrune<Shapes.ObjectHierarchical>(),
  objectRecursive: typia.misc.createAssertPrune<Shapes.ObjectRecursive>(),
  objectUnionExplicit: typia.misc.createAssertPrune<Shapes.ObjectUnionExplicit>(),
  objectUnionImplicit: typia.misc.createAssertPrune<Shapes.ObjectUnionImplicit>(),
  arraySimple: typia.misc.createAssertPrune<Shapes.ArraySimple>(),
  arrayHierarchical: typia.misc.createAssertPrune<Shapes.ArrayHierarchical>(),
  arrayRecursive: typia.misc.createAssertPrune<Shapes.ArrayRecursive>(),
  arrayRecursiveUnionExplicit: typia.misc.createAssertPrune<Shapes.ArrayRecursiveUnionExplicit>(),
  arrayRecursiveUnionImplicit: typia.misc.createAssertPrune<Shapes.ArrayRecursiveUnionImplicit>(),
};
