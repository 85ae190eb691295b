// Compares the contracts as they are with those that they were.

import type { ServiceModel } from '../model.js';
import { type Change, SURVIVES, type Verdicts } from './change.js';
import { RULES } from './rules.js';
import { serviceChanges } from './service-changes.js';

export interface CompareOptions {
  /** Whether the old contracts are all there were: services that only the new ones have were added. Default true. */
  readonly isComplete?: boolean;
}

/** Every change, service by service. */
export function compareServices(
  before: readonly ServiceModel[],
  after: readonly ServiceModel[],
  { isComplete = true }: CompareOptions = {},
): Change[] {
  const pairs = pairServices(before, after);
  const paired = new Set(pairs.flat());
  return [
    ...pairs.flatMap(([old, next]) => serviceChanges(old, next)),
    ...(isComplete ? after.filter((service) => !paired.has(service)).map(addedService) : []),
    ...before.filter((service) => !paired.has(service)).map(removedService),
  ];
}

/** The services that belong together: by name, or else by the name of their contract. */
function pairServices(
  before: readonly ServiceModel[],
  after: readonly ServiceModel[],
): readonly (readonly [ServiceModel, ServiceModel])[] {
  const names = new Set(before.map(({ name }) => name));
  return after.flatMap((next) => {
    const old =
      before.find(({ name }) => name === next.name) ??
      before.find(
        ({ name, contractName }) =>
          contractName === next.contractName &&
          !names.has(next.name) &&
          !after.some((each) => each.name === name),
      );
    return old === undefined ? [] : [[old, next] as const];
  });
}

const addedService = (service: ServiceModel): Change =>
  wholeService(service, 'service-added', `${service.name} was added`, SURVIVES);

const removedService = (service: ServiceModel): Change => ({
  ...wholeService(service, 'service-removed', `${service.name} was removed`, {
    ...SURVIVES,
    queuedCalls: 'breaks',
    storedResults: 'breaks',
    callers: 'breaks',
    handlers: 'breaks',
  }),
  place: undefined,
});

const wholeService = (
  { name: service, place }: ServiceModel,
  rule: 'service-added' | 'service-removed',
  message: string,
  verdicts: Verdicts,
): Change => ({
  rule,
  service,
  method: undefined,
  path: undefined,
  message,
  help: RULES[rule],
  verdicts,
  place,
  isAllowed: false,
  also: [],
});
