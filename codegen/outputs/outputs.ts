// The documents that a configuration asks for, with their paths and texts.

import { join, relative, sep } from 'node:path';
import type { ServiceModel } from '../model.js';
import type { OutputPlaces } from '../output-places.js';
import type { WantedFile } from '../write-files.js';
import { jsonSchemaFile } from './json-schema.js';

/** The documents about the services, which are in their order. */
export function renderOutputs(services: readonly ServiceModel[], { jsonSchema }: OutputPlaces): WantedFile[] {
  return jsonSchema === undefined ? [] : services.map((service) => schemaFile(service, jsonSchema));
}

const schemaFile = (service: ServiceModel, folder: string): WantedFile => ({
  path: join(folder, `${service.name}.schema.json`),
  text: jsonSchemaFile(service, contractPath(service, folder)),
});

/** The contract as a document in the folder sees it, on every system the same. */
export const contractPath = ({ place }: ServiceModel, folder: string): string =>
  relative(folder, place.file).split(sep).join('/');
