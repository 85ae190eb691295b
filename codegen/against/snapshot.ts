// Contracts in one file, to compare later ones with where there is no repository.

import { createHash } from 'node:crypto';
import type { NamedType, ServiceModel, TypeText } from '../model.js';
import { AgainstError } from './against-error.js';

/** Changes whenever a file of the former format would be misunderstood. */
const FORMAT = 1;

interface SnapshotJson {
  readonly format: typeof FORMAT;
  /** Of the text of `services`: an edited file is none. */
  readonly digest: string;
  readonly services: readonly StoredService[];
}

type StoredService = Omit<ServiceModel, 'types'> & { readonly types: readonly NamedType[] };

/** The file's text. Comments are not in it, and places are relative to `cwd`: it is the same on every machine. */
export function snapshotText(
  services: readonly ServiceModel[],
  relativeTo: (file: string) => string,
): string {
  const stored = [...services].sort((a, b) => (a.name < b.name ? -1 : 1)).map(stripped(relativeTo));
  const document: SnapshotJson = { format: FORMAT, digest: digestOf(stored), services: stored };
  return `${JSON.stringify(document, null, 1)}\n`;
}

const digestOf = (services: readonly StoredService[]): string =>
  createHash('sha256').update(JSON.stringify(services)).digest('hex');

const stripped =
  (relativeTo: (file: string) => string) =>
  ({ types, ...service }: ServiceModel): StoredService => ({
    ...service,
    doc: undefined,
    place: { ...service.place, file: relativeTo(service.place.file) },
    methods: service.methods.map((method) => ({
      ...method,
      doc: undefined,
      place: { ...method.place, file: relativeTo(method.place.file) },
      parameters: method.parameters.map((parameter) => ({ ...parameter, text: named(parameter.text) })),
      result: method.result && { ...method.result, text: named(method.result.text) },
      throws: method.throws.map((error) => ({ ...error, from: NOWHERE })),
    })),
    types: [...types.values()].map(({ docs: _, ...named }) => named),
  });

/** Where a name comes from says nothing on another machine. */
const NOWHERE = { module: '' };

const named = ({ source, imports }: TypeText): TypeText => ({
  source,
  imports: imports.map(({ name }) => ({ name, from: NOWHERE })),
});

/** The contracts of a file. Throws an {@link AgainstError} if it is no such file, or was written by another version. */
export function readSnapshot(text: string, file: string): ServiceModel[] {
  const document = parse(text);
  if (!isSnapshot(document)) {
    const why =
      document?.format === undefined
        ? 'is no snapshot of contracts'
        : 'was changed, or written by another version';
    throw new AgainstError(
      `${file} ${why}`,
      'Write one where the old contracts are: mq-rpc breaking --save <file>',
    );
  }
  return document.services.map(
    ({ types, ...service }): ServiceModel => ({
      ...service,
      doc: undefined,
      types: new Map(types.map((named) => [named.name, named])),
    }),
  );
}

const isSnapshot = (document: Partial<SnapshotJson> | undefined): document is SnapshotJson =>
  document?.format === FORMAT &&
  Array.isArray(document.services) &&
  document.digest === digestOf(document.services);

function parse(text: string): Partial<SnapshotJson> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
