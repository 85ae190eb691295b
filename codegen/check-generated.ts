// Names that only generation makes clash: of files, and of what they declare.

import type { Diagnostic } from './diagnostic.js';
import type { ServiceModel } from './model.js';
import { generatedNames } from './plan/service-plan.js';

/** What is wrong with the names of generated files and declarations. */
export function checkGenerated(services: readonly ServiceModel[]): Diagnostic[] {
  const owners = new Map<string, ServiceModel>();
  return services.flatMap((service) => {
    const names = Object.values(generatedNames(service)).filter((name) => name !== undefined);
    // Two files whose names differ in case only are one file to some systems.
    const own = [service.name.toLowerCase(), ...names];
    const shared = own.flatMap((name) => owners.get(name) ?? []);
    for (const name of own) owners.set(name, service);
    const imported = importedNames(service).filter((name) => names.includes(name));
    return [
      ...(SERVICE_NAME.test(service.name) ? [] : [unusableName(service)]),
      ...[...new Set(shared)].map((other) =>
        clash(service, names[0] ?? '', `contract ${other.contractName}`),
      ),
      ...[...new Set(imported)].map((name) => clash(service, name, 'a type of the contract')),
    ];
  });
}

/** Service names are parts of file names, on every system. */
const SERVICE_NAME = /^[a-z\d](?:[\w-]|\.(?=[\w-]))*$/i;

const importedNames = ({ methods }: ServiceModel): string[] =>
  methods.flatMap(({ parameters, result, throws }) => [
    ...[...parameters, ...(result === undefined ? [] : [result])].flatMap(({ text }) =>
      text.imports.map(({ name }) => name),
    ),
    ...throws.map(({ name }) => name),
  ]);

const unusableName = (service: ServiceModel): Diagnostic => ({
  code: 'MQ3002',
  message: `${JSON.stringify(service.name)} cannot name files`,
  help: 'Use letters, digits and hyphens, as in order-intake.',
  place: service.place,
});

const clash = (service: ServiceModel, name: string, other: string): Diagnostic => ({
  code: 'MQ3001',
  message: `what is generated for contract ${service.contractName}, as ${name}, has the name of ${other}`,
  help: 'Rename one of them.',
  place: service.place,
});
