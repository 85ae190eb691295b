// Names of the queues that events go through: one per service, from which they are passed on to one per group.

/** Where the events of a service are published. */
export const eventQueue = (serviceQueue: string): string => `${serviceQueue}/events`;

/** Where the events wait that a group of subscribers wants. */
export const groupQueue = (serviceQueue: string, group: string): string =>
  `${eventQueue(serviceQueue)}/${group}`;

/** The name itself, if a group can have it. Throws a `TypeError` otherwise. */
export function checkGroup(group: unknown): string {
  if (typeof group === 'string' && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(group)) return group;
  throw new TypeError(
    `group: expected up to 64 lower-case letters, digits, "-" or "_", got ${JSON.stringify(group) ?? typeof group}`,
  );
}
