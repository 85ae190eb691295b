// docs/evolution.md, row by row: compared, compiled, and sent through a queue.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, RpcError, type ServiceDescriptor, ServiceError } from 'mq-rpc';
import { generate } from 'mq-rpc/codegen';
import { createTestPair } from 'mq-rpc/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '#dist/codegen/compare/change.js';
import { compareServices } from '#dist/codegen/compare/compare.js';
import { RULES } from '#dist/codegen/compare/rules.js';
import type { ServiceModel } from '#dist/codegen/model.js';
import { readContracts } from '#dist/codegen/read-contracts.js';
import { compile } from '../support/compilers.js';
import { ROOT } from '../support/pack.js';
import { codeOf } from './code-of-a-row.js';
import {
  COLUMNS,
  contractOf,
  contractText,
  nameIn,
  type Row,
  ROWS as rows,
  type Side,
  serviceOf,
  WORDS,
} from './evolution-project.js';
import { argumentsOf, declaredValuesOf, valuesOf } from './samples.js';

type Variant = Side | 'unraised';
const VARIANTS = ['before', 'after', 'unraised'] as const;

interface Loaded {
  /** The project's folder. */
  readonly folder: string;
  readonly models: ReadonlyMap<string, ServiceModel>;
  // biome-ignore lint/suspicious/noExplicitAny: generated code of contracts that only the test knows
  readonly generated: any;
}

const loaded = {} as Record<Variant, Loaded>;

const fileOf = (row: Row): string => `src/case${row.index}.contract.ts`;

beforeAll(async () => {
  for (const variant of VARIANTS) {
    const side = variant === 'before' ? 'before' : 'after';
    const folder = mkdtempSync(join(tmpdir(), 'mq-rpc-evolution-'));
    for (const name of ['src/use', 'node_modules']) mkdirSync(join(folder, name), { recursive: true });
    symlinkSync(ROOT, join(folder, 'node_modules/mq-rpc'), 'dir');
    writeFileSync(join(folder, 'package.json'), '{ "name": "rows", "type": "module" }');
    const version = variant === 'unraised' ? '1.0' : '1.1';
    for (const row of rows) writeFileSync(join(folder, fileOf(row)), contractText(row, side, { version }));
    const options = { cwd: folder, contracts: ['src/*.contract.ts'], outDir: 'src/generated', cache: false };
    const { diagnostics } = await generate(options);
    expect(diagnostics).toEqual([]);
    const { services } = readContracts({ cwd: folder, files: rows.map(fileOf) });
    loaded[variant] = {
      folder,
      models: new Map(services.map((service) => [service.place.file.split('/').at(-1) ?? '', service])),
      generated: await import(join(folder, 'src/generated/index.ts')),
    };
  }
}, 240_000);

afterAll(() => {
  for (const { folder } of Object.values(loaded)) rmSync(folder, { recursive: true, force: true });
});

const modelOf = (row: Row, variant: Variant): ServiceModel => {
  const model = loaded[variant].models.get(`case${row.index}.contract.ts`);
  if (model === undefined) throw new Error(`${row.rule} has no contract`);
  return model;
};

const title = ({ rule, where, before, after }: Row): string => `${rule}, ${where}: ${before} → ${after}`;
const named = rows.map((row) => [title(row), row] as const);

test('every rule has a row, or a sentence', () => {
  const inRows = new Set(rows.map(({ rule }) => rule));
  const inText = ['service-added', 'service-removed', 'minor-not-raised', 'checks-recoded'];
  expect(Object.keys(RULES).filter((rule) => !inRows.has(rule) && !inText.includes(rule))).toEqual([]);
  expect([...inRows].filter((rule) => !Object.hasOwn(RULES, rule))).toEqual([]);
});

describe('compared', () => {
  const compare = (row: Row, variant: Variant): Change | undefined =>
    compareServices([modelOf(row, 'before')], [modelOf(row, variant)]).find(({ rule }) => rule === row.rule);
  const inWords = (change: Change | undefined) =>
    change &&
    Object.fromEntries(
      COLUMNS.map((column) => [
        column,
        Object.entries(WORDS).find(([, verdict]) => verdict === change.verdicts[column])?.[0],
      ]),
    );

  test.each(named)('%s', (_, row) => {
    expect(inWords(compare(row, 'after'))).toEqual(row.verdicts);
  });

  test.each(named.filter(([, { verdicts }]) => verdicts.oldServers === 'waits'))(
    'not raised: %s',
    (_, row) => {
      const expected =
        row.rule === 'method-added'
          ? 'waits'
          : /added-optional|index/.test(row.rule) && row.where === 'parameter'
            ? 'part'
            : 'no';
      const isDropped = row.rule === 'member-added-required';
      expect(inWords(compare(row, 'unraised'))?.oldServers).toBe(isDropped ? 'part' : expected);
    },
  );
});

