// The published types of GitHub's webhook events: 8,600 lines that nobody wrote for this generator.

import { expect, test } from 'vitest';
import type { ServiceModel } from '#dist/codegen/model.js';
import { contractProject } from './contract-project.js';

const CONTRACT = `import type { WebhookEventMap } from '@octokit/webhooks-types';
/** @service github */
export interface Webhooks {
  receive(delivery: { [E in keyof WebhookEventMap]: { id: string; event: E; payload: WebhookEventMap[E] } }[keyof WebhookEventMap]): Promise<{ summary: string }>;
}`;

const OTHER = `import type { WorkflowRunEvent, PullRequestEvent, Schema } from '@octokit/webhooks-types';
/** @service another */
export interface Another { first(a: WorkflowRunEvent | PullRequestEvent, b: Schema): Promise<void> }`;

const inPlain = (service: ServiceModel | undefined) =>
  JSON.stringify(service, (_key, value) => (value instanceof Map ? [...value] : value));

test('they become models without a diagnostic, with the names of the package', () => {
  using project = contractProject({ 'github.contract.ts': CONTRACT });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  const names = [...(services[0]?.types.keys() ?? [])];
  expect(names.slice(0, 3)).toEqual([
    'WebhooksReceiveDeliveryBranchProtectionConfiguration',
    'WebhooksReceiveDeliveryBranchProtectionRule',
    'WebhooksReceiveDeliveryCheckRun',
  ]);
  expect(names).toEqual(
    expect.arrayContaining(['CheckRunCompletedEvent', 'Repository', 'User', 'IssuesClosedEventIssue']),
  );
  expect(names.every((name) => /^[A-Z][A-Za-z0-9_]*$/.test(name))).toBe(true);
});

test('the model is the same to the byte, whatever else is read before it', () => {
  using alone = contractProject({ 'github.contract.ts': CONTRACT });
  using together = contractProject({ 'a.contract.ts': OTHER, 'github.contract.ts': CONTRACT });
  const [expected] = alone.read().services;
  const [, github] = together.read().services;
  expect(inPlain(github)?.replaceAll(together.cwd, '')).toBe(inPlain(expected)?.replaceAll(alone.cwd, ''));
});
