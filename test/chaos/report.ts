// What a phase has shown, for people.

import type { Finding } from './checker.js';
import type { PhaseReport } from './phase.js';
import type { Recovery } from './recovery.js';

/** How many findings of one rule are shown. */
const EXAMPLES = 5;

export function isWell({ wrong, troubles, recoveries }: PhaseReport): boolean {
  return (
    wrong.length === 0 &&
    troubles.length === 0 &&
    recoveries.every(({ isAtFullRate }) => isAtFullRate !== false)
  );
}

export function describeReport(report: PhaseReport): string {
  const { phase, seed, seconds, counts, wrong, excused, troubles, recoveries, faults } = report;
  const lines = [
    `${phase}, seed ${seed}: ${isWell(report) ? 'all is well' : 'NOT WELL'} after ${seconds.toFixed(0)} s`,
    ...Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `  ${String(count).padStart(9)}  ${name}`),
    ...recoveries.map(describeRecovery),
    ...faults
      .filter(({ lost }) => lost > 0)
      .map(({ name, lost }) => `  ${name}: ${lost} accepted calls lost`),
    ...troubles.map((trouble) => `  TROUBLE: ${trouble}`),
    ...describeFindings('WRONG', wrong),
    ...describeFindings('undone by failovers', excused),
  ];
  return lines.join('\n');
}

function describeRecovery({ worker, before, after, recoveredMs, doneSince }: Recovery): string {
  if (after === undefined) return `  ${worker}: ${doneSince} calls since the last fault`;
  const again =
    recoveredMs === undefined
      ? 'never at full rate again'
      : `at full rate ${recoveredMs} ms after the last fault`;
  return `  ${worker}: ${before.toFixed(0)} calls/s before the first fault, ${after.toFixed(0)} in the end, ${again}`;
}

function describeFindings(title: string, findings: readonly Finding[]): string[] {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.flatMap((rule) => {
    const own = findings.filter((finding) => finding.rule === rule);
    const examples = own.slice(0, EXAMPLES).map(({ key, detail }) => `    ${key}: ${detail}`);
    return [`  ${title}: ${own.length} × ${rule}`, ...examples];
  });
}
