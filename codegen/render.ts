// Renders the model: every generated file with its path and its text.

import { clientFile } from '../templates/client-file.js';
import { descriptorFile } from '../templates/descriptor-file.js';
import { indexFile } from '../templates/index-file.js';
import { printFile, type SourceFile } from '../templates/print.js';
import { serverFile } from '../templates/server-file.js';
import { subscriberFile } from '../templates/subscriber-file.js';
import { typesFile } from '../templates/types-file.js';
import type { ServiceModel } from './model.js';
import { createModulePaths } from './module-paths.js';
import { contractHash } from './plan/contract-hash.js';
import { planIndex } from './plan/index-plan.js';
import type { ServicePlan } from './plan/plan.js';
import { type ModulePaths, planService } from './plan/service-plan.js';
import type { TypesPlan } from './plan/types-plan.js';
import type { ImportExtension } from './project-settings.js';
import { planSelfContained } from './self-contained.js';

/** A file to be written. */
export interface GeneratedFile {
  /** Its name within the output folder. */
  readonly name: string;
  readonly text: string;
}

export interface RenderOptions {
  /** Absolute. */
  readonly outDir: string;
  /** The extension of relative imports, as the project's tsconfig asks for. */
  readonly extension: ImportExtension;
  /** Whether clients are written that need nothing of the server. Default false. */
  readonly selfContained?: boolean;
  readonly onService?: (name: string) => void;
}

/** Renders again and again. The files of a service that is the same object as before are those of before. */
export interface Renderer {
  /** The files of all services, and the index of them. */
  render(services: readonly ServiceModel[], options: RenderOptions): GeneratedFile[];
  /** The contract hash of a service that was rendered. */
  contractHash(service: ServiceModel): string;
}

interface RenderedService {
  readonly key: string;
  readonly plan: ServicePlan;
  /** Of a self-contained client. */
  readonly types: TypesPlan | undefined;
  readonly files: readonly GeneratedFile[];
}

export function createRenderer(): Renderer {
  const known = new WeakMap<ServiceModel, RenderedService>();
  const renderService = (service: ServiceModel, options: RenderOptions): RenderedService => {
    const key = `${options.extension} ${options.selfContained === true} ${options.outDir}`;
    const last = known.get(service);
    if (last?.key === key) return last;
    options.onService?.(service.name);
    const planned = options.selfContained === true ? planSelfContained : planWithin;
    const { plan, types } = planned(service, createModulePaths(options));
    const rendered = { key, plan, types, files: serviceFiles(plan, types) };
    known.set(service, rendered);
    return rendered;
  };
  return {
    contractHash: (service) => known.get(service)?.plan.contractHash ?? contractHash(service),
    render(services, options) {
      const rendered = services.map((service) => renderService(service, options));
      const index = { name: 'index.ts', text: printFile(indexFile(planIndex(services, rendered))) };
      return [...rendered.flatMap(({ files }) => files), index];
    },
  };
}

/** Renders once. */
export const render = (services: readonly ServiceModel[], options: RenderOptions): GeneratedFile[] =>
  createRenderer().render(services, options);

/** A service that imports the types of its contract. */
const planWithin = (service: ServiceModel, paths: ModulePaths) => ({
  plan: planService(service, paths),
  types: undefined,
});

function serviceFiles(plan: ServicePlan, types: TypesPlan | undefined): GeneratedFile[] {
  const file = (kind: string, source: SourceFile | undefined): GeneratedFile[] =>
    source === undefined ? [] : [{ name: `${plan.service}.${kind}.ts`, text: printFile(source) }];
  return [
    ...file('client', clientFile(plan)),
    ...file('server', serverFile(plan)),
    ...file('subscriber', subscriberFile(plan)),
    ...file('descriptor', descriptorFile(plan)),
    ...file('types', types && typesFile(plan, types)),
  ];
}