test('compiled: what survives compiles, and what does not is refused', () => {
  const places = (['before', 'after'] as const).flatMap((side) =>
    rows.flatMap((row) =>
      (['callers', 'handlers'] as const).map((who) => {
        const path = join(loaded[side].folder, `src/use/case${row.index}.${who}.ts`);
        writeFileSync(path, codeOf(row, who));
        return { side, row, who, path };
      }),
    ),
  );
  const findings = compile(
    '7.0',
    places.map(({ path }) => path),
    {
      strict: true,
      skipLibCheck: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      types: ['node'],
    },
  );
  const refused = new Set(findings.map(({ file }) => file.split('/').slice(-4).join('/')));
  const wrong = places.flatMap(({ side, row, who, path }) => {
    const isRefused = refused.has(path.split('/').slice(-4).join('/'));
    // Nothing tells the compiler which errors a handler may throw.
    const survives = side === 'before' || row.verdicts[who] === 'yes' || row.rule === 'error-removed';
    return isRefused === !survives
      ? []
      : [`${side} ${who} ${title(row)}: ${isRefused ? 'refused' : 'compiles'}`];
  });
  expect(wrong).toEqual([]);
}, 240_000);

/** What became of calls: all of them were answered and read, some were not, or they wait. */
type Observed = 'ok' | 'refused' | 'waits';

interface Observation {
  /** What the server made of the calls. */
  readonly calls: Observed;
  /** What the caller made of the answers. */
  readonly answers: Observed;
  /** What `reader` makes of the same answers later. */
  readonly kept: Observed;
}

const isSent = ({ where, before, after }: Row): boolean =>
  where !== 'event' && !/@event|@oneway/.test(before + after);

/** Values of the row's type, of its parameters and of its result, as source. */
function samplesOf(
  row: Row,
  side: Side,
): { readonly args: readonly string[]; readonly results: readonly string[] } {
  const text = row[side];
  const results = row.where === 'result' ? valuesOf(text) : ["'done'"];
  if (row.where === 'parameter') return { args: valuesOf(text).map((value) => `[${value}]`), results };
  if (row.where === 'parameters') return { args: argumentsOf(text), results };
  if (row.where === 'type')
    return { args: declaredValuesOf(text).map((value) => `[${value.replace(/ as \w+/, '')}]`), results };
  const list = row.where === 'method' ? (/\w+\((.*?)\): Promise/.exec(text)?.[1] ?? '') : 'it: string';
  return { args: argumentsOf(list), results };
}

