// What the two questions about types have in common: do data still travel, does code still compile.

import type { ObjectModel, ParameterModel, TypeModel } from '../model.js';

/** Whether values of one type are good where another is asked for. `from` and `to` are of different contracts. */
export interface Relation {
  /** Values that are there. */
  value(from: TypeModel, to: TypeModel): boolean;
  /** Results and data of errors: `undefined` is nothing there at all. */
  whole(from: TypeModel, to: TypeModel): boolean;
  /** Items of lists, sets and maps. */
  item(from: TypeModel, to: TypeModel): boolean;
  /** What two object types have under one name. */
  member(name: string, from: ObjectModel, to: ObjectModel): boolean;
  /** What two object types have under names that neither of them lists. */
  others(from: ObjectModel, to: ObjectModel): boolean;
  /** Argument lists. */
  parameters(from: readonly ParameterModel[], to: readonly ParameterModel[]): boolean;
}

/** The names of the members that any of two object types has. */
export const namesOf = (a: ObjectModel, b: ObjectModel): ReadonlySet<string> =>
  new Set([...a.members, ...b.members].map((member) => member.name));
