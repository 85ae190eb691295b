// Groups of subscribers: who they are and what they want.

import type { Group } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';

const LIST = 'SELECT name, events FROM subscriber_group WHERE queue = ? ORDER BY name';
const JOIN = `
INSERT INTO subscriber_group (queue, name, events) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET events = excluded.events`;
const LEAVE = 'DELETE FROM subscriber_group WHERE queue = ? AND name = ?';

export interface Groups {
  list(queue: string): Group[];
  join(queue: string, group: Group): void;
  leave(queue: string, name: string): boolean;
}

export function createGroups(db: SqlDatabase): Groups {
  const list = db.prepare<{ name: string; events: string }>(LIST);
  const join = db.prepare(JOIN);
  const leave = db.prepare(LEAVE);
  return {
    list: (queue) =>
      list.all(queue).map(({ name, events }) => ({ name, events: JSON.parse(events) as string[] })),
    join(queue, { name, events }) {
      join.run(queue, name, JSON.stringify(events));
    },
    leave: (queue, name) => leave.run(queue, name) > 0,
  };
}
