// Reads the methods of a contract: their signatures, options and declared errors.

import { ts } from '#typescript';
import type { MethodOptions } from '../../src/contract/options.js';
import { findAnnotation } from '../annotations.js';
import type { MethodModel } from '../model.js';
import type { Annotations } from './annotations.js';
import { placeOf } from './context.js';
import type { ContractReader, Method } from './contract-reader.js';
import { readDeclaredErrors } from './declared-errors.js';
import { docText, readJsDoc } from './jsdoc.js';
import { readParameters } from './parameters.js';
import { readResult } from './result.js';
import { hasUsableName, readSignature } from './signature.js';

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
  const oneWay = annotations.get('oneway') !== undefined;
  if (oneWay) checkOneWay(reader, annotations);
  checkJournal(reader, annotations);
  return {
    name: symbol.name,
    oneWay,
    doc: withDeprecation(docOf(declaration), annotations),
    parameters: readParameters(reader, method),
    result: readResult(reader, method, oneWay),
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
  const options = OPTION_NAMES.map((name) => [name, annotations.get(name)?.value]);
  return Object.fromEntries(options.filter(([, value]) => value !== undefined)) as MethodOptions;
}

/** A declaration's comment without the annotations; `@deprecated` stays, editors show it. */
export function docOf(declaration: ts.Node): string | undefined {
  const isAnnotation = (name: string) => findAnnotation(name) !== undefined;
  return docText(readJsDoc(declaration, isAnnotation), (name) => isAnnotation(name) && name !== 'deprecated');
}

/** Editors strike through what a comment says is deprecated, also where a decorator said it. */
export function withDeprecation(doc: string | undefined, annotations: Annotations): string | undefined {
  const reason = annotations.get('deprecated')?.value;
  if (reason === undefined || reason === false || doc?.includes('@deprecated')) return doc;
  const line = reason === true ? '@deprecated' : `@deprecated ${String(reason)}`;
  return doc === undefined ? line : `${doc}\n${line}`;
}

function checkOneWay({ types }: ContractReader, annotations: Annotations): void {
  for (const name of ['timeout', 'retain', 'throws'] as const) {
    const use = annotations.get(name);
    if (use === undefined) continue;
    const why = 'a one-way method has no outcome that its caller could get';
    const help = `Remove @${name} or @oneway.`;
    types.context.report('MQ1003', use.place, `@${name} contradicts @oneway: ${why}`, help);
  }
}

/** Shared by services and methods. */
export function checkJournal({ types }: ContractReader, annotations: Annotations): void {
  const journal = annotations.get('journal');
  if (journal?.value !== 'always' || annotations.get('delivery')?.value !== 'express') return;
  const why = 'what may be lost with the broker cannot always be journalled';
  const help = 'Write @delivery recoverable, or @journal none.';
  types.context.report(
    'MQ1003',
    journal.place,
    `@journal always contradicts @delivery express: ${why}`,
    help,
  );
}
