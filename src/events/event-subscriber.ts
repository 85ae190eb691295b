// The base of generated subscriber skeletons, and the handlers of events.

import type { ServiceDescriptor } from '../contract/descriptor.js';
import { checkGenerated } from '../contract/stale-code.js';
import { type Handlers, type Implementation, servedMethods } from '../server/service-server.js';

/** Base of every generated subscriber: extend the generated class and let the compiler name what is missing. */
// biome-ignore lint/complexity/noStaticOnlyClass: what a contract names are instance members of the generated class
export abstract class EventSubscriber {
  /** Set by the generated class. Static, so that it takes no name from contracts. */
  static readonly descriptor: ServiceDescriptor;
}

/** One function for each event that a group wants; each gets the arguments of the event and, last, its context. */
export type EventHandlers<Contract, Events extends string> = Partial<
  Handlers<Pick<Contract, Events & keyof Contract>>
>;

export const NO_SUBSCRIBER =
  'subscribe: expected an instance of a generated …Subscriber class, or a generated descriptor and an object of handlers';

/** Names of the events of a service that has some, and code that can be called. */
function eventsOf(service: ServiceDescriptor): string[] {
  checkGenerated(service);
  const events = Object.keys(service.methods).filter((name) => service.methods[name]?.options.event === true);
  if (events.length > 0) return events;
  throw new TypeError(`subscribe: ${service.service} has no events: mark one-way methods of it with @event`);
}

/** The handlers in an instance of a skeleton. Throws a `TypeError` that names what is missing. */
export function subscriberOf(subscriber: EventSubscriber): Implementation {
  const { descriptor } = subscriber.constructor as typeof EventSubscriber;
  if (descriptor === undefined) throw new TypeError(NO_SUBSCRIBER);
  const events = eventsOf(descriptor);
  const member = (name: string): unknown => (subscriber as unknown as Record<string, unknown>)[name];
  const missing = events.filter((name) => typeof member(name) !== 'function');
  if (missing.length > 0) {
    throw new TypeError(`subscribe: ${descriptor.service} has no handler for ${missing.join(', ')}`);
  }
  return { service: descriptor, methods: servedMethods(descriptor, subscriber, events) };
}

/** The handlers in an object of functions. Throws a `TypeError` that names what is no event. */
export function createSubscriber(service: ServiceDescriptor, from: object | undefined): Implementation {
  if (typeof from !== 'object' || from === null) throw new TypeError(NO_SUBSCRIBER);
  const events = eventsOf(service);
  const names = Object.keys(from).filter((name) => (from as Record<string, unknown>)[name] !== undefined);
  const others = names.filter((name) => !events.includes(name));
  if (others.length > 0) {
    const there = `${service.service} has no such event; there are ${events.join(', ')}`;
    throw new TypeError(`subscribe: ${others.join(', ')}: ${there}`);
  }
  if (names.length === 0)
    throw new TypeError(`subscribe: expected handlers for some of ${events.join(', ')}`);
  const odd = names.find((name) => typeof (from as Record<string, unknown>)[name] !== 'function');
  if (odd !== undefined) throw new TypeError(`subscribe: expected a function as the handler of ${odd}`);
  return { service, methods: servedMethods(service, from, names) };
}
