// The reference of all services for people: one Markdown file.

import { MARKDOWN_MARK } from '../codegen/generated-mark.js';
import type {
  LinkedPiece,
  MemberReference,
  MethodReference,
  OptionReference,
  ReferencePlan,
  ServiceReference,
  TypeReference,
} from '../codegen/outputs/reference-plan.js';
import {
  anchor,
  codeBlock,
  codeSpan,
  exactText,
  inline,
  joined,
  link,
  type Markdown,
  markdown,
  prose,
  table,
  text,
  typeface,
} from './markdown.js';

export const referenceFile = ({ services, contractPaths }: ReferencePlan): string =>
  `${MARKDOWN_MARK} from ${commented(contractPaths.join(', '))}: do not edit. -->\n\n${page(services).source}\n`;

/** Names of files stay within their comment. */
const commented = (path: string): string => path.replaceAll(/[^\P{Cc}]|[<>\u2028\u2029]|--/gu, '\ufffd');

const page = (services: readonly ServiceReference[]): Markdown => markdown`
  # API reference

  ${services.length > 1 ? services.map((service) => markdown`- ${link(text(service.name), service.anchor)} ${text(service.version)}`) : undefined}

  ${services.map(serviceSection)}
`;

const serviceSection = (service: ServiceReference): Markdown => markdown`
  ${anchor(service.anchor)}

  ## ${text(service.name)} ${text(service.version)}

  ${deprecation(service)}

  ${prose(service.doc.text)}

  Queue ${codeSpan(service.queue)}, contract ${codeSpan(service.contractHash.slice(0, 12))}.

  ${options('For all methods: ', service.options)}

  ${table(['method', ''], service.methods.map(overviewRow))}

  ${service.methods.map(methodSection)}

  ${service.types.length > 0 ? markdown`### Types of ${text(service.name)}` : undefined}

  ${service.types.map(typeSection)}

`;

const overviewRow = ({ name, doc, ...method }: MethodReference): Markdown[] => [
  link(text(name), method.anchor),
  inline(doc.text.split(/\n\s*\n|(?<=[.!?])\s/)[0] ?? ''),
];

const methodSection = (method: MethodReference): Markdown => markdown`
  ${anchor(method.anchor)}

  ### ${text(method.name)}

  ${typeface(signature(method))}

  ${deprecation(method)}

  ${prose(method.doc.text)}

  ${method.kind === 'one-way call' ? markdown`One-way: nobody waits for it.` : undefined}

  ${method.kind === 'event' ? markdown`An event: every group of subscribers gets it once.` : undefined}

  ${table(['parameter', 'type', ''], method.parameters.map(memberRow))}

  ${method.doc.returns === undefined ? undefined : markdown`Returns: ${inline(method.doc.returns)}`}

  ${table(['error', 'data', ''], method.errors.map(memberRow))}

  ${options('', method.options)}

  ${method.doc.examples.map(example)}

`;

const signature = ({ name, parameters, result }: MethodReference): Markdown[] => [
  exactText(`${name}(`),
  ...parameters.flatMap((parameter, index) => [
    exactText(
      `${index === 0 ? '' : ', '}${parameter.isRest ? '...' : ''}${parameter.name}${parameter.optional ? '?' : ''}: `,
    ),
    ...type(parameter.type),
  ]),
  ...(result === undefined
    ? [exactText('): void')]
    : [exactText('): Promise<'), ...type(result), exactText('>')]),
];

const type = (pieces: readonly LinkedPiece[]): Markdown[] =>
  pieces.map((piece) =>
    piece.anchor === undefined ? exactText(piece.source) : link(text(piece.source), piece.anchor),
  );

const memberRow = (member: MemberReference): Markdown[] => [
  codeSpan(`${member.isRest ? '...' : ''}${member.name}${member.optional ? '?' : ''}`),
  typeface(type(member.type)),
  joined([deprecation(member) ?? text(''), inline(member.doc.text), ...member.checks.map(codeSpan)], ' '),
];

const options = (lead: 'For all methods: ' | '', given: readonly OptionReference[]): Markdown | undefined =>
  given.length === 0
    ? undefined
    : markdown`${exactText(lead)}${joined(
        given.map(({ name, value }) => markdown`${text(name)} ${codeSpan(value)}`),
        ' · ',
      )}`;

const deprecation = ({
  doc: { deprecated },
}: {
  doc: { deprecated: string | undefined };
}): Markdown | undefined =>
  deprecated === undefined ? undefined : markdown`**Deprecated.** ${inline(deprecated)}`;

/** Examples are code, in a fence or not. */
const example = (source: string): Markdown => (source.includes('```') ? prose(source) : codeBlock(source));

const typeSection = (reference: TypeReference): Markdown => markdown`
  ${anchor(reference.anchor)}

  #### ${text(reference.name)}

  ${deprecation(reference)}

  ${prose(reference.doc.text)}

  ${reference.is === undefined ? undefined : typeface(type(reference.is))}

  ${table(['member', 'type', ''], (reference.members ?? []).map(memberRow))}

  ${joined(reference.checks.map(codeSpan), ' · ')}

`;
