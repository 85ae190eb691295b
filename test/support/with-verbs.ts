// A broker of which a part goes wrong.

import type { Broker } from '#dist/src/broker/broker.js';

/** The broker with some verbs replaced. */
export const withVerbs = (broker: Broker, verbs: Partial<Broker>): Broker =>
  new Proxy(broker, {
    get: (target, name) => {
      const member: unknown = Reflect.get(verbs, name) ?? Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
