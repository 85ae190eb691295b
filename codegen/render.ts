// Renders the model: every generated file with its path and its text.

import { relative, sep } from 'node:path';
import { clientFile } from '../templates/client-file.js';
import { descriptorFile } from '../templates/descriptor-file.js';
import { indexFile } from '../templates/index-file.js';
import { printFile, type SourceFile } from '../templates/print.js';
import { serverFile } from '../templates/server-file.js';
import { subscriberFile } from '../templates/subscriber-file.js';
import type { ServiceModel } from './model.js';
import type { ServicePlan } from './plan/plan.js';
import { type ModulePaths, planService } from './plan/service-plan.js';

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
  readonly onService?: (name: string) => void;
}

/** The files of all services, and the index of them. */
export function render(services: readonly ServiceModel[], options: RenderOptions): GeneratedFile[] {
  const paths = modulePaths(options);
  const plans = services.map((service) => {
    options.onService?.(service.name);
    return planService(service, paths);
  });
  return [...plans.flatMap(serviceFiles), { name: 'index.ts', text: printFile(indexFile(plans)) }];
}

function serviceFiles(plan: ServicePlan): GeneratedFile[] {
  const file = (kind: string, source: SourceFile | undefined): GeneratedFile[] =>
    source === undefined ? [] : [{ name: `${plan.service}.${kind}.ts`, text: printFile(source) }];
  return [
    ...file('client', clientFile(plan)),
    ...file('server', serverFile(plan)),
    ...file('subscriber', subscriberFile(plan)),
    ...file('descriptor', descriptorFile(plan)),
  ];
}

function modulePaths({ outDir, extension }: RenderOptions): ModulePaths {
  const relativePath = (file: string): string => {
    const path = relative(outDir, file).split(sep).join('/');
    return path.startsWith('.') ? path : `./${path}`;
  };
  return {
    relativePath,
    importPath: (file) => withExtension(relativePath(file), extension),
    generatedPath: (name) => `./${name}${extension}`,
  };
}

/** How relative imports end in a project: as compiled, as written, or not at all. */
export type ImportExtension = '.js' | '.ts' | '';

/** The specifier of a TypeScript file. */
const withExtension = (path: string, extension: ImportExtension): string =>
  path
    .replace(/\.d(\.[cm]?ts)$/, extension === '.ts' ? '.d$1' : '$1')
    .replace(/\.([cm]?)tsx?$/, (own, kind: string) => {
      if (extension === '.ts') return own;
      return kind === '' ? extension : `.${kind}js`;
    });
