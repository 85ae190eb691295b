// A change of a contract, and what survives it.

import type { SourcePlace } from '../model.js';
import { ASKS_HANDLERS, type RuleId } from './rules.js';

/**
 * What becomes of something that was there before the change.
 * - `survives`: it is as good as it was.
 * - `partly`: it goes on, without the part that the other side does not know.
 * - `waits`: it waits in the queue for a server of the new version.
 * - `extend`: the server's code has to be extended, as the change wants; its compiler says where.
 * - `breaks`: it does not survive.
 */
export type Verdict = 'survives' | 'partly' | 'waits' | 'extend' | 'breaks';

export interface Verdicts {
  /** Wire: calls that wait in the queue, at servers of the new contract. */
  readonly queuedCalls: Verdict;
  /** Wire: results that are kept, or that older servers give, at clients of the new contract. */
  readonly storedResults: Verdict;
  /** Wire: calls of new clients, at servers that still have the old contract. */
  readonly oldServers: Verdict;
  /** Wire: answers of new servers, at clients that still have the old contract. */
  readonly oldClients: Verdict;
  /** Source: code that calls the service, with newly generated stubs. */
  readonly callers: Verdict;
  /** Source: code that implements the service or subscribes to its events, with newly generated skeletons. */
  readonly handlers: Verdict;
}

export const WIRE = ['queuedCalls', 'storedResults', 'oldServers', 'oldClients'] as const;
export const SOURCE = ['callers', 'handlers'] as const;

/** What a break is looked for in. */
export type Level = 'wire' | 'source';

export interface Change {
  readonly rule: RuleId;
  /** The service's name, as in `orders`. */
  readonly service: string;
  readonly method: string | undefined;
  /** As a refusal at run time writes it: `order.lines[].sku`. Undefined for what is about a whole method or service. */
  readonly path: string | undefined;
  /** What has changed, as a sentence. */
  readonly message: string;
  /** What to do instead, as a sentence. */
  readonly help: string;
  readonly verdicts: Verdicts;
  /** Where it is in the contract as it is now; undefined if that has no place for it. */
  readonly place: SourcePlace | undefined;
  /** Whether the major version was raised: nothing breaks then, because calls have another queue. */
  readonly isAllowed: boolean;
  /** Other places that the same change shows at, as `place: order.lines[].sku`. */
  readonly also: readonly string[];
}

export const SURVIVES: Verdicts = {
  queuedCalls: 'survives',
  storedResults: 'survives',
  oldServers: 'survives',
  oldClients: 'survives',
  callers: 'survives',
  handlers: 'survives',
};

/** The levels on which a change breaks something. */
export function breaksOf({ verdicts, isAllowed }: Pick<Change, 'verdicts' | 'isAllowed'>): readonly Level[] {
  if (isAllowed) return [];
  return [
    ...(WIRE.some((name) => verdicts[name] === 'breaks') ? (['wire'] as const) : []),
    ...(SOURCE.some((name) => verdicts[name] === 'breaks') ? (['source'] as const) : []),
  ];
}

/** Whether a change breaks something on this level; source has the wire in it. */
export const breaksAt = (change: Pick<Change, 'verdicts' | 'isAllowed'>, level: Level): boolean =>
  breaksOf(change).some((broken) => level === 'source' || broken === 'wire');

/** A difference of two types, before it is known what they are used for. */
export interface Difference {
  readonly rule: RuleId;
  readonly path: string;
  readonly message: string;
  /** Whether what was written for the old type is read as the new one, and the other way round. */
  readonly isOldRead: boolean;
  readonly isNewRead: boolean;
  /** Whether code that makes values of the old type compiles with the new one; whether code that looks at them does. */
  readonly isWritten: boolean;
  readonly isLookedAt: boolean;
  /** Names the place in a declared type that it is about, which several methods may use. */
  readonly subject?: string | undefined;
  /** Which side's data loses a member on the way to the other one. */
  readonly drops?: 'old' | 'new' | undefined;
}

/** What the verdicts on a difference depend on besides itself. */
export interface Circumstances {
  /** Whether older servers see that calls are of a newer version, and leave to others what they cannot read. */
  readonly isMinorRaised: boolean;
  /** Whether they leave all calls of this method to others, as `@since` says, or the version if it says nothing. */
  readonly isFormRaised: boolean;
  readonly isEvent: boolean;
}

/** The verdicts on a difference in what callers send. */
export function inputVerdicts(difference: Difference, circumstances: Circumstances): Verdicts {
  const { rule, isOldRead, isWritten, isLookedAt, drops } = difference;
  const asks = ASKS_HANDLERS.has(rule) && !circumstances.isEvent;
  return {
    ...SURVIVES,
    queuedCalls: isOldRead ? (drops === 'old' ? 'partly' : 'survives') : 'breaks',
    oldServers: atOldServers(difference, circumstances),
    callers: isWritten ? 'survives' : 'breaks',
    handlers: isLookedAt ? 'survives' : asks ? 'extend' : 'breaks',
  };
}

function atOldServers(
  { isNewRead, drops }: Difference,
  { isMinorRaised, isFormRaised }: Circumstances,
): Verdict {
  if (!isNewRead) return isMinorRaised ? 'waits' : 'breaks';
  if (drops !== 'new') return 'survives';
  return isFormRaised ? 'waits' : 'partly';
}

/** The verdicts on a difference in what servers answer. */
export function outputVerdicts({ isOldRead, isNewRead, isWritten, isLookedAt, drops }: Difference): Verdicts {
  return {
    ...SURVIVES,
    storedResults: isOldRead ? (drops === 'old' ? 'partly' : 'survives') : 'breaks',
    oldClients: isNewRead ? (drops === 'new' ? 'partly' : 'survives') : 'breaks',
    callers: isLookedAt ? 'survives' : 'breaks',
    handlers: isWritten ? 'survives' : 'breaks',
  };
}
