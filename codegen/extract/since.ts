// Checks `@since`: no method is newer than its contract.

import type { ServiceModel } from '../model.js';
import type { Context } from './context.js';
import type { AnnotatedMethod } from './in-effect.js';

/** Reports a version that the contract has not reached yet. */
export function checkSince(
  context: Context,
  { own, model }: AnnotatedMethod,
  { major, minor }: ServiceModel['version'],
): void {
  const use = own.get('since');
  if (use === undefined) return;
  const [ofMajor = 0, ofMinor = 0] = String(use.value).split('.').map(Number);
  if (ofMajor < major || (ofMajor === major && ofMinor <= minor)) return;
  const why = `${model.name} would be newer than its contract`;
  const message = `@since ${String(use.value)} contradicts the version ${major}.${minor} of the contract: ${why}`;
  context.report('MQ1003', use.place, message, 'Raise @version, or correct @since.');
}
