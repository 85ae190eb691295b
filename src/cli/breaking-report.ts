// What `breaking` says about its result: to people, to tools, and to GitHub.

import { relative } from 'node:path';
import type { BreakingResult, Change, Level, Verdict, Verdicts } from '../../codegen/breaking.js';
import { portable } from './paths.js';
import { counted } from './report.js';
import type { Terminal } from './terminal.js';
import { wantsColour } from './terminal.js';

const NAMES: Readonly<Record<keyof Verdicts, string>> = {
  queuedCalls: 'calls in the queue',
  storedResults: 'kept results',
  oldServers: 'new calls at old servers',
  oldClients: 'answers at old clients',
  callers: 'callers',
  handlers: 'handlers',
};

const WORDS: Readonly<Record<Verdict, string>> = {
  survives: 'survive',
  partly: 'survive in part',
  waits: 'wait for a new server',
  extend: 'have to be extended',
  breaks: 'break',
};

/** Every change with its place, what survives it and what to do, and their number at the end. */
export async function changesText(result: BreakingResult, level: Level, terminal: Terminal): Promise<string> {
  const { changes, old } = result;
  const { printable } = await import('../../codegen/format-diagnostic.js');
  const { breaksAt, breaksOf } = await import('../../codegen/breaking.js');
  const paint = painter(wantsColour(terminal.stdout));
  const paragraphs = changes.map((change) => {
    const { rule, message, help, also, isAllowed } = change;
    const broken = breaksOf(change);
    const kind = broken.length > 0 ? `breaks ${broken.join(' and ')}` : isAllowed ? 'allowed' : 'fine';
    const colour = breaksAt(change, level) ? 31 : broken.length > 0 ? 33 : 32;
    const where = printable(whereOf(change, terminal.cwd));
    return [
      `${where} - ${paint(colour, kind)} ${paint(90, `${rule}:`)} ${printable(message)}`,
      `  ${paint(90, 'wire:')} ${verdictText(change, 'wire')}`,
      `  ${paint(90, 'source:')} ${verdictText(change, 'source')}`,
      ...(also.length > 0 ? [`  ${paint(90, 'also:')} ${printable(also.join(', '))}`] : []),
      `  ${paint(90, 'help:')} ${help}`,
    ].join('\n');
  });
  const broken = changes.filter((change) => breaksAt(change, level)).length;
  const summary =
    changes.length === 0
      ? `no changes since ${old.label}`
      : `${counted(changes.length, 'change')} since ${old.label}, ${broken === 0 ? 'none breaks' : `${broken} ${broken === 1 ? 'breaks' : 'break'}`} ${LEVELS[level]}`;
  return [...paragraphs, printable(summary)].join('\n\n').concat('\n');
}

const LEVELS = { wire: 'the wire', source: 'wire or source' } as const;

const painter =
  (hasColour: boolean) =>
  (code: number, text: string): string =>
    hasColour ? `\u001b[${code}m${text}\u001b[0m` : text;

const whereOf = ({ place, service, method }: Change, cwd: string): string =>
  place === undefined
    ? (method ?? service)
    : `${portable(relative(cwd, place.file) || place.file)}:${place.line}:${place.column}`;

const PARTS = {
  wire: ['queuedCalls', 'storedResults', 'oldServers', 'oldClients'],
  source: ['callers', 'handlers'],
} as const;

/** What does not simply survive, or that all does. */
function verdictText({ verdicts }: Change, level: Level): string {
  const affected = PARTS[level].filter((name) => verdicts[name] !== 'survives');
  if (affected.length === 0) return 'survives';
  return affected.map((name) => `${NAMES[name]} ${WORDS[verdicts[name]]}`).join(', ');
}

/** The document of `--json`. Paths are relative to the folder of the config file, with forward slashes. */
export async function jsonText(result: BreakingResult, root: string, level: Level): Promise<string> {
  const { breaksAt, breaksOf } = await import('../../codegen/breaking.js');
  const { diagnostics, old, services, changes } = result;
  const within = <Placed extends { readonly place?: Change['place'] }>({ place, ...rest }: Placed) => ({
    ...rest,
    ...(place && { place: { ...place, file: portable(relative(root, place.file)) } }),
  });
  const { kind, label } = old;
  const document = {
    ok: diagnostics.length === 0 && !changes.some((change) => breaksAt(change, level)),
    level,
    against: { kind, label: kind === 'commit' ? label : portable(relative(root, label)) },
    services,
    changes: changes.map((change) => ({ ...within(change), breaks: breaksOf(change) })),
    diagnostics: diagnostics.map(within),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Workflow commands that GitHub shows beside the lines of a pull request: for what breaks, and what should be looked at. */
export async function githubText(
  result: BreakingResult,
  level: Level,
  { cwd, env }: Terminal,
): Promise<string> {
  const { breaksAt, breaksOf } = await import('../../codegen/breaking.js');
  const top = env.GITHUB_WORKSPACE ?? cwd;
  const lines = result.changes.flatMap((change) => {
    const isBroken = breaksAt(change, level);
    const isNotable = breaksOf(change).length > 0 || change.rule === 'minor-not-raised';
    if (!isBroken && !isNotable) return [];
    const { place, rule, message, help } = change;
    const where =
      place === undefined
        ? []
        : [
            `file=${property(portable(relative(top, place.file)))}`,
            `line=${place.line}`,
            `col=${place.column}`,
          ];
    const text = `${message}\nwire: ${verdictText(change, 'wire')}\nsource: ${verdictText(change, 'source')}\n${help}`;
    return [
      `::${isBroken ? 'error' : 'warning'} ${[...where, `title=${property(rule)}`].join(',')}::${data(text)}\n`,
    ];
  });
  return lines.join('');
}

/** As GitHub's own toolkit escapes what commands carry. */
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
