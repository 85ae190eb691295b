// Every row of docs/evolution.md as two contracts: one before the change, one after it.

import { readFileSync } from 'node:fs';

/** A row of the tables. */
export interface Row {
  readonly index: number;
  readonly rule: string;
  /** What the two texts are: types of a parameter or a result, parameters, methods, and so on. */
  readonly where: Where;
  readonly before: string;
  readonly after: string;
  /** As the table has them. */
  readonly verdicts: Readonly<Record<Column, string>>;
}

export const COLUMNS = [
  'queuedCalls',
  'storedResults',
  'oldServers',
  'oldClients',
  'callers',
  'handlers',
] as const;
export type Column = (typeof COLUMNS)[number];

const WHERES = ['parameter', 'result', 'error', 'parameters', 'method', 'event', 'contract', 'type'] as const;
export type Where = (typeof WHERES)[number];

export const WORDS: Readonly<Record<string, string>> = {
  yes: 'survives',
  part: 'partly',
  waits: 'waits',
  extend: 'extend',
  no: 'breaks',
};

const text = readFileSync(new URL('../../docs/evolution.md', import.meta.url), 'utf8');

/** The rows of docs/evolution.md, in their order. */
export const ROWS: readonly Row[] = text
  .split('\n')
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
  .filter(([, rule = '', where = '']) => /^`[a-z-]+`$/.test(rule) && WHERES.some((each) => where === each))
  .map(([, rule = '', where, before = '', after = '', ...verdicts], index) => ({
    index,
    rule: bare(rule),
    where: where as Where,
    before: bare(before),
    after: bare(after),
    verdicts: Object.fromEntries(
      COLUMNS.map((column, at) => [column, verdicts[at] ?? '']),
    ) as Row['verdicts'],
  }));

function bare(cell: string): string {
  return cell.replace(/^`+ ?| ?`+$/g, '');
}

export type Side = 'before' | 'after';

export const serviceOf = ({ index }: Row): string => `case${index}`;
export const contractOf = ({ index }: Row): string => `Case${index}`;

export interface ContractOptions {
  /** The version after the change, where the row does not say it. */
  readonly version?: string;
}

/** The contract of a row. Its service is that of no other row. */
export function contractText(row: Row, side: Side, { version = '1.1' }: ContractOptions = {}): string {
  const written = row[side];
  const parts = { ...PARTS[row.where](written), ...(row.where === 'contract' ? headOf(row, written) : {}) };
  const { service = serviceOf(row), name = contractOf(row), declarations = '', body } = parts;
  const own = parts.version ?? (side === 'before' ? '1.0' : version);
  return `import { ServiceError } from 'mq-rpc';
export class Unused extends ServiceError<string> {}
${declarations}
/** @service ${service}
 *  @version ${own} */
export interface ${name} {
  ${body}
}
`;
}

interface Parts {
  readonly service?: string;
  readonly name?: string;
  readonly version?: string;
  readonly declarations?: string;
  readonly body: string;
}

const PING = 'place(it: string): Promise<string>;';

const PARTS: Readonly<Record<Where, (written: string) => Parts>> = {
  parameter: (type) => ({ body: `place(it: ${type}): Promise<string>;` }),
  result: (type) => ({ body: `place(it: string): Promise<${type}>;` }),
  error: (type) => ({
    declarations: `export class Refused extends ServiceError<${type}> {}`,
    body: `/** @throws {Refused} */\n  ${PING}`,
  }),
  parameters: (list) => ({ body: `place(${list}): Promise<string>;` }),
  method: (body) => ({ declarations: 'export class Refused extends ServiceError<string> {}', body }),
  event: (type) => ({ body: `/** @event */\n  place(it: ${type}): void;` }),
  contract: () => ({ body: PING }),
  type: (written) => {
    const [, comment = '', declaration = ''] = /^(\/\*\*.*?\*\/ )?(.*)$/.exec(written) ?? [];
    return {
      declarations: `${comment}export ${declaration}`,
      body: `place(it: ${nameIn(written)}): Promise<string>;`,
    };
  },
};

/** The name that a declaration declares. */
export const nameIn = (declaration: string): string =>
  /\b(?:interface|type|enum) (\w+)/.exec(declaration)?.[1] ?? '';

/** `@version 1.2`, `@service orders` or `interface Orders` */
function headOf(row: Row, written: string): Partial<Parts> {
  const [what, value = ''] = written.split(' ');
  // A server of the same contract takes calls of any minor version: something else has changed, too.
  const isLowered = row.rule === 'version-lowered' && written === row.after;
  if (what === '@version')
    return { version: value, body: isLowered ? `/** @throws {Unused} */\n  ${PING}` : PING };
  if (what === '@service') return { service: `${serviceOf(row)}.${value}` };
  return { name: `${contractOf(row)}${value}` };
}
