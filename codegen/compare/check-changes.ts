// Differences of what values have to meet.

import { type CheckModel, isForeignCheck } from '../model.js';
import type { Difference } from './change.js';
import { isImplied } from './checks.js';
import type { Unchecked } from './side.js';

export function checkChanges(before: Unchecked, after: Unchecked, path: string): Difference[] {
  const tightened = after.checks.filter((check) => !isImplied(check, before.checks));
  const loosened = before.checks.filter((check) => !isImplied(check, after.checks));
  const isCode = (checks: readonly CheckModel[]): boolean => checks.some(isForeignCheck);
  if (tightened.length + loosened.length === 0) return [];
  const rule = isCode([...tightened, ...loosened])
    ? 'checks-recoded'
    : tightened.length > 0
      ? 'checks-tightened'
      : 'checks-loosened';
  return [
    {
      rule,
      path,
      message: `${path} has to meet ${wordsFor(after.checks)} instead of ${wordsFor(before.checks)}`,
      isOldRead: tightened.length === 0,
      isNewRead: loosened.length === 0,
      // The compiler knows nothing of checks.
      isWritten: true,
      isLookedAt: true,
    },
  ];
}

const wordsFor = (checks: readonly CheckModel[]): string =>
  checks.length === 0 ? 'nothing' : checks.map(wordFor).join(', ');

function wordFor(check: CheckModel): string {
  switch (check.kind) {
    case 'class':
      return `the class ${check.class.name}`;
    case 'schema':
      return `the schema ${check.schema.name}`;
    case 'uniqueItems':
      return '@uniqueItems';
    default:
      return `@${check.kind} ${check.value}`;
  }
}
