// Holds the histories of a run, and the outcomes at its end, against what is promised.

import { type HistoryEvent, partsOf } from './history.js';
import { CALL_TIMEOUT_MS, LATE_MS } from './limits.js';
import { isWaiting, type Outcome } from './outcomes.js';

/** What can be wrong with a call. */
export type Rule =
  /** Accepted, and the broker knows nothing of it any more. */
  | 'lost'
  /** Accepted, and not settled although there was time enough. */
  | 'stuck'
  /** Ran, or has a result, and nobody has made it; or has the result of another call. */
  | 'phantom'
  /** Different observers were given different results. */
  | 'second result'
  /** Its result is from an attempt that was not the newest. */
  | 'superseded'
  /** Its caller was told that it did not happen, and it ran. */
  | 'ran though rejected'
  /** Its caller was told nothing, or too late. */
  | 'left hanging';

export interface Finding {
  readonly rule: Rule;
  readonly key: string;
  /** When the call was accepted, otherwise when it was made. */
  readonly at: number;
  readonly detail: string;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  /** What else is worth knowing, by name. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Everything that the histories say of one call. */
interface Story {
  readonly key: string;
  readonly events: HistoryEvent[];
}

/** The calls whose outcome the checker wants to know: those accepted, and those whose caller was left in doubt. */
export function idsToAsk(events: readonly HistoryEvent[]): string[] {
  const known = events.filter(
    ({ operation, type, id }) => id !== undefined && operation !== 'run' && type !== 'invoke',
  );
  return [...new Set(known.map(({ id }) => id ?? ''))];
}

export function check(
  events: readonly HistoryEvent[],
  outcomes: ReadonlyMap<string, Outcome>,
  /** Processes that were killed: nobody can have told them anything. */
  killed: readonly string[] = [],
): Verdict {
  const stories = new Map<string, Story>();
  for (const event of events) {
    const story = stories.get(event.key) ?? { key: event.key, events: [] };
    stories.set(event.key, story);
    story.events.push(event);
  }
  const all = [...stories.values()];
  const findings = all.flatMap((story) => findingsOf(story, outcomeOf(story, outcomes), killed));
  return { findings, counts: countsOf(all, outcomes) };
}

const idOf = ({ events }: Story): string | undefined =>
  events.find(({ id, operation }) => id !== undefined && operation !== 'run')?.id;

function outcomeOf(story: Story, outcomes: ReadonlyMap<string, Outcome>): Outcome | undefined {
  const id = idOf(story);
  return id === undefined ? undefined : outcomes.get(id);
}

function findingsOf(story: Story, outcome: Outcome | undefined, killed: readonly string[]): Finding[] {
  const details: [Rule, string | undefined][] = [
    ['lost', lost(story, outcome)],
    ['stuck', isWaiting(outcome) ? `${outcome?.state}, attempt ${outcome?.attempt}` : undefined],
    ['phantom', phantom(story, outcome)],
    ['second result', secondResult(story, outcome)],
    ['superseded', superseded(story, outcome)],
    ['ran though rejected', ranThoughRejected(story)],
    ['left hanging', leftHanging(story, killed)],
  ];
  return details.flatMap(([rule, detail]) =>
    detail === undefined
      ? []
      : [
          {
            rule,
            key: story.key,
            at: (has(story, 'submit', 'ok') ?? story.events[0])?.at ?? 0,
            detail: `${detail} [${idOf(story) ?? 'no id'}]`,
          },
        ],
  );
}

const has = ({ events }: Story, operation: string, type: string): HistoryEvent | undefined =>
  events.find((event) => event.operation === operation && event.type === type);

function lost(story: Story, outcome: Outcome | undefined): string | undefined {
  const runs = story.events.filter(({ operation, type }) => operation === 'run' && type === 'invoke').length;
  // Only a call that the queue has had can be missed by its caller.
  const missed = story.events.find(({ operation, value }) => operation === 'call' && value === 'NOT_FOUND');
  if (missed !== undefined) return `awaited, then unknown; ran ${runs} times`;
  const isForgotten = has(story, 'confirm', 'invoke') !== undefined;
  if (has(story, 'submit', 'ok') === undefined || isForgotten || outcome?.state !== 'unknown')
    return undefined;
  const seen = has(story, 'result', 'ok');
  return `accepted, then unknown; ran ${runs} times${seen === undefined ? '' : ', after its result was read'}`;
}

function phantom(story: Story, outcome: Outcome | undefined): string | undefined {
  const isMade = has(story, 'call', 'invoke') ?? has(story, 'submit', 'invoke');
  if (isMade === undefined) return 'nobody has made it';
  const id = idOf(story);
  const foreign = resultsOf(story, outcome).find((result) => {
    const parts = partsOf(result);
    return parts.key !== story.key || (id !== undefined && parts.id !== id);
  });
  return foreign === undefined ? undefined : `has the result ${foreign}`;
}

/** Every result that somebody was given. */
function resultsOf({ events }: Story, outcome: Outcome | undefined): string[] {
  const read = events
    .filter(({ operation, type }) => (operation === 'call' || operation === 'result') && type === 'ok')
    .map(({ value }) => value);
  const given = [...read, outcome?.value].filter((value) => value !== undefined);
  return [...new Set(given)];
}

function secondResult(story: Story, outcome: Outcome | undefined): string | undefined {
  const results = resultsOf(story, outcome);
  return results.length > 1 ? results.join(' and ') : undefined;
}

/** A result is recorded once its attempt is over; until then no newer one may have started. */
function superseded(story: Story, outcome: Outcome | undefined): string | undefined {
  const attempts = story.events
    .filter(({ operation }) => operation === 'run')
    .map(({ attempt = 0 }) => attempt);
  const newest = Math.max(0, outcome?.state === 'answered' ? outcome.attempt : 0, ...attempts);
  const older = resultsOf(story, outcome).find((result) => partsOf(result).attempt < newest);
  return older === undefined ? undefined : `result of ${older}, though there was attempt ${newest}`;
}

function ranThoughRejected(story: Story): string | undefined {
  const refused = has(story, 'submit', 'fail') ?? has(story, 'call', 'fail');
  if (refused === undefined || has(story, 'run', 'invoke') === undefined) return undefined;
  return `its caller was told ${refused.value}`;
}

function leftHanging({ events }: Story, killed: readonly string[]): string | undefined {
  const own = events.filter(({ operation }) => operation !== 'run');
  for (const [index, event] of own.entries()) {
    if (event.type !== 'invoke') continue;
    const end = own.slice(index + 1).find(({ operation }) => operation === event.operation);
    if (end === undefined && killed.includes(event.process)) continue;
    if (end === undefined) return `${event.operation} has no end`;
    const tookMs = end.at - event.at;
    if (tookMs > CALL_TIMEOUT_MS + LATE_MS) return `${event.operation} took ${tookMs} ms`;
  }
  return undefined;
}

function countsOf(stories: readonly Story[], outcomes: ReadonlyMap<string, Outcome>): Record<string, number> {
  const counts: Record<string, number> = { calls: 0, accepted: 0, answered: 0, 'ran more than once': 0 };
  const count = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const story of stories) {
    count('calls');
    const outcome = outcomeOf(story, outcomes);
    const accepted = has(story, 'submit', 'ok');
    if (accepted !== undefined) count('accepted');
    if (accepted?.durability !== undefined) count(`acknowledged as ${accepted.durability}`);
    if (resultsOf(story, outcome).length > 0) count('answered');
    if (outcome?.state === 'dead') count(`dead: ${outcome.reason}`);
    const runs = story.events.filter(({ operation, type }) => operation === 'run' && type === 'invoke');
    if (runs.length > 1) count('ran more than once');
    for (const { operation, type, value } of story.events) {
      if (type === 'fail' || type === 'info') count(`${operation}: ${value}`);
    }
  }
  return counts;
}
