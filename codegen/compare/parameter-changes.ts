// Differences of parameter lists: arguments travel by position.

import type { MethodModel, ParameterModel } from '../model.js';
import type { Difference } from './change.js';
import type { About, Comparison } from './comparison.js';
import { mayBeAbsent } from './side.js';
import { typeChanges } from './type-changes.js';

type Parameters = readonly ParameterModel[];

export function parameterChanges(
  comparison: Comparison,
  { parameters: before }: MethodModel,
  { parameters: after }: MethodModel,
): Difference[] {
  const moved = movedParameters(comparison, before, after);
  if (moved.length > 0) return moved;
  const kept = before.slice(0, after.length).flatMap((old, index) => {
    const next = after[index];
    return next === undefined ? [] : keptChanges(comparison, old, next);
  });
  const added = after.slice(before.length).map((parameter) => addedParameter(comparison, parameter));
  const removed = before.slice(after.length).map((parameter) => removedParameter(comparison, parameter));
  return [...kept, ...added, ...removed];
}

/** A difference that is one of the list as a whole. */
function listDifference(
  { oldRead, newRead, written, lookedAt }: Comparison,
  before: Parameters,
  after: Parameters,
  about: About,
): Difference {
  return {
    ...about,
    isOldRead: oldRead.parameters(before, after),
    isNewRead: newRead.parameters(after, before),
    isWritten: written.parameters(before, after),
    isLookedAt: lookedAt.parameters(after, before),
  };
}

/** Parameters that stand at other places than before. By their names: types alone could mean anything. */
function movedParameters(comparison: Comparison, before: Parameters, after: Parameters): Difference[] {
  const [old, next] = [namesOf(before), namesOf(after)];
  const shared = next.filter((name) => old.includes(name));
  const isPrefix = shared.every((name, index) => old[index] === name && next[index] === name);
  if (shared.length < old.length && shared.length < next.length) return [];
  if (isPrefix) return [];
  const isSubsequence = shared.every((name, index) => old[index] === name);
  if (isSubsequence && shared.length === old.length) {
    const inserted = next.filter((name) => !old.includes(name));
    const message = `${inserted.join(', ')} was inserted before ${next.at(-1)}`;
    const path = inserted[0] ?? '';
    return [listDifference(comparison, before, after, { rule: 'parameter-inserted', path, message })];
  }
  if (shared.length < old.length && next.length < old.length) {
    const removed = old.filter((name) => !next.includes(name));
    const message = `${removed.join(', ')} was removed from before ${old.at(-1)}`;
    const path = removed[0] ?? '';
    return [listDifference(comparison, before, after, { rule: 'parameter-removed', path, message })];
  }
  const message = `the parameters were ${old.join(', ')} and are ${next.join(', ')}`;
  const path = next[0] ?? '';
  return [listDifference(comparison, before, after, { rule: 'parameters-reordered', path, message })];
}

const namesOf = (parameters: Parameters): readonly string[] => parameters.map(({ name }) => name);

function keptChanges(comparison: Comparison, old: ParameterModel, next: ParameterModel): Difference[] {
  const path = next.name;
  const renamed: Difference[] =
    old.name === next.name
      ? []
      : [{ ...UNCHANGED, rule: 'parameter-renamed', path, message: `${old.name} is called ${path}` }];
  const types = typeChanges(comparison, old.type, next.type, path).filter(
    (found) => found.path !== path || !found.rule.startsWith('undefined-'),
  );
  if (old.isRest !== next.isRest) {
    const message = next.isRest ? `${path} takes all further arguments` : `${path} takes one argument`;
    const about: About = { rule: 'parameter-rest', path, message };
    return [...renamed, listDifference(comparison, [old], [next], about), ...types];
  }
  return [...renamed, ...optionalityChanges(comparison, old, next), ...types];
}

const UNCHANGED = { isOldRead: true, isNewRead: true, isWritten: true, isLookedAt: true };

function optionalityChanges(comparison: Comparison, old: ParameterModel, next: ParameterModel): Difference[] {
  const [was, is] = [mayBeAbsent(comparison.old, old), mayBeAbsent(comparison.new, next)];
  if (was === is && old.optional === next.optional) return [];
  const path = next.name;
  // `x: T | undefined` has to be written, and `x?: T` has not.
  const isWritten = old.optional ? next.optional : !was || is;
  if (is && !was) {
    const message = `${path} can be left out`;
    return [{ ...UNCHANGED, rule: 'parameter-optional', path, message, isNewRead: false, isLookedAt: false }];
  }
  if (isWritten && is) return [];
  const message = `${path} cannot be left out any more`;
  return [{ ...UNCHANGED, rule: 'parameter-required', path, message, isOldRead: is || !was, isWritten }];
}

function addedParameter(comparison: Comparison, parameter: ParameterModel): Difference {
  const { name: path, isRest } = parameter;
  const isOptional = isRest || mayBeAbsent(comparison.new, parameter);
  return {
    rule: isOptional ? 'parameter-added-optional' : 'parameter-added-required',
    path,
    message: isOptional ? `${path} was added` : `${path} was added, and is required`,
    isOldRead: isOptional,
    // Older servers refuse more arguments than they know.
    isNewRead: false,
    isWritten: isRest || parameter.optional,
    // The context of a call comes after the parameters: it has another place.
    isLookedAt: false,
  };
}

function removedParameter(comparison: Comparison, parameter: ParameterModel): Difference {
  const { name: path, isRest } = parameter;
  return {
    rule: 'parameter-removed',
    path,
    message: `${path} was removed`,
    isOldRead: false,
    isNewRead: isRest || mayBeAbsent(comparison.old, parameter),
    isWritten: false,
    isLookedAt: false,
  };
}
