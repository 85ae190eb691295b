// Versions of contracts: which one a call is made with, and since which one its method has its present form.

import { contractMark, type MethodDescriptor, type ServiceDescriptor } from './descriptor.js';

/** What a call says of the contract that it is made with. */
export interface CallVersion {
  /** `major.minor` of the contract. */
  readonly version: string;
  /** The start of its hash. */
  readonly contract: string;
  /** The version that brought the method in the form that the call has; at most `version`. */
  readonly form: string;
}

/** The version that calls of a method are made with. */
export const versionOf = (service: ServiceDescriptor, method: MethodDescriptor): CallVersion => ({
  version: service.version,
  contract: contractMark(service),
  form: formOf(service, method),
});

/** What `@since` says, within the major version; without it, nobody knows of an older form that is the same. */
export function formOf({ version }: ServiceDescriptor, { options: { since } }: MethodDescriptor): string {
  if (since === undefined) return version;
  return majorOf(since) === majorOf(version) ? since : `${majorOf(version)}.0`;
}

export const majorOf = (version: string): number => Number(version.slice(0, version.indexOf('.')));
export const minorOf = (version: string): number => Number(version.slice(version.indexOf('.') + 1));
