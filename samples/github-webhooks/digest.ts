// What the processor does with a delivery: plain functions, which the collector calls too, to compare.

import type { Delivery, Digest, UntypedDelivery } from './webhooks.contract.js';

/** Digests a delivery whose payload has its published type: the event says which members there are. */
export function digest(delivery: Delivery): Digest {
  return { ...commonDigest(delivery.id, delivery.event, delivery.payload, true), ...ownDigest(delivery) };
}

/** Digests what the published types refuse, as well as it can. */
export function digestUntyped({ id, event, payload, path, reason }: UntypedDelivery): Digest {
  return {
    ...commonDigest(id, event, payload, false),
    summary: `${event}, not as published at ${path}: ${reason}`,
  };
}

/** What only some events have to say. */
function ownDigest(delivery: Delivery): Pick<Digest, 'summary'> & Partial<Digest> {
  switch (delivery.event) {
    case 'push': {
      const { ref, commits, head_commit: head } = delivery.payload;
      return {
        summary: `${commits.length} commits to ${ref}`,
        ...(head !== null && { happenedAt: new Date(head.timestamp) }),
      };
    }
    case 'issues':
      return {
        summary: `issue ${delivery.payload.action}: ${delivery.payload.issue.title}`,
        happenedAt: new Date(delivery.payload.issue.updated_at),
      };
    case 'pull_request':
      return {
        summary: `pull request ${delivery.payload.action}: ${delivery.payload.pull_request.title}`,
        happenedAt: new Date(delivery.payload.pull_request.updated_at),
      };
    case 'release':
      return { summary: `release ${delivery.payload.action}: ${delivery.payload.release.tag_name}` };
    default:
      return {
        summary:
          'action' in delivery.payload ? `${delivery.event} ${delivery.payload.action}` : delivery.event,
      };
  }
}

/** What all events have in common, if they have it. */
function commonDigest(id: string, event: string, payload: unknown, isTyped: boolean): Digest {
  const members = asRecord(payload) ?? {};
  const { action } = members;
  const { full_name: repository } = asRecord(members.repository) ?? {};
  const { login, type } = asRecord(members.sender) ?? {};
  return {
    id,
    event,
    ...(typeof action === 'string' && { action }),
    repository: typeof repository === 'string' ? repository : null,
    sender: typeof login === 'string' ? { login, isBot: type === 'Bot' } : null,
    summary: event,
    counts: countLists(members),
    isTyped,
  };
}

const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;

const countLists = (members: Record<string, unknown>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (Array.isArray(value) ? [[name, value.length]] : [])),
  );
