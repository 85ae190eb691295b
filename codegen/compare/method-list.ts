// Methods that are new, gone, renamed or changed.

import type { MethodModel, ServiceModel, SourcePlace } from '../model.js';
import { canonicalSignatures } from '../plan/contract-hash.js';
import { type Circumstances, SURVIVES, type Verdicts } from './change.js';
import type { Comparison } from './comparison.js';
import { methodChanges } from './method-changes.js';
import type { RuleId } from './rules.js';

/** A change of a service, before it is told. */
export interface Found {
  readonly rule: RuleId;
  readonly message: string;
  readonly verdicts: Verdicts;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** Where it is, if not at the contract as a whole. */
  readonly place?: SourcePlace | undefined;
  readonly subject?: string | undefined;
}

export function methodListChanges(comparison: Comparison): Found[] {
  const { service: before } = comparison.old;
  const { service: after } = comparison.new;
  const olds = new Map(before.methods.map((method) => [method.name, method]));
  const news = new Set(after.methods.map(({ name }) => name));
  const gone = before.methods.filter(({ name }) => !news.has(name));
  const added = after.methods.filter(({ name }) => !olds.has(name));
  const renamed = renamedMethods(comparison, gone, added);
  const kept = after.methods.flatMap((method): Found[] => {
    const { name, place } = method;
    const old = olds.get(name);
    if (old !== undefined) {
      const circumstances = circumstancesOf(before, after, method);
      const changes = methodChanges(comparison, old, method, circumstances);
      return changes.map((change) => ({ ...change, method: name, place }));
    }
    const former = renamed.get(method);
    const message = former === undefined ? `${name} was added` : `${former.name} is called ${name}`;
    return former === undefined
      ? [{ rule: 'method-added', message, method: name, place, verdicts: ADDED }]
      : [{ rule: 'method-renamed', message, method: name, place, verdicts: removedVerdicts(former) }];
  });
  const formers = new Set(renamed.values());
  const removed = gone.filter((method) => !formers.has(method));
  return [
    ...kept,
    ...removed.map(
      (method): Found => ({
        rule: 'method-removed',
        message: `${method.name} was removed`,
        method: method.name,
        verdicts: removedVerdicts(method),
      }),
    ),
  ];
}

function circumstancesOf(before: ServiceModel, after: ServiceModel, method: MethodModel): Circumstances {
  const { major, minor } = after.version;
  const isSameMajor = before.version.major === major;
  const [sinceMajor, sinceMinor] = (method.options.since ?? `${major}.${minor}`).split('.').map(Number);
  const form = sinceMajor === major ? (sinceMinor ?? 0) : 0;
  return {
    isMinorRaised: isSameMajor && minor > before.version.minor,
    isFormRaised: isSameMajor && form > before.version.minor,
    isEvent: method.options.event === true,
  };
}

/** Older servers leave calls of a method that they lack to others, because their contract is another one. */
const ADDED: Verdicts = { ...SURVIVES, oldServers: 'waits', handlers: 'extend' };
const REMOVED: Verdicts = {
  ...SURVIVES,
  queuedCalls: 'breaks',
  storedResults: 'breaks',
  callers: 'breaks',
  handlers: 'breaks',
};

/** Of one-way methods and events no results are kept. */
const removedVerdicts = ({ result }: MethodModel): Verdicts =>
  result === undefined ? { ...REMOVED, storedResults: 'survives' } : REMOVED;

/** New methods that are all that an old one was, if no other is. */
function renamedMethods(
  { old, new: next }: Comparison,
  gone: readonly MethodModel[],
  added: readonly MethodModel[],
): ReadonlyMap<MethodModel, MethodModel> {
  const olds = canonicalSignatures(gone, old.service.types);
  const news = canonicalSignatures(added, next.service.types);
  const isOnly = (all: readonly string[], text: string): boolean =>
    all.filter((each) => each === text).length === 1;
  return new Map(
    added.flatMap((method, index): [MethodModel, MethodModel][] => {
      const text = news[index] ?? '';
      const former = gone[olds.indexOf(text)];
      return former !== undefined && isOnly(olds, text) && isOnly(news, text) ? [[method, former]] : [];
    }),
  );
}
