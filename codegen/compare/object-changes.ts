// Differences of object types, member by member.

import { describeType } from '../extract/describe-type.js';
import type { MemberModel, ObjectModel } from '../model.js';
import type { Difference } from './change.js';
import type { About, Comparison } from './comparison.js';
import { namesOf } from './relation.js';
import { mayBeAbsent, memberOf } from './side.js';
import type { Walk } from './type-changes.js';

export function objectChanges(
  walk: Walk,
  before: ObjectModel,
  after: ObjectModel,
  path: string,
): Difference[] {
  const members = [...namesOf(before, after)].flatMap((name) =>
    memberChanges(walk, name, before, after, path + step(name)),
  );
  return [
    ...members,
    ...indexChanges(walk, before, after, path),
    ...othersChanges(walk, before, after, path),
  ];
}

/** `.sku` or `["a b"]` */
const step = (name: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

function memberChanges(
  walk: Walk,
  name: string,
  before: ObjectModel,
  after: ObjectModel,
  path: string,
): Difference[] {
  const { comparison } = walk;
  const [old, next] = [memberOf(before, name), memberOf(after, name)];
  if (old !== undefined && next !== undefined) return keptMemberChanges(walk, old, next, path);
  const difference = (about: Omit<About, 'path'>, drops?: 'old' | 'new'): Difference => ({
    ...about,
    path,
    isOldRead: comparison.oldRead.member(name, before, after),
    isNewRead: comparison.newRead.member(name, after, before),
    isWritten: comparison.written.member(name, before, after),
    isLookedAt: comparison.lookedAt.member(name, after, before),
    drops,
  });
  if (next !== undefined) {
    const drops = dropsOthers(before) ? 'new' : undefined;
    const isRequired = !mayBeAbsent(comparison.new, next);
    return isRequired
      ? [difference({ rule: 'member-added-required', message: `${path} was added, and is required` }, drops)]
      : [difference({ rule: 'member-added-optional', message: `${path} was added` }, drops)];
  }
  const drops = dropsOthers(after) ? 'old' : undefined;
  return [difference({ rule: 'member-removed', message: `${path} was removed` }, drops)];
}

/** Whether data lose the members that the type does not have. */
const dropsOthers = ({ indexes, additionalProperties }: ObjectModel): boolean =>
  indexes.length === 0 && additionalProperties === 'drop';

function keptMemberChanges(walk: Walk, old: MemberModel, next: MemberModel, path: string): Difference[] {
  const { old: before, new: after } = walk.comparison;
  const [wasOptional, isOptional] = [mayBeAbsent(before, old), mayBeAbsent(after, next)];
  // An optional member may be undefined, too.
  const types = walk
    .types(old.type, next.type, path)
    .filter(({ rule, path: at }) => at !== path || !rule.startsWith('undefined-'));
  if (old.optional === next.optional && wasOptional === isOptional) return types;
  const found: Difference = {
    rule: isOptional ? 'member-optional' : 'member-required',
    path,
    message: isOptional ? `${path} can be left out` : `${path} cannot be left out any more`,
    isOldRead: !wasOptional || isOptional,
    isNewRead: !isOptional || wasOptional,
    isWritten: !wasOptional || (old.optional ? next.optional : isOptional),
    isLookedAt: !isOptional || wasOptional,
  };
  const isSame = found.isOldRead && found.isNewRead && found.isWritten && found.isLookedAt;
  return isSame ? types : [found, ...types];
}

function indexChanges(walk: Walk, before: ObjectModel, after: ObjectModel, path: string): Difference[] {
  const { comparison } = walk;
  const keys = new Map([...before.indexes, ...after.indexes].map(({ key }) => [JSON.stringify(key), key]));
  return [...keys].flatMap(([text, key]): Difference[] => {
    const find = ({ indexes }: ObjectModel) => indexes.find((index) => JSON.stringify(index.key) === text);
    const [old, next] = [find(before), find(after)];
    const at = `${path}[key]`;
    if (old !== undefined && next !== undefined) return walk.types(old.type, next.type, at);
    const rule = next === undefined ? 'index-removed' : 'index-added';
    const message = `${path} ${next === undefined ? 'has no members of any name more' : 'can have members of any name'} (${describeType(key)})`;
    return [
      {
        ...othersDifference(comparison, before, after, { rule, path: at, message }),
        drops:
          next === undefined
            ? dropsOthers(after)
              ? 'old'
              : undefined
            : dropsOthers(before)
              ? 'new'
              : undefined,
      },
    ];
  });
}

function othersChanges(
  { comparison }: Walk,
  before: ObjectModel,
  after: ObjectModel,
  path: string,
): Difference[] {
  const [was, is] = [before.additionalProperties, after.additionalProperties];
  if (was === is || before.indexes.length + after.indexes.length > 0) return [];
  const message = `members that ${path} does not have: ${WORDS[was]} before, ${WORDS[is]} now`;
  const drops = was === 'keep' && is === 'drop' ? 'old' : was === 'drop' && is === 'keep' ? 'new' : undefined;
  return [
    { ...othersDifference(comparison, before, after, { rule: 'others-changed', path, message }), drops },
  ];
}

const WORDS = { drop: 'dropped', refuse: 'refused', keep: 'kept' } as const;

const othersDifference = (
  { oldRead, newRead, written, lookedAt }: Comparison,
  before: ObjectModel,
  after: ObjectModel,
  about: About,
): Difference => ({
  ...about,
  isOldRead: oldRead.others(before, after),
  isNewRead: newRead.others(after, before),
  isWritten: written.others(before, after),
  isLookedAt: lookedAt.others(after, before),
});
