// How rows are printed: line by line, or as a table with a column for each peer, in Markdown.

import type { Goal, Row } from './benchmark.js';

const verdict = ({ text, isMet }: Goal): string => `${text}: ${isMet ? 'met' : 'MISSED'}`;

/** A row of a benchmark that has no peers. */
export function line({ work, value, goals = [] }: Row): string {
  return [`  ${work.padEnd(46)} ${value.padStart(14)}`, ...goals.map((goal) => `goal ${verdict(goal)}`)].join(
    '   ',
  );
}

const WORK = 42;
const CELL = 20;

const cells = (first: string, ...rest: string[]): string =>
  `| ${[first.padEnd(WORK), ...rest.map((text) => text.padStart(CELL))].join(' | ')} |`;

export const tableHead = (columns: readonly string[]): string =>
  [
    cells('work', 'mq-rpc', ...columns),
    `|${'-'.repeat(WORK + 2)}|${`${'-'.repeat(CELL + 1)}:|`.repeat(columns.length + 1)}`,
  ].join('\n');

/** A row, and below it what was aimed at: in the column of the peer that it is about. */
export function tableRow(row: Row, columns: readonly string[]): string {
  const peer = (title: string): string => {
    const { value = '', ratio = Number.NaN } = row.peers?.[title] ?? {};
    return Number.isFinite(ratio) ? `${value} (${ratio.toPrecision(3)}×)` : value;
  };
  const lines = [cells(row.work, row.value, ...columns.map(peer))];
  const goals = row.goals ?? [];
  if (goals.length > 0) {
    const goalOf = (title?: string): string => {
      const goal = goals.find(({ against }) => against === title);
      return goal === undefined ? '' : verdict(goal);
    };
    lines.push(cells('  goal', goalOf(), ...columns.map(goalOf)));
  }
  return lines.join('\n');
}
