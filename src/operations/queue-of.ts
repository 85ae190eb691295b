// Which queue somebody means: that of a client, of a generated descriptor, or one by its name.

import type { Caller } from '../client/caller.js';
import { type ServiceClient, serviceOf } from '../client/service-client.js';
import type { ServiceDescriptor } from '../contract/descriptor.js';

/** A client, a generated descriptor, or the name of a queue without the connection's namespace. */
export type QueueOf = ServiceClient | ServiceDescriptor | string;

export interface NamedQueue {
  /** As the broker knows it. */
  readonly queue: string;
  /** Without the namespace. */
  readonly name: string;
  /** The service whose calls it has, where that is known. */
  readonly service: ServiceDescriptor | undefined;
}

/** The queue that is meant. `where` says in a `TypeError` who wanted it. */
export function queueOf(of: QueueOf, caller: Caller, where: string): NamedQueue {
  const service = typeof of === 'string' ? undefined : serviceIn(of, where);
  const name = typeof of === 'string' ? of : service?.queue;
  if (name === undefined || name === '') throw notAQueue(of, where);
  return { queue: caller.queueNamed(name), name, service };
}

/** The service of a client, or the one that a descriptor describes. */
function serviceIn(of: unknown, where: string): ServiceDescriptor {
  const service = serviceOf(of) ?? (isDescriptor(of) ? of : undefined);
  if (service === undefined) throw notAQueue(of, where);
  return service;
}

export const isDescriptor = (of: unknown): of is ServiceDescriptor =>
  typeof of === 'object' && of !== null && 'methods' in of && 'contractHash' in of && 'queue' in of;

function notAQueue(of: unknown, where: string): TypeError {
  const got = typeof of === 'string' ? JSON.stringify(of) : of === null ? 'null' : typeof of;
  return new TypeError(
    `${where}: expected a client, a generated descriptor or the name of a queue, got ${got}`,
  );
}
