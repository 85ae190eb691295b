// Code that was written for the contract of a row as it was before: of a caller, and of a handler.

import { contractOf, nameIn, type Row } from './evolution-project.js';
import { argumentsOf, declaredValuesOf, valuesOf } from './samples.js';

/** The code. It takes its types from the contract, and says what it takes them for. */
export function codeOf(row: Row, who: 'callers' | 'handlers'): string {
  const signature = signatureOf(row);
  const name = contractNameOf(row);
  return who === 'callers' ? callerCode(row, name, signature) : handlerCode(row, name, signature);
}

interface Signature {
  readonly method: string;
  /** Names and types of the parameters. */
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly isRest: boolean }[];
  readonly result: string;
  readonly isOneWay: boolean;
  readonly isEvent: boolean;
}

const contractNameOf = (row: Row): string =>
  contractOf(row) +
  (row.where === 'contract' && row.before.startsWith('interface ') ? row.before.split(' ')[1] : '');

function signatureOf(row: Row): Signature {
  const { where, before } = row;
  const plain = { method: 'place', isOneWay: false, isEvent: false, result: 'string' };
  if (where === 'result') return { ...plain, parameters: parametersOf('it: string'), result: before };
  if (where === 'parameter') return { ...plain, parameters: [it(before)] };
  if (where === 'event')
    return { ...plain, parameters: [it(before)], isOneWay: true, isEvent: true, result: 'void' };
  if (where === 'parameters') return { ...plain, parameters: parametersOf(before) };
  if (where === 'type') return { ...plain, parameters: [it(nameIn(before))] };
  if (where !== 'method') return { ...plain, parameters: parametersOf('it: string') };
  const [, method = '', list = '', result = ''] = /(\w+)\((.*?)\): (?:Promise<)?(\w+)/.exec(before) ?? [];
  return {
    method,
    parameters: parametersOf(list),
    result,
    isOneWay: result === 'void',
    isEvent: before.includes('@event'),
  };
}

const it = (type: string) => ({ name: 'it', type, isRest: false });

/** Of a list with types that have no comma outside of brackets. */
function parametersOf(list: string): Signature['parameters'] {
  return list
    .split(/, (?=[^{[<]*$|\w+\??: )/)
    .map((text) => /^(\.\.\.)?(\w+)(\?)?: (.*)$/.exec(text) ?? [])
    .map(([, rest, name = '', optional, type = '']) => ({
      name,
      type: optional === undefined ? type : `${type} | undefined`,
      isRest: rest !== undefined,
    }));
}

function argumentSources(row: Row): readonly string[] {
  if (row.where === 'parameter' || row.where === 'event')
    return valuesOf(row.before).map((value) => `[${value}]`);
  if (row.where === 'parameters') return argumentsOf(row.before);
  if (row.where === 'type') return declaredValuesOf(row.before).map((value) => `[${value}]`);
  const list = row.where === 'method' ? (/\w+\((.*?)\): /.exec(row.before)?.[1] ?? '') : 'it: string';
  return argumentsOf(list);
}

/** Looks at all that it knows of a value: assigning it somewhere would not miss an optional member. */
const looksAt = (value: string, type: string): string =>
  [...type.matchAll(/(\w+)\??: /g)]
    .filter(() => type.startsWith('{'))
    .map(([, member]) => (member === 'name' ? '' : `void ${value}.${member};`))
    .concat(type.includes('[name: string]') ? [`void ${value}['other'];`] : [])
    .join(' ');

function callerCode(row: Row, name: string, { method, result, isOneWay }: Signature): string {
  const calls = argumentSources(row).map((source) => {
    const list = source.slice(1, -1);
    return isOneWay
      ? `await client.${method}(${list});`
      : `{ const it = await client.${method}(${list}); const seen: ${result} = it; void seen; ${looksAt('it', result)} void (await client.${method}.submit(${list})).result(); }`;
  });
  const type =
    row.where === 'type' ? `import { ${nameIn(row.before)} } from '../case${row.index}.contract.js';\n` : '';
  const declared = row.where === 'error' ? 'Refused' : 'Unused';
  const data = row.where === 'error' ? row.before : 'string';
  return `import type { Connection } from 'mq-rpc';
import { ${name}Client } from '../generated/index.js';
import { ${declared} } from '../case${row.index}.contract.js';
${type}export async function call(mq: Connection): Promise<void> {
  const client = new ${name}Client(mq);
  try {
    ${calls.join('\n    ')}
  } catch (error) {
    if (!(error instanceof ${declared})) throw error;
    const data: ${data} = error.data;
    void data;
  }
}
`;
}

function handlerCode(row: Row, name: string, signature: Signature): string {
  const { method, parameters, result, isEvent } = signature;
  const base = isEvent ? `${name}Subscriber` : `${name}Server`;
  const typeName = row.where === 'type' ? nameIn(row.before) : undefined;
  const typeOf = (index: number, isRest: boolean): string =>
    typeName ?? (isRest ? `Parameters<${name}['${method}']>` : `Parameters<${name}['${method}']>[${index}]`);
  const list = parameters.map(
    ({ name: parameter, isRest }, index) => `${parameter}: ${typeOf(index, isRest)}`,
  );
  const looks = parameters.map(
    ({ name: parameter, type, isRest }) =>
      `const seen_${parameter}: ${isRest ? `(${type})[]` : type} = ${parameter}; void seen_${parameter}; ${looksAt(parameter, type)}`,
  );
  const values = row.where === 'result' ? valuesOf(row.before) : result === 'void' ? [] : ["'x'"];
  const returns = values.map((value) => `if (Math.random() < 2) return ${value};`);
  const thrown =
    row.where === 'error'
      ? valuesOf(row.before).map((value) => `if (Math.random() < 2) throw new Refused(${value});`)
      : [];
  const error = row.where === 'error' ? 'Refused' : 'Unused';
  const optional = row.where === 'type' ? `, ${typeName}` : '';
  return `import type { CallContext } from 'mq-rpc';
import { ${base} } from '../generated/index.js';
import { ${error}${optional} } from '../case${row.index}.contract.js';
import type { ${name} } from '../case${row.index}.contract.js';
export type Contract = ${name};
export class Mine extends ${base} {
  async ${method}(${[...list, 'ctx: CallContext'].join(', ')}): Promise<Awaited<ReturnType<${name}['${method}']>>> {
    ${looks.join('\n    ')}
    void ctx;
    ${row.before.startsWith('enum ') ? `void (it === ${declaredValuesOf(row.before)[0]});` : ''}
    ${[...thrown, ...returns].join('\n    ')}
    ${result === 'void' ? '' : `throw new ${error}(${row.where === 'error' ? (valuesOf(row.before)[0] ?? '') : "'x'"});`}
  }
${othersOf(row, method)}}
`;
}

/** Methods besides the one that the row is about. */
function othersOf(row: Row, method: string): string {
  if (row.where !== 'method') return '';
  const names = [...row.before.matchAll(/(\w+)\(\w+: string\): Promise/g)].map(([, name]) => name);
  return names
    .filter((name) => name !== method)
    .map((name) => `  async ${name}() {\n    return 'x';\n  }\n`)
    .join('');
}
