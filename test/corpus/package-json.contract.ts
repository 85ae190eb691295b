// Manifests of packages, by the types of type-fest.

import type { PackageJson } from 'type-fest';

/** @service corpus.package-json */
export interface PackageJsonEcho {
  echo(value: PackageJson): Promise<PackageJson>;
}
