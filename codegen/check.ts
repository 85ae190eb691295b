// What can only be checked when all services are known.

import type { DiagnosticCollector } from './diagnostic.js';
import type { ServiceModel } from './model.js';

export function checkServices(services: readonly ServiceModel[], diagnostics: DiagnosticCollector): void {
  const byName = new Map<string, ServiceModel>();
  for (const service of services) {
    const first = byName.get(service.name);
    if (first === undefined) byName.set(service.name, service);
    else {
      diagnostics.add({
        code: 'MQ3001',
        message: `two services are called ${service.name}; the other is ${first.contractName} in ${first.place.file}`,
        help: 'Give one of them another name.',
        place: service.place,
      });
    }
  }
}
