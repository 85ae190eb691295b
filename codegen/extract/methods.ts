// Reads the methods of a contract: their signatures, options and declared errors.

import { ts } from '#typescript';
import type { MethodOptions } from '../../src/contract/options.js';
import type { MethodModel } from '../model.js';
import { joinLimits, type WrittenLimit } from '../read-limits.js';
import type { Annotations } from './annotations.js';
import { placeOf } from './context.js';
import type { ContractReader, Method } from './contract-reader.js';
import { readDeclaredErrors } from './declared-errors.js';
import { readParameters } from './parameters.js';
import { type OnlyWay, readResult } from './result.js';
import { hasUsableName, readSignature } from './signature.js';
import { docOf } from './type-docs.js';

/** The model of one member of a contract, or `undefined` after a diagnostic. */
export function readMethod(reader: ContractReader, symbol: ts.Symbol): MethodModel | undefined {
  const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
  if (declaration === undefined) return undefined;
  const place = ts.getNameOfDeclaration(declaration) ?? declaration;
  const annotations = reader.types.context.annotations(declaration, 'method');
  if (!hasUsableName(reader, symbol, place)) return undefined;
  const signature = readSignature(reader, symbol, declaration);
  if (signature === undefined) return undefined;
  const method: Method = { name: symbol.name, declaration, signature };
  const way = onlyWay(annotations);
  if (way !== undefined) checkOneWay(reader, annotations, way);
  return {
    name: symbol.name,
    oneWay: way !== undefined,
    doc: withDeprecation(docOf(declaration), annotations),
    parameters: readParameters(reader, method),
    result: readResult(reader, method, way),
    options: readOptions(annotations),
    throws: readDeclaredErrors(reader.types, declaration, annotations),
    place: placeOf(place),
  };
}

const OPTION_NAMES = [
  'priority',
  'delivery',
  'timeToReachQueue',
  'timeToBeReceived',
  'timeout',
  'retry',
  'journal',
  'ordered',
  'idempotencyKey',
  'retain',
  'concurrency',
  'rate',
  'since',
  'event',
  'deprecated',
] as const satisfies readonly (keyof MethodOptions)[];

/** The options among the annotations, always in one order: output must not depend on that of the source. */
export function readOptions(annotations: Annotations): MethodOptions {
  const options = OPTION_NAMES.map((name) => [name, readOption(annotations, name)]);
  return Object.fromEntries(options.filter(([, value]) => value !== undefined)) as MethodOptions;
}

function readOption(annotations: Annotations, name: (typeof OPTION_NAMES)[number]): unknown {
  const uses = annotations.uses.filter((use) => use.name === name);
  const isLimit = name === 'concurrency' || name === 'rate';
  if (!isLimit || uses.length === 0) return uses[0]?.value;
  return joinLimits(uses.flatMap(({ value }) => value as WrittenLimit[]));
}

/** Editors strike through what a comment says is deprecated, also where a decorator said it. */
export function withDeprecation(doc: string | undefined, annotations: Annotations): string | undefined {
  const reason = annotations.get('deprecated')?.value;
  if (reason === undefined || reason === false || doc?.includes('@deprecated')) return doc;
  const line = reason === true ? '@deprecated' : `@deprecated ${String(reason)}`;
  return doc === undefined ? line : `${doc}\n${line}`;
}

/** The annotation by which a method has no result: every event is one-way. */
const onlyWay = (annotations: Annotations): OnlyWay | undefined =>
  (['event', 'oneway'] as const).find((name) => annotations.get(name) !== undefined);

function checkOneWay({ types }: ContractReader, annotations: Annotations, way: OnlyWay): void {
  for (const name of ['timeout', 'retain', 'throws'] as const) {
    const use = annotations.get(name);
    if (use === undefined) continue;
    const why = `${WAYS[way]} has no outcome that its caller could get`;
    const help = `Remove @${name} or @${way}.`;
    types.context.report('MQ1003', use.place, `@${name} contradicts @${way}: ${why}`, help);
  }
}

const WAYS = { event: 'an event', oneway: 'a one-way method' } as const;