/** The method that a row is about: one that the other side does not have, or the first. */
function methodOf(row: Row, side: Side): string {
  const names = (text: string) => [...text.matchAll(/(\w+)\(/g)].map(([, name = '']) => name);
  if (row.where !== 'method') return 'place';
  const others = names(row[side === 'before' ? 'after' : 'before']);
  const own = names(row[side]);
  return own.find((name) => !others.includes(name)) ?? own[0] ?? '';
}

async function observe(row: Row, from: Variant, to: Variant): Promise<Observation> {
  const [fromSide, toSide]: Side[] = [from, to].map((variant) => (variant === 'before' ? 'before' : 'after'));
  if (fromSide === undefined || toSide === undefined) throw new Error('two sides');
  await using pair = await createTestPair();
  const { args } = samplesOf(row, fromSide);
  const { results } = samplesOf(row, toSide);
  const [caller, contract] = [
    await import(join(loaded[from].folder, fileOf(row))),
    await import(join(loaded[to].folder, fileOf(row))),
  ];
  const declares = row[toSide].includes('@throws') ? ["'x'"] : [];
  const errors = row.where === 'error' ? valuesOf(row[toSide]) : declares;
  const outcomes = [
    ...results.map((source) => ({ source, isError: false })),
    ...errors.map((source) => ({ source, isError: true })),
  ];
  const seen: Observation[] = [];
  for (const [argsSource, outcome] of args.flatMap((each) => outcomes.map((one) => [each, one] as const))) {
    const values = evaluate(argsSource, caller) as unknown[];
    const answer = () => {
      if (!outcome.isError) return evaluate(outcome.source, contract);
      const { Refused } = contract;
      throw Refused === undefined ? new Error('undeclared') : new Refused(evaluate(outcome.source, contract));
    };
    seen.push(
      await observeOne(row, {
        from,
        to,
        values,
        answer,
        client: pair.client,
        server: pair.server,
        isError: outcome.isError,
      }),
    );
  }
  const all = (part: keyof Observation): Observed =>
    seen.every((one) => one[part] === 'ok') ? 'ok' : (seen.find((one) => one[part] !== 'ok')?.[part] ?? 'ok');
  return { calls: all('calls'), answers: all('answers'), kept: all('kept') };
}

interface Trial {
  readonly from: Variant;
  readonly to: Variant;
  readonly values: readonly unknown[];
  readonly answer: () => unknown;
  readonly client: Connection;
  readonly server: Connection;
  readonly isError: boolean;
}

const descriptorOf = (row: Row, variant: Variant): ServiceDescriptor => {
  const { contractName } = modelOf(row, variant);
  return loaded[variant].generated[
    `${contractName.charAt(0).toLowerCase()}${contractName.slice(1)}Descriptor`
  ];
};

async function observeOne(row: Row, trial: Trial): Promise<Observation> {
  const { from, to, values, answer, client, server } = trial;
  let hasRun = false;
  const descriptor = descriptorOf(row, to);
  const handle = () => {
    hasRun = true;
    return answer();
  };
  const handlers = Object.fromEntries(Object.keys(descriptor.methods).map((name) => [name, handle]));
  const served = await server.serve(descriptor, handlers as never);
  // biome-ignore lint/suspicious/noExplicitAny: stubs of contracts that only the test knows
  const stub: any = new loaded[from].generated[`${modelOf(row, from).contractName}Client`](client);
  const method = methodOf(row, from === 'before' ? 'before' : 'after');
  const call = await stub[method].submit(...values);
  let state = 'ready';
  for (let turns = 0; turns < 100 && !['answered', 'dead', 'parked'].includes(state); turns++) {
    await sleep(2);
    state = (await call.status()).state;
  }
  const calls: Observed = hasRun ? 'ok' : state === 'parked' ? 'waits' : 'refused';
  const answers = hasRun ? await readBy(call, trial, from) : 'ok';
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const reader: any = new loaded[from === 'before' ? 'after' : 'before'].generated[
    `${modelOf(row, from === 'before' ? 'after' : 'before').contractName}Client`
  ](client);
  const other = from === 'before' ? 'after' : 'before';
  const kept = !hasRun
    ? 'ok'
    : reader[method] === undefined
      ? 'refused'
      : await readBy(reader[method].handle(call.id), trial, other);
  await served.close();
  return { calls, answers, kept };
}

async function readBy(
  call: { result(): Promise<unknown> },
  { isError }: Trial,
  _: Side | Variant,
): Promise<Observed> {
  try {
    await call.result();
    return isError ? 'refused' : 'ok';
  } catch (error) {
    if (error instanceof ServiceError) return 'ok';
    expect(error).toBeInstanceOf(RpcError);
    return 'refused';
  }
}

/** The value of a source in which the contract's names stand. */
function evaluate(source: string, contract: Record<string, unknown>): unknown {
  const names = Object.keys(contract);
  return new Function(...names, `return (${source});`)(...names.map((name) => contract[name]));
}

const EXPECTED: Readonly<Record<string, readonly Observed[]>> = {
  yes: ['ok'],
  part: ['ok', 'refused'],
  waits: ['waits'],
  no: ['refused', 'waits'],
};

describe('sent', () => {
  const sent = named.filter(([, row]) => isSent(row) && !/^(?:idempotency|order|major)/.test(row.rule));

  test.each(sent)('a queued call meets a new server, and its answer an old client: %s', async (_, row) => {
    const { calls, answers } = await observe(row, 'before', 'after');
    expect(EXPECTED[row.verdicts.queuedCalls]).toContain(calls);
    expect(EXPECTED[row.verdicts.oldClients]).toContain(answers);
  });

  test.each(sent)('a new call meets an old server: %s', async (_, row) => {
    const isUnknown = row.rule === 'method-removed' || row.rule === 'method-renamed';
    if (isUnknown || row.rule === 'service-renamed') return;
    // With the version raised all calls wait, unless @since says what has not changed.
    const { calls } = await observe(
      row,
      row.verdicts.oldServers === 'waits' ? 'after' : 'unraised',
      'before',
    );
    expect(EXPECTED[row.verdicts.oldServers]).toContain(calls);
  });

  test.each(sent)('an old server has answered, and a new client reads it: %s', async (_, row) => {
    if (row.rule === 'service-renamed') return;
    const { calls, kept } = await observe(row, 'before', 'before');
    expect(calls).toBe('ok');
    expect(EXPECTED[row.verdicts.storedResults]).toContain(kept);
  });

  test.each(
    sent.filter(([, { rule, verdicts }]) => verdicts.oldServers === 'waits' && rule !== 'method-added'),
  )('without a minor version, nothing waits: %s', async (_, row) => {
    expect((await observe(row, 'unraised', 'before')).calls).not.toBe('waits');
  });
});

const keyed = named.filter(([, { rule }]) => /^idempotency-key/.test(rule));

test.each(keyed)('the same call, sent again by a new client: %s', async (_, row) => {
  await using pair = await createTestPair();
  const [value = ''] = argumentsOf(/\w+\((.*?)\): Promise/.exec(row.after)?.[1] ?? '');
  const submit = (variant: Variant) =>
    new loaded[variant].generated[`${contractOf(row)}Client`](pair.client).place.submit(
      ...(evaluate(value, {}) as unknown[]),
    );
  await submit('before');
  // Without a key there was nothing to keep.
  expect((await submit('after')).duplicate).toBe(false);
  expect(row.verdicts.queuedCalls).toBe(row.rule === 'idempotency-key-added' ? 'yes' : 'no');
});

test('services and names of rows are their own', () => {
  expect(new Set(rows.map(serviceOf)).size).toBe(rows.length);
  expect(rows.filter(({ where }) => where === 'type').every(({ before }) => nameIn(before) !== '')).toBe(
    true,
  );
});
