// The recorded payloads of GitHub's webhooks, and copies of them with one thing changed.

import { createRequire } from 'node:module';

export interface WebhookPayload {
  readonly event: string;
  readonly payload: object;
  /** What was changed in the recorded payload. */
  readonly change?: string;
}

interface Definition {
  readonly name: string;
  readonly examples: readonly object[];
}

/** The examples of `@octokit/webhooks-examples`, which is named by the event that each definition is about. */
export const recordedPayloads: readonly WebhookPayload[] = (
  createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Definition[]
).flatMap(({ name, examples }) => examples.map((payload) => ({ event: name, payload })));

/**
 * Copies of payloads, each with a member or an item removed, renamed, or replaced by something else: by what
 * another place of the payload holds, or by one of a few values. The same seed makes the same copies.
 */
export function changedPayloads(payloads: readonly WebhookPayload[], seed: number): WebhookPayload[] {
  const random = createRandom(seed);
  return payloads.map(({ event, payload }) => {
    const copy = structuredClone(payload);
    const places = placesIn(copy);
    const pick = (): Place => places[random(places.length)] as Place;
    // Half of the changes go where GitHub's types are optional throughout.
    const changes = places.filter(({ path }) => path.startsWith('.changes.'));
    const place = changes.length > 0 && random(2) === 0 ? changes[random(changes.length)] : pick();
    return { event, payload: copy, change: applyChange(place as Place, pick(), random) };
  });
}

interface Place {
  readonly container: Record<string, unknown>;
  readonly key: string;
  readonly path: string;
}

function placesIn(value: unknown, path = ''): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const container = value as Record<string, unknown>;
  return Object.keys(container).flatMap((key) => [
    { container, key, path: `${path}.${key}` },
    ...placesIn(container[key], `${path}.${key}`),
  ]);
}

const OTHER_VALUES = [null, 0, 1.5, 'x', '', true, false, {}, [], [1], ['x'], { x: 1 }];

function applyChange(
  { container, key, path }: Place,
  other: Place,
  random: (below: number) => number,
): string {
  const kind = Array.isArray(container) ? 2 + random(2) : random(4);
  const value = container[key];
  if (kind <= 1) delete container[key];
  if (kind === 0) return `${path} removed`;
  if (kind === 1) container[`${key}_`] = value;
  if (kind === 1) return `${path} renamed`;
  container[key] = structuredClone(
    kind === 2 ? other.container[other.key] : OTHER_VALUES[random(OTHER_VALUES.length)],
  );
  return `${path} replaced by ${JSON.stringify(container[key]).slice(0, 80)}`;
}

/** A linear congruential generator: the figures are those of the C standard's example. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}
