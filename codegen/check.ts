// What can only be checked when all services are known.

import { relative } from 'node:path';
import type { DiagnosticCollector } from './diagnostic.js';
import type { ServiceModel } from './model.js';

/** Reports names that several services share. */
export function checkServices(
  services: readonly ServiceModel[],
  cwd: string,
  diagnostics: DiagnosticCollector,
): void {
  // The name names the queue and the generated files, the contract's name the generated classes.
  checkUnique(services, ({ name }) => name, 'services', cwd, diagnostics);
  checkUnique(services, ({ contractName }) => contractName, 'contracts', cwd, diagnostics);
}

function checkUnique(
  services: readonly ServiceModel[],
  nameOf: (service: ServiceModel) => string,
  what: string,
  cwd: string,
  diagnostics: DiagnosticCollector,
): void {
  const firsts = new Map<string, ServiceModel>();
  for (const service of services) {
    const first = firsts.get(nameOf(service));
    if (first === undefined) {
      firsts.set(nameOf(service), service);
      continue;
    }
    const { file, line } = first.place;
    diagnostics.add({
      code: 'MQ3001',
      message: `two ${what} are called ${nameOf(service)}`,
      help: `Rename one of them; the other is ${first.contractName} in ${relative(cwd, file)}:${line}.`,
      place: service.place,
    });
  }
}
