// Takes the text of a doc comment apart: its prose, and what its tags say.

/** What a doc comment says. */
export interface DocParts {
  /** Everything above the first tag, with remarks; links are their texts. */
  readonly text: string;
  /** By the names of parameters. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly returns: string | undefined;
  readonly examples: readonly string[];
  /** Why not to use it any more; empty if the comment gives no reason. */
  readonly deprecated: string | undefined;
}

/** `doc` is the text of a comment as the model has it, without annotations. */
export function splitDoc(doc: string | undefined): DocParts {
  const [text = '', ...tags] = blocksOf(doc ?? '');
  const contents = (name: string): string[] =>
    tags.filter((tag) => nameOf(tag) === name).map((tag) => withoutLinks(tag.slice(name.length + 1).trim()));
  const parameters = contents('param').flatMap((content): [string, string][] => {
    const [, name, said] = PARAMETER.exec(content) ?? [];
    return name === undefined || said === undefined || said === '' ? [] : [[name, said]];
  });
  const [returns = contents('return')[0]] = contents('returns');
  return {
    text: [withoutLinks(text.trim()), ...contents('remarks')].filter((part) => part !== '').join('\n\n'),
    parameters: new Map(parameters),
    returns: returns === '' ? undefined : returns,
    examples: contents('example').filter((example) => example !== ''),
    deprecated: contents('deprecated')[0],
  };
}

/** `name - what it is`, with the type and the brackets that JSDoc allows. */
const PARAMETER =
  /^(?:\{[^}]*\}\s*)?\[?([\p{ID_Start}$_][\p{ID_Continue}$]*)[^\s\]]*\]?\s*(?:[-–—:]\s+)?([\s\S]*)$/u;

const nameOf = (tag: string): string | undefined => /^@([A-Za-z]\w*)/.exec(tag)?.[1];

/** The text above the first tag, and each tag with what belongs to it. A tag starts a line outside of fences. */
function blocksOf(doc: string): string[] {
  const blocks: string[][] = [[]];
  let isFenced = false;
  for (const line of doc.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) isFenced = !isFenced;
    const starts = !isFenced && /^\s*@[A-Za-z]/.test(line);
    if (starts) blocks.push([line.trimStart()]);
    else blocks.at(-1)?.push(line);
  }
  return blocks.map((lines) => lines.join('\n').trimEnd());
}

/** `{@link Order | the order}` becomes `the order`, `{@link Order}` becomes `Order`. */
const withoutLinks = (text: string): string =>
  text.replace(
    /\{@(?:link|linkcode|linkplain|inheritDoc)\s+([^}|\n]*?)\s*(?:\|\s*([^}\n]*?)\s*)?\}/g,
    (_, target, label) => String(label ?? target),
  );
