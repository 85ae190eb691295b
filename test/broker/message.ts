// A message with everything that it needs.

import { randomUUID } from 'node:crypto';
import type { Message } from '#dist/src/broker/broker.js';

export function createMessage(message: Partial<Message> = {}): Message {
  return {
    id: randomUUID(),
    queue: 'q',
    body: '{"n":1}',
    priority: 3,
    maxDeliveries: 3,
    wantsResult: true,
    retainMs: 60_000,
    ...message,
  };
}
