// GitHub's real webhook payloads: the generated validator accepts exactly those that tsc accepts.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { webhooksDescriptor } from '../../samples/github-webhooks/generated/index.js';
import { type CompilerVersion, compile } from '../support/compilers.js';
import { tempFolder } from '../support/temp-folder.js';
import { changedPayloads, recordedPayloads, type WebhookPayload } from './webhook-payloads.js';

const PREAMBLE = `import type { WebhookEventMap } from '@octokit/webhooks-types';
declare function accept<E extends keyof WebhookEventMap>(): <const T extends WebhookEventMap[E]>(payload: T) => void;`;

/** Whether tsc accepts each payload, written as a literal: one call per line. */
function compilerAccepts(version: CompilerVersion, payloads: readonly WebhookPayload[]): boolean[] {
  const file = join(tempFolder(), 'payloads.ts');
  const calls = payloads.map(
    ({ event, payload }) => `accept<${JSON.stringify(event)}>()(${JSON.stringify(payload)});`,
  );
  writeFileSync(file, [PREAMBLE, ...calls].join('\n'));
  const refused = new Set(compile(version, [file], OPTIONS).map(({ line }) => line));
  const first = PREAMBLE.split('\n').length + 1;
  return payloads.map((_, index) => !refused.has(first + index));
}

const TYPES = createRequire(import.meta.url).resolve('@octokit/webhooks-types/package.json');

const OPTIONS = {
  strict: true,
  skipLibCheck: true,
  module: 'nodenext',
  target: 'es2022',
  types: [],
  paths: { '@octokit/webhooks-types': [join(dirname(TYPES), 'schema.d.ts')] },
};

const { digest } = webhooksDescriptor.methods;

function refusalOf({ event, payload }: WebhookPayload): string | undefined {
  try {
    digest?.encodeArguments([{ id: 'delivery', event, payload }]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Payloads on which the validator and the compiler disagree, with what the validator says. */
const disagreements = (version: CompilerVersion, payloads: readonly WebhookPayload[]): unknown[] => {
  const accepted = compilerAccepts(version, payloads);
  return payloads.flatMap((payload, index) => {
    const refusal = refusalOf(payload);
    if ((refusal === undefined) === accepted[index]) return [];
    return [{ event: payload.event, change: payload.change, refusal: refusal ?? 'none' }];
  });
};

test.each(['5.9', '7.0'] as const)('all recorded payloads, with TypeScript %s', (version) => {
  expect(recordedPayloads).toHaveLength(329);
  expect(disagreements(version, recordedPayloads)).toEqual([]);
});

test('payloads with one thing changed', () => {
  const accepted = recordedPayloads.filter((payload) => refusalOf(payload) === undefined);
  const changed = [1, 2, 3].flatMap((seed) => changedPayloads(accepted, seed));
  expect(disagreements('7.0', changed)).toEqual([]);
});

test('what is accepted survives encoding, JSON and decoding as it is', () => {
  for (const payload of recordedPayloads.filter((each) => refusalOf(each) === undefined)) {
    const encoded = digest?.encodeArguments([{ id: 'delivery', ...payload }]);
    const decoded = digest?.decodeArguments(JSON.parse(JSON.stringify(encoded)));
    expect(decoded).toEqual(encoded);
  }
});

test('a refusal says where the payload goes wrong', () => {
  const [first] = recordedPayloads.filter(({ event }) => event === 'push');
  expect(first && refusalOf(first)).toBe(
    'delivery.payload.repository.is_template: expected boolean, got undefined',
  );
  expect(refusalOf({ event: 'pushed', payload: {} })).toMatch(
    /^delivery\.event: expected "branch_protection_configuration" \| .* \| … 61 more, got string$/,
  );
});
