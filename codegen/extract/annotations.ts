// Reads the annotations of a declaration, from JSDoc tags and decorators alike, and checks each by its row.

import { dirname } from 'node:path';
import type { ts } from '#typescript';
import {
  ANNOTATIONS,
  type Annotation,
  type AnnotationName,
  type AnnotationSite,
  describeSites,
  findAnnotation,
} from '../annotations.js';
import { isConstraint } from '../constraints.js';
import type { SourcePlace } from '../model.js';
import type { ReadValue, WrittenValue } from '../written-value.js';
import { type Context, originOf, placeAt, placeOf } from './context.js';
import { readDecorators } from './decorators.js';
import { documentationTags, isDocumentationTag } from './documentation-tags.js';
import { readJsDoc } from './jsdoc.js';
import { checkPatternCost } from './pattern-cost.js';
import { suggestName } from './suggestion.js';

export interface AnnotationUse {
  readonly name: AnnotationName;
  /** As its row reads it; for `throws` the written text, or the expression in a decorator. */
  readonly value: unknown;
  readonly place: SourcePlace;
}

/** The annotations of one declaration that are valid. Of one that stands twice, the first counts. */
export interface Annotations {
  readonly uses: readonly AnnotationUse[];
  get(name: AnnotationName): AnnotationUse | undefined;
}

/** What reading annotations needs of the context. */
type AnnotationContext = Omit<Context, 'annotations' | 'readsDocs' | 'typeFiles'>;

const NONE: Annotations = { uses: [], get: () => undefined };

const isAnnotation = (name: string): boolean => findAnnotation(name) !== undefined;

/** Reads annotations, each declaration once; mistakes are reported on the way. */
export type AnnotationReader = (node: ts.Node, site: AnnotationSite) => Annotations;

export function createAnnotationReader(context: AnnotationContext): AnnotationReader {
  const read = new Map<ts.Node, Annotations>();
  return (node, site) => {
    const known = read.get(node);
    if (known !== undefined) return known;
    const annotations = isHeeded(context, node) ? readAnnotations(context, node, site) : NONE;
    read.set(node, annotations);
    return annotations;
  };
}

/** What other packages write in their comments is addressed to their own tools, unless they use this one. */
function isHeeded({ program, usesUs }: AnnotationContext, node: ts.Node): boolean {
  const file = node.getSourceFile();
  const origin = originOf(program, file);
  return origin === 'project' || (origin === 'package' && usesUs(dirname(file.fileName)));
}

interface Written {
  readonly name: string;
  readonly value: WrittenValue;
  readonly place: SourcePlace;
}

function readAnnotations(context: AnnotationContext, node: ts.Node, site: AnnotationSite): Annotations {
  const uses: AnnotationUse[] = [];
  for (const written of [...writtenTags(node), ...writtenOptions(context, node)]) {
    const use = readAnnotation(context, written, site);
    if (use === undefined) continue;
    const annotation: Annotation = ANNOTATIONS[use.name];
    const isRepeated = annotation.repeats !== true && uses.some(({ name }) => name === use.name);
    if (isRepeated) reportRepeated(context, use);
    else uses.push(use);
  }
  return uses.length === 0 ? NONE : { uses, get: (name) => uses.find((use) => use.name === name) };
}

function writtenTags(node: ts.Node): Written[] {
  const file = node.getSourceFile();
  return readJsDoc(node, isAnnotation).tags.map(({ name, text, lines, start }) => ({
    name,
    // A pattern is what stands on one line: what follows must not be taken for a part of it.
    value: {
      spelling: 'tag',
      text: name === 'pattern' && isLong(lines) ? lines.join('\n').slice('@pattern '.length) : text,
    },
    place: placeAt(file, start),
  }));
}

const isLong = (lines: readonly string[]): boolean => lines.filter((line) => line.trim() !== '').length > 1;

function writtenOptions(context: AnnotationContext, node: ts.Node): Written[] {
  return readDecorators(context, node).map(({ name, value, node: option }) => ({
    name,
    value: { spelling: 'decorator', value },
    place: placeOf(option),
  }));
}

function readAnnotation(
  context: AnnotationContext,
  written: Written,
  site: AnnotationSite,
): AnnotationUse | undefined {
  const annotation = findAnnotation(written.name);
  if (annotation === undefined) return reportUnknown(context, written);
  if (annotation.documents?.includes(site)) return undefined;
  if (!annotation.sites.includes(site)) return reportMisplaced(context, written, annotation, site);
  const name = written.name as AnnotationName;
  // The class is looked up where the errors of a method are read.
  if (name === 'throws') return { name, value: thrown(written.value), place: written.place };
  const read = annotation.read(written.value);
  if (!('value' in read)) {
    reportValue(context, written, read);
    // What is meant is clear all the same, and further mistakes should not follow from this one.
    return annotation.syntax === 'modifier' ? { name, value: true, place: written.place } : undefined;
  }
  if (!annotation.hasEffect) reportUnavailable(context, written);
  const use: AnnotationUse = { name, value: read.value, place: written.place };
  if (name === 'pattern') checkPatternCost(context, use);
  return use;
}

const thrown = (written: WrittenValue): unknown =>
  written.spelling === 'tag' ? written.text : written.value;

function reportUnknown({ report, declaredTags }: AnnotationContext, { name, place }: Written): undefined {
  // Nobody can mend a comment in another package, and its tags may be declared there.
  if (isDocumentationTag(name) || declaredTags.has(name) || place.file.includes('/node_modules/')) return;
  const meant = suggestName(name, [...Object.keys(ANNOTATIONS), ...documentationTags()]);
  const help =
    meant === undefined
      ? 'Remove it, or declare it in the tagDefinitions of a tsdoc.json.'
      : `Did you mean @${meant}?`;
  report('MQ1001', place, `unknown annotation @${name}`, help);
}

function reportMisplaced(
  { report }: AnnotationContext,
  { name, place }: Written,
  annotation: Annotation,
  site: AnnotationSite,
): undefined {
  const here = site === 'service' ? 'a contract' : `a ${site}`;
  report(
    'MQ1005',
    place,
    `@${name} has no meaning on ${here}`,
    `It belongs on ${describeSites(annotation)}${placeHelp(name, site)}.`,
  );
}

function placeHelp(name: string, site: AnnotationSite): string {
  if (name === 'service') return ': an exported interface or abstract class';
  const isResult = site === 'method' && isConstraint(name);
  return isResult ? '; what a result has to meet belongs on its type, or on an alias of it' : '';
}

function reportValue(
  { report }: AnnotationContext,
  { name, value, place }: Written,
  read: ReadValue,
): undefined {
  if ('contradiction' in read) {
    report('MQ1003', place, `@${name} contradicts itself: ${read.contradiction}`, read.instead);
  } else if ('expected' in read) {
    const got = value.spelling === 'tag' ? value.text : value.value;
    const written = got === '' ? 'nothing' : shorten(JSON.stringify(got) ?? String(got));
    report(
      'MQ1002',
      place,
      `@${name} has a value that is not valid: ${written}`,
      `Expected ${read.expected}.`,
    );
  }
}

function reportUnavailable({ report }: AnnotationContext, { name, place }: Written): void {
  report(
    'MQ1004',
    place,
    `@${name} is not available in this version of mq-rpc`,
    'Remove it or wait for the version that brings it; it would have no effect.',
  );
}

function reportRepeated({ report }: AnnotationContext, { name, place }: AnnotationUse): void {
  report('MQ1003', place, `@${name} is set twice on one declaration`, 'Keep one of the two.');
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
