// The Markdown reference: what it says, and that no text of a contract becomes markup in it.

import { marked } from 'marked';
import { expect, test } from 'vitest';
import { generatorProject } from './generator-project.js';

async function reference(contract: string): Promise<string> {
  const project = generatorProject({ 'src/a.contract.ts': contract });
  const { diagnostics } = await project.generate({ cache: false, outputs: { markdown: 'docs/api.md' } });
  expect(diagnostics).toEqual([]);
  return project.read('docs/api.md');
}

const render = (source: string): string => marked.parse(source, { gfm: true, async: false }) as string;

/** What a reader sees. */
const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&');

const ORDERS = `
import { ServiceError } from 'mq-rpc';
/** There is not enough of it. */
export class OutOfStock extends ServiceError<{ sku: string }> {}
export enum Size { Small = 's', Large = 'l' }
/** What a customer wants.
 *  @remarks At most a hundred lines. */
export interface Order {
  /** Made by the customer, as in \`o-1\`. */
  id: string;
  /** @deprecated Use lines. */
  size?: Size;
  lines: Order[] | null;
}
export type Names = Record<string, Order>;
/** Takes orders.
 *  @service orders
 *  @version 2.1
 *  @retain 1d */
export interface Orders {
  /** Places an order. It is made at once:
   *  - today, or
   *  - {@link Later | later}.
   *  @param order - What is wanted.
   *  @returns The number of the receipt.
   *  @example
   *  await orders.place({ id: 'o-1', lines: null });
   *  @priority 7
   *  @throws {OutOfStock} */
  place(order: Order, at?: Date): Promise<bigint>;
  /** @event */
  changed(names: Names): void;
}
`;

test('methods, types and what is said of them are shown', async () => {
  const source = await reference(ORDERS);
  expect(source).toMatchSnapshot();
});

test('every link leads to an anchor', async () => {
  const html = render(await reference(ORDERS));
  const targets = [...html.matchAll(/href="#([^"]*)"/g)].map(([, target]) => target);
  expect(targets.length).toBeGreaterThan(5);
  expect(targets.filter((target) => !html.includes(`<a id="${target}">`))).toEqual([]);
});

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</code></td></table><b>bold</b>',
  '[click](javascript:alert(1))',
  '![pixel](https://example.org/x.png)',
  '| a | b |',
  '{{ constructor.constructor("alert(1)")() }}',
  '&lt;b&gt; &#60;i&#62;',
  '**strong** _emphasis_ ~~gone~~ *x*',
  'a `unclosed',
  '``a ` b`` and `c | d`',
  '<!-- hidden',
  '-->',
  '\\*not escaped\\*',
];

test.each(HOSTILE)('hostile text stays text: %s', async (text) => {
  const html = render(
    await reference(`
/** ${text}
 *  @service a */
export interface A {
  /** ${text}
   *  @param value ${text}
   *  @returns ${text} */
  get(value: B): Promise<B>;
}
/** ${text} */
interface B {
  /** ${text} */
  ${JSON.stringify(text)}: ${JSON.stringify(text)};
}
`),
  );
  // Bare addresses are links to what they show; nothing else leads out.
  // No element but those that the reference consists of.
  const elements = new Set([...html.matchAll(/<([a-z][a-z\d]*)/gi)].map(([, name]) => name));
  const ours = ['h1', 'h2', 'h3', 'h4', 'p', 'a', 'code', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];
  expect([...elements].filter((name) => !ours.includes(name ?? ''))).toEqual([]);
  expect(
    [...html.matchAll(/<a [^>]*>/g)].filter(([link]) => !/^<a (?:href="#|id="|href="https:)/.test(link)),
  ).toEqual([]);
  expect(html).not.toMatch(/\{\{(?![^<]*<\/code>)/);
  // The member's name is code, and so is seen as it is.
  expect(textOf(html)).toContain(text);
});

test('lines that look like headings, lists or fences are none', async () => {
  const html = render(
    await reference(`
/** # no heading
 *
 *  1. no list
 *
 *  + no list
 *
 *  === no heading
 *  @service a */
export interface A { get(): Promise<void> }
`),
  );
  expect(html).toContain('<p># no heading</p>');
  expect(html).toContain('<p>1. no list</p>');
  expect(html).toContain('<p>+ no list</p>');
  expect(html).not.toContain('<li>');
});
