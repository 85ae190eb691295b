// What the readers of single kinds of types share: the way back to the reader of any type, and refusals.

import type { ts } from '#typescript';
import type { TypeModel } from '../model.js';
import type { Annotations } from './annotations.js';
import type { Context } from './context.js';
import type { InstanceUse } from './instance-classes.js';
import type { TypeRegistry } from './type-registry.js';
import type { Use } from './use.js';

/** Reads the types of one service. */
export interface TypeReader {
  readonly context: Context;
  readonly registry: TypeRegistry;
  readonly read: (type: ts.Type, use: Use) => TypeModel;
  /** The classes of class-validator that were met, for what is to be checked when all types are known. */
  readonly instances: InstanceUse[];
  /** Aliases with annotations that were named as type arguments, by their types: inside, nothing names them. */
  readonly aliases: Map<ts.Type, ts.TypeAliasDeclaration>;
  /** Where a type was refused. One refusal per place: a foreign type with a hundred methods is one mistake. */
  readonly refusedAt: Set<ts.Node>;
}

/** What stands for a type that cannot be read; a diagnostic says why, so nothing is generated from it. */
export const UNREADABLE: TypeModel = { kind: 'opaque' };

/** Reports that a type cannot be sent. */
export function refuse({ context, refusedAt }: TypeReader, use: Use, why: string, help: string): TypeModel {
  if (refusedAt.has(use.place)) return UNREADABLE;
  refusedAt.add(use.place);
  context.report('MQ2001', use.place, `"${shownPath(use)}" cannot be sent as data: ${why}`, help);
  return UNREADABLE;
}

const MAX_PATH = 100;

/** The path; of a long one its beginning and its end. */
function shownPath({ path }: Use): string {
  return path.length > MAX_PATH ? `${path.slice(0, MAX_PATH / 2)}…${path.slice(-MAX_PATH / 2)}` : path;
}

/** What is left of a type without `undefined`. */
export function withoutUndefined({ registry }: TypeReader, type: TypeModel, use: Use): TypeModel {
  if (type.kind === 'undefined') return { kind: 'never' };
  if (type.kind !== 'union' || !type.members.some((member) => member.kind === 'undefined')) return type;
  return registry.union(
    type.members.filter((member) => member.kind !== 'undefined'),
    use,
  );
}

/** Reports an @additionalProperties that the type it stands on cannot heed. */
export function checkAdditionalProperties(
  { context }: TypeReader,
  annotations: Annotations,
  model: TypeModel,
): void {
  const use = annotations.get('additionalProperties');
  if (use === undefined || kindsIn(model).includes('reference')) return;
  const help = 'Write it on the object type, or on a member or parameter that has one.';
  context.report('MQ1005', use.place, '@additionalProperties has no meaning here: this is no object', help);
}

/** Items of arrays, and arguments before the last, cannot be missing from JSON: `undefined` becomes `null` there. */
export function checkItem({ context }: TypeReader, use: Use, model: TypeModel, optional = false): void {
  const kinds = kindsIn(model);
  if (!kinds.includes('null') || !(optional || kinds.includes('undefined'))) return;
  context.report(
    'MQ2003',
    use.place,
    `"${use.path}" can be both null and undefined, which look alike on the wire here`,
    'Keep one of the two.',
  );
}

/** The kind of a type, or of the members of a union, whatever is checked of them besides. */
function kindsIn(model: TypeModel): readonly TypeModel['kind'][] {
  if (model.kind === 'checked') return kindsIn(model.type);
  return model.kind === 'union' ? model.members.flatMap(kindsIn) : [model.kind];
}
