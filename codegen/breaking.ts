// Compares a project's contracts with those of another time.

import { resolve } from 'node:path';
import {
  type OldContracts,
  type ProjectOptions,
  readOldContracts,
  readPresent,
  relativeTo,
} from './against/against.js';
import { contractsInFolder } from './against/find-contracts.js';
import { snapshotText } from './against/snapshot.js';
import type { Change } from './compare/change.js';
import { compareServices } from './compare/compare.js';
import type { Diagnostic } from './diagnostic.js';
import type { ServiceModel } from './model.js';

export { AgainstError } from './against/against-error.js';
export {
  breaksAt,
  breaksOf,
  type Change,
  type Level,
  SOURCE,
  type Verdict,
  type Verdicts,
  WIRE,
} from './compare/change.js';

export interface BreakingOptions extends ProjectOptions {
  /** A name that git knows, a folder, a contract file, or a snapshot. */
  readonly against: string;
  /** What a path in `against` is relative to. Default `cwd`. */
  readonly from?: string;
}

export interface BreakingResult {
  /** What is wrong with the contracts as they are, or, if nothing is, with the old ones. Nothing was compared then. */
  readonly diagnostics: readonly Diagnostic[];
  readonly old: Pick<OldContracts, 'kind' | 'label'> & { readonly isBroken: boolean };
  /** The names of the services as they are. */
  readonly services: readonly string[];
  readonly changes: readonly Change[];
}

/** Every change since then. Throws an `AgainstError` if there is nothing to compare with. */
export function findChanges(given: BreakingOptions): BreakingResult {
  const options = { ...given, cwd: resolve(given.cwd) };
  const present = readProject(options);
  const old = readOldContracts(options.against, options.from ?? options.cwd, options);
  const { kind, label } = old;
  const isBroken = present.diagnostics.length === 0 && old.diagnostics.length > 0;
  const diagnostics = isBroken ? old.diagnostics : present.diagnostics;
  const services = present.services.map(({ name }) => name);
  const { isComplete } = old;
  const changes =
    diagnostics.length > 0 ? [] : compareServices(old.services, present.services, { isComplete });
  return { diagnostics, old: { kind, label, isBroken }, services, changes };
}

/** The contracts as they are, as the text of a file to compare later ones with. */
export function saveContracts(options: ProjectOptions): {
  readonly diagnostics: readonly Diagnostic[];
  readonly services: readonly string[];
  readonly text: string;
} {
  const cwd = resolve(options.cwd);
  const { services, diagnostics } = readProject({ ...options, cwd });
  const names = services.map(({ name }) => name);
  return { diagnostics, services: names, text: snapshotText(services, relativeTo(cwd)) };
}

function readProject(options: ProjectOptions): {
  readonly services: readonly ServiceModel[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const files = contractsInFolder(options.cwd, options.contracts);
  if (files.length > 0) return readPresent(options, files);
  return {
    services: [],
    diagnostics: [
      {
        code: 'MQ3004',
        message: `no file matches ${options.contracts.join(', ')} in ${options.cwd}`,
        help: 'Let "contracts" name the files of your contracts, as in "src/**/*.contract.ts".',
        place: undefined,
      },
    ],
  };
}
