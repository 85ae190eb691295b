// Differences of one method: its parameters, its result, its errors, its options.

import type { MethodModel, ParameterModel, TypeModel } from '../model.js';
import {
  type Circumstances,
  type Difference,
  inputVerdicts,
  outputVerdicts,
  SURVIVES,
  type Verdicts,
} from './change.js';
import { type Comparison, differenceOf } from './comparison.js';
import { keyChanges, treatmentChanges } from './key-changes.js';
import { parameterChanges } from './parameter-changes.js';
import type { RuleId } from './rules.js';
import { typeChanges } from './type-changes.js';

/** A change of a method, without where it is. */
export interface MethodChange {
  readonly rule: RuleId;
  readonly path: string | undefined;
  readonly message: string;
  readonly verdicts: Verdicts;
  readonly subject?: string | undefined;
}

export function methodChanges(
  comparison: Comparison,
  before: MethodModel,
  after: MethodModel,
  circumstances: Circumstances,
): MethodChange[] {
  const way = wayChange(before, after);
  if (way !== undefined) return [way];
  return [
    ...inputChanges(comparison, before, after).map((found) => ({
      ...found,
      verdicts: inputVerdicts(found, circumstances),
    })),
    ...resultChanges(comparison, before, after).map(toOutput),
    ...errorChanges(comparison, before, after),
    ...[...keyChanges(before, after), ...treatmentChanges(before.options, after.options)].map((found) => ({
      ...found,
      path: undefined,
    })),
  ];
}

const toOutput = (found: Difference): MethodChange => ({ ...found, verdicts: outputVerdicts(found) });

/** Whether a method has a result, or is an event. */
function wayChange(before: MethodModel, after: MethodModel): MethodChange | undefined {
  const [was, is] = [wayOf(before), wayOf(after)];
  if (was === is) return undefined;
  const about = { path: undefined, message: `${after.name} was ${WAYS[was]} and is ${WAYS[is]}` };
  if (was === 'event' || is === 'event') {
    // Events and calls wait in different queues.
    const rule = is === 'event' ? 'method-to-event' : 'event-to-method';
    const callers = is === 'event' ? 'breaks' : 'survives';
    return { ...about, rule, verdicts: { ...SURVIVES, ...GONE, callers } };
  }
  const returnsNothing = isVoid(before) && isVoid(after);
  const wire: Partial<Verdicts> = returnsNothing ? {} : is === 'one-way' ? { oldClients: 'breaks' } : {};
  return is === 'one-way'
    ? {
        ...about,
        rule: 'method-one-way',
        verdicts: {
          ...SURVIVES,
          ...wire,
          callers: 'breaks',
          handlers: isVoid(before) ? 'survives' : 'breaks',
        },
      }
    : {
        ...about,
        rule: 'method-two-way',
        // Older servers answer with nothing; the handler has nothing to return yet.
        verdicts: isVoid(after) ? SURVIVES : { ...SURVIVES, storedResults: 'breaks', handlers: 'extend' },
      };
}

const GONE: Partial<Verdicts> = {
  queuedCalls: 'breaks',
  oldServers: 'breaks',
  handlers: 'breaks',
};

const isVoid = ({ result }: MethodModel): boolean => result === undefined || result.type.kind === 'undefined';

type Way = 'event' | 'one-way' | 'two-way';
const wayOf = ({ oneWay, options }: MethodModel): Way =>
  options.event === true ? 'event' : oneWay ? 'one-way' : 'two-way';

const WAYS = { event: 'an event', 'one-way': 'one-way', 'two-way': 'a method with a result' } as const;

function inputChanges(comparison: Comparison, before: MethodModel, after: MethodModel): Difference[] {
  const [old, next] = [before.parameters, after.parameters];
  return agreeing(parameterChanges(comparison, before, after), {
    rule: 'type-changed',
    path: next[0]?.name ?? old[0]?.name ?? after.name,
    message: `the parameters of ${after.name} have changed`,
    isOldRead: comparison.oldRead.parameters(old, next),
    isNewRead: comparison.newRead.parameters(next, old),
    isWritten: comparison.written.parameters(old, next),
    isLookedAt: comparison.lookedAt.parameters(next, old) && isContextKept(old, next),
  });
}

/** The context of a call comes after the parameters. */
const isContextKept = (old: readonly ParameterModel[], next: readonly ParameterModel[]): boolean =>
  old.length === next.length;

function resultChanges(comparison: Comparison, before: MethodModel, after: MethodModel): Difference[] {
  if (before.result === undefined || after.result === undefined) return [];
  return valueChanges(comparison, before.result.type, after.result.type, 'result');
}

/** Differences of results, or of the data of errors. */
function valueChanges(
  comparison: Comparison,
  before: TypeModel,
  after: TypeModel,
  path: string,
): Difference[] {
  const message = `${path} has changed`;
  const whole = differenceOf(comparison, { rule: 'type-changed', path, message }, [before, after], 'whole');
  return agreeing(typeChanges(comparison, before, after, path), whole);
}

const QUESTIONS = ['isOldRead', 'isNewRead', 'isWritten', 'isLookedAt'] as const;

/**
 * Differences in accord with the whole: where the whole survives, none of its parts breaks it, since another branch
 * of a union takes over; and where it does not, there is one that says so.
 */
function agreeing(found: readonly Difference[], whole: Difference): Difference[] {
  const corrected = found.map((difference) => {
    const saved = QUESTIONS.filter((question) => whole[question]).map((question) => [question, true]);
    return { ...difference, ...(Object.fromEntries(saved) as Partial<Difference>) };
  });
  const isExplained = QUESTIONS.every(
    (question) => whole[question] || corrected.some((each) => !each[question]),
  );
  return isExplained ? corrected : [...corrected, whole];
}

function errorChanges(comparison: Comparison, before: MethodModel, after: MethodModel): MethodChange[] {
  const [old, next] = [before, after].map(
    ({ throws }) => new Map(throws.map((error) => [error.name, error])),
  );
  const names = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])]);
  return [...names].flatMap((name): MethodChange[] => {
    const [was, is] = [old?.get(name), next?.get(name)];
    if (was !== undefined && is !== undefined)
      return valueChanges(comparison, was.data, is.data, `${name}.data`).map(toOutput);
    const isAdded = was === undefined;
    const message = `@throws {${name}} was ${isAdded ? 'added' : 'removed'}`;
    return isAdded
      ? [{ rule: 'error-added', path: name, message, verdicts: { ...SURVIVES, oldClients: 'partly' } }]
      : [{ rule: 'error-removed', path: name, message, verdicts: ERROR_REMOVED }];
  });
}

/** A stored error is still a failure to its reader; a handler that throws it compiles, but fails and is tried again. */
const ERROR_REMOVED: Verdicts = { ...SURVIVES, storedResults: 'partly', handlers: 'breaks' };
