// The contract: GitHub's webhook deliveries in their full published types, digested and archived.

import type { WebhookEventMap } from '@octokit/webhooks-types';

/** A delivery as GitHub documents it: the event decides what the payload is. */
export type Delivery = {
  [Event in keyof WebhookEventMap]: { id: string; event: Event; payload: WebhookEventMap[Event] };
}[keyof WebhookEventMap];

/** A delivery that does not agree with the published types. */
export interface UntypedDelivery {
  id: string;
  event: string;
  /** @opaque */
  payload: unknown;
  /** Where it does not agree, as in `delivery.payload.sender.id`, and why. */
  path: string;
  reason: string;
}

/** What is worth knowing of a delivery. */
export interface Digest {
  id: string;
  event: string;
  action?: string;
  /** `owner/name` */
  repository: string | null;
  sender: { login: string; isBot: boolean } | null;
  /** One line for people. */
  summary: string;
  /** How many there are of what the payload lists, such as commits. */
  counts: Record<string, number>;
  /** When it happened, as far as the payload says so. */
  happenedAt?: Date;
  /** Whether the payload agreed with the published types. */
  isTyped: boolean;
}

/** A line of the archive. */
export interface ArchiveEntry {
  id: string;
  event: string;
  receivedAt: Date;
  bytes: number;
}

/** Digests GitHub's webhook deliveries.
 *  @service webhooks
 *  @version 1.0 */
export interface Webhooks {
  /** Digests a delivery. The payload is checked against the published types, member by member. */
  digest(delivery: Delivery): Promise<Digest>;

  /** Digests what the published types refuse, as well as it can. */
  digestUntyped(delivery: UntypedDelivery): Promise<Digest>;

  /** Notes that a delivery came in. Nobody waits for it.
   *  @oneway */
  archive(entry: ArchiveEntry): void;
}
