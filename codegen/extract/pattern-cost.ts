// Refuses patterns for which hostile texts exist, that take catastrophically long to match.

import { judgePattern } from '../patterns/judge.js';
import type { AnnotationUse } from './annotations.js';
import type { Context } from './context.js';

/** Reports a `@pattern` that is slow, or that nobody can tell to be quick. */
export function checkPatternCost({ report }: Pick<Context, 'report'>, { value, place }: AnnotationUse): void {
  const verdict = judgePattern(String(value));
  if (verdict.kind === 'safe') return;
  const isSlow = verdict.kind === 'slow';
  const what = isSlow ? 'can take catastrophically long' : 'cannot be shown to be quick';
  const help = isSlow
    ? 'Let each text match in one way only, as ^a+$ does and ^(a+)+$ does not, and check further rules in the handler.'
    : 'Write it in another way, and check further rules in the handler.';
  report('MQ1007', place, `@pattern ${what}: ${verdict.why}`, help);
}
