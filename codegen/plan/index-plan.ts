// What the index exports: the generated classes and descriptors, and the types of self-contained clients.

import type { ServiceModel } from '../model.js';
import { hashTypes } from './contract-hash.js';
import { createNameScope } from './name-scope.js';
import type { ServicePlan } from './plan.js';
import type { TypesPlan } from './types-plan.js';

/** What the index exports of one service. */
export interface IndexPlan {
  readonly plan: ServicePlan;
  /** The module specifier of the types file; `undefined` if there is none. */
  readonly typesPath: string | undefined;
  readonly types: readonly ExportedType[];
}

export interface ExportedType {
  readonly name: string;
  /** The name in the index: another one, where an earlier service has the same. */
  readonly as: string;
  readonly isType: boolean;
}

/**
 * The first service that has a name gets it. Of later ones a type that is the same is left out, and anything else
 * comes under a name that begins with that of its contract.
 */
export function planIndex(
  services: readonly ServiceModel[],
  rendered: readonly { readonly plan: ServicePlan; readonly types: TypesPlan | undefined }[],
): IndexPlan[] {
  const scope = createNameScope(rendered.flatMap(({ plan }) => generatedNames(plan)));
  const owners = new Map<string, string | undefined>();
  return rendered.map(({ plan, types }, index): IndexPlan => {
    const service = services[index];
    if (types === undefined || service === undefined) return { plan, typesPath: undefined, types: [] };
    const exported = candidates(service, types).flatMap(({ name, isType, shape }): ExportedType[] => {
      const isFirst = !owners.has(name);
      if (!isFirst && shape !== undefined && owners.get(name) === shape) return [];
      if (isFirst) owners.set(name, shape);
      return [{ name, isType, as: scope.declare(isFirst ? name : `${types.contractName}${name}`) }];
    });
    return { plan, typesPath: plan.contract.from, types: exported };
  });
}

const generatedNames = (plan: ServicePlan): string[] =>
  [plan.clientName, plan.descriptorName, plan.serverName, plan.subscriberName].filter(
    (name) => name !== undefined,
  );

interface Candidate {
  readonly name: string;
  readonly isType: boolean;
  /** Equal for types that are the same; `undefined` for what is only equal to itself. */
  readonly shape: string | undefined;
}

function candidates(service: ServiceModel, { contractName, types, enums, errors }: TypesPlan): Candidate[] {
  const hashes = [...hashTypes(service.types).values()];
  return [
    { name: contractName, isType: true, shape: undefined },
    ...types.map(({ name }, index) => ({ name, isType: true, shape: hashes[index] })),
    ...enums.map(({ name, members }) => ({ name, isType: false, shape: JSON.stringify(members) })),
    ...errors.map(({ name }) => ({ name, isType: false, shape: undefined })),
  ];
}
