// The documents that a configuration asks for, with their paths and texts.

import { dirname, join, relative, sep } from 'node:path';
import { referenceFile } from '../../templates/reference-file.js';
import type { ServiceModel } from '../model.js';
import type { OutputPlaces } from '../output-places.js';
import type { WantedFile } from '../write-files.js';
import { asyncApiFile } from './async-api.js';
import { jsonSchemaFile } from './json-schema.js';
import { planReference } from './reference-plan.js';

/** The documents about the services, which are in their order. */
export function renderOutputs(services: readonly ServiceModel[], places: OutputPlaces): WantedFile[] {
  const { jsonSchema, asyncApi, markdown } = places;
  return [
    ...(jsonSchema === undefined ? [] : services.map((service) => schemaFile(service, jsonSchema))),
    ...(asyncApi === undefined ? [] : [documentFile(asyncApi, services, asyncApiFile)]),
    ...(markdown === undefined ? [] : [documentFile(markdown, services, markdownFile)]),
  ];
}

const schemaFile = (service: ServiceModel, folder: string): WantedFile => ({
  path: join(folder, `${service.name}.schema.json`),
  text: jsonSchemaFile(service, contractPath(service, folder)),
});

/** The contract as a document in the folder sees it, on every system the same. */
const contractPath = ({ place }: ServiceModel, folder: string): string =>
  relative(folder, place.file).split(sep).join('/');

const markdownFile = (services: readonly ServiceModel[], pathOf: (service: ServiceModel) => string): string =>
  referenceFile(planReference(services, pathOf));

/** A document about all services. */
const documentFile = (
  path: string,
  services: readonly ServiceModel[],
  textOf: (services: readonly ServiceModel[], pathOf: (service: ServiceModel) => string) => string,
): WantedFile => ({ path, text: textOf(services, (service) => contractPath(service, dirname(path))) });
