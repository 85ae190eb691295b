// The corpora. Where their data comes from: data/README.md

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'acorn';
import { type Corpus, type Datum, filesBelow, here, jsonBelow, packageFolder, readJson } from './corpus.js';
import * as generated from './generated/index.js';

const geojson: Corpus = {
  name: 'geojson',
  contract: 'GeoJsonEcho',
  descriptor: generated.geoJsonEchoDescriptor,
  Client: generated.GeoJsonEchoClient,
  data: jsonBelow(join(packageFolder('@mapbox/geojson-fixtures'), 'data'), 'echo', /\.geojson$/),
};

const openapi: Corpus = {
  name: 'openapi',
  contract: 'OpenApiEcho',
  descriptor: generated.openApiEchoDescriptor,
  Client: generated.OpenApiEchoClient,
  data: ['2.0', '3.0', '3.1'].flatMap((version) =>
    jsonBelow(
      join(packageFolder('@readme/oas-examples'), version, 'json'),
      `v${version.replace('.', '')}`,
    ).map((datum) => ({ ...datum, name: `${version}/${datum.name}` })),
  ),
};

const awsLambda: Corpus = {
  name: 'aws-lambda',
  contract: 'LambdaEcho',
  descriptor: generated.lambdaEchoDescriptor,
  Client: generated.LambdaEchoClient,
  data: jsonBelow(join(here, 'data/aws-lambda'), 'echo').map((datum) => ({
    ...datum,
    value: { source: basename(datum.name, '.json'), event: datum.value },
  })),
};

const kubernetes: Corpus = {
  name: 'kubernetes',
  contract: 'KubernetesEcho',
  descriptor: generated.kubernetesEchoDescriptor,
  Client: generated.KubernetesEchoClient,
  data: jsonBelow(join(here, 'data/kubernetes'), 'echo'),
};

const estree: Corpus = {
  name: 'estree',
  contract: 'EstreeEcho',
  descriptor: generated.estreeEchoDescriptor,
  Client: generated.EstreeEchoClient,
  data: ['cluster-key-slot/lib', 'commander', 'jiti/lib', 'uuid/dist'].flatMap((name) => {
    const folder = packageFolder(name);
    return filesBelow(folder, /\.[cm]?js$/).map((file) => treeOf(`${name}/${file}`, join(folder, file)));
  }),
};

/** The tree of a source file, as a program that sends it writes it: see estree.contract.ts. */
function treeOf(name: string, file: string): Datum {
  const source = readFileSync(file, 'utf8');
  const sourceType = /\brequire\(/.test(source) ? 'script' : 'module';
  const tree = parse(source, { ecmaVersion: 'latest', sourceType, allowHashBang: true });
  const json = JSON.stringify(tree, (key, value: unknown) => {
    // Acorn's own places of nodes.
    if (key === 'start' || key === 'end') return undefined;
    return typeof value === 'bigint' || value instanceof RegExp ? null : value;
  });
  return { name, method: 'echo', value: JSON.parse(json) };
}

const packageJson: Corpus = {
  name: 'package-json',
  contract: 'PackageJsonEcho',
  descriptor: generated.packageJsonEchoDescriptor,
  Client: generated.PackageJsonEchoClient,
  data: installedManifests(),
};

/** The manifests of what is installed on every platform. */
function installedManifests(): Datum[] {
  const root = join(here, '../..');
  const { packages } = readJson(join(root, 'package-lock.json')) as Lockfile;
  return Object.entries(packages)
    .filter(([path, { optional, devOptional, peer }]) => path !== '' && !optional && !devOptional && !peer)
    .map(([path]) => ({
      name: path.replace(/^node_modules\//, ''),
      method: 'echo',
      value: readJson(join(root, path, 'package.json')),
    }));
}

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly optional?: true; readonly devOptional?: true; readonly peer?: true }>
  >;
}

export const corpora: readonly Corpus[] = [geojson, openapi, awsLambda, kubernetes, estree, packageJson];
