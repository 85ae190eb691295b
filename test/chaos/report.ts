// What a phase has shown, for people.

import type { Finding } from './checker.js';
import type { PhaseReport } from './phase.js';

/** How many findings of one rule are shown. */
const EXAMPLES = 5;

export function isWell({ wrong, troubles, recoveries }: PhaseReport): boolean {
  return wrong.length === 0 && troubles.length === 0 && recoveries.every(({ isAtFullRate }) => isAtFullRate);
}

export function describeReport(report: PhaseReport): string {
  const { phase, seed, seconds, counts, wrong, excused, troubles, recoveries } = report;
  const lines = [
    `${phase}, seed ${seed}: ${isWell(report) ? 'all is well' : 'NOT WELL'} after ${seconds.toFixed(0)} s`,
    ...Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `  ${String(count).padStart(9)}  ${name}`),
    ...recoveries.map(
      ({ worker, before, after, recoveredMs }) =>
        `  ${worker}: ${before.toFixed(0)} calls/s before the first fault, ${after.toFixed(0)} after the last one, ` +
        (recoveredMs === undefined ? 'never at full rate again' : `at full rate after ${recoveredMs} ms`),
    ),
    ...troubles.map((trouble) => `  TROUBLE: ${trouble}`),
    ...describeFindings('WRONG', wrong),
    ...describeFindings('undone by failovers', excused),
  ];
  return lines.join('\n');
}

function describeFindings(title: string, findings: readonly Finding[]): string[] {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.flatMap((rule) => {
    const own = findings.filter((finding) => finding.rule === rule);
    const examples = own.slice(0, EXAMPLES).map(({ key, detail }) => `    ${key}: ${detail}`);
    return [`  ${title}: ${own.length} × ${rule}`, ...examples];
  });
}
