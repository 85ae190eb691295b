// The input: payloads that GitHub really sent, recorded in the package @octokit/webhooks-examples.

import { createRequire } from 'node:module';

/** A delivery as it comes in over HTTP: nobody has looked at its payload yet. */
export interface RecordedDelivery {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
}

interface Examples {
  readonly name: string;
  readonly examples: readonly unknown[];
}

/** All recorded deliveries, in the order of the package, with ids such as `push-3`. */
export function recordedDeliveries(): RecordedDelivery[] {
  const events: readonly Examples[] = createRequire(import.meta.url)('@octokit/webhooks-examples');
  return events.flatMap(({ name, examples }) =>
    examples.map((payload, index) => ({ id: `${name}-${index + 1}`, event: name, payload })),
  );
}
