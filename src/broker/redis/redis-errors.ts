// What a failure of Redis means for a command: whether anything was written, and whether trying again is of use.

import { RpcError } from '../../errors.js';
import { diagnose, type Finding, isReply } from './redis-advice.js';
import type { RedisAddress } from './redis-url.js';

/** What to make of the failure of one command that was sent once. */
export type Verdict =
  /** Nothing was written, and it may work soon. `reconnect`: on another connection, after looking for the master. */
  | { readonly kind: 'again'; readonly reconnect: boolean }
  /**
   * Nothing was written: another node of the cluster has the slot, or with `ask` has this key already. An empty
   * `host` stands for the one that was asked.
   */
  | { readonly kind: 'moved'; readonly slot: number; readonly address: RedisAddress; readonly ask: boolean }
  /** Nothing was written: the server does not have the script. */
  | { readonly kind: 'noscript' }
  /** The connection ended, and nobody knows whether it ran. */
  | { readonly kind: 'lost' }
  /**
   * Trying again is pointless until somebody has done something. `UNAVAILABLE` if certainly nothing was written,
   * `UNCONFIRMED` if a script failed inside, after it may have begun to write.
   */
  | { readonly kind: 'refused'; readonly error: RpcError };

export interface ErrorContext {
  /** The broker URL without credentials. */
  readonly url: string;
  readonly queue?: string | undefined;
  /** Whether the command could have changed anything. Default true. */
  readonly isWrite?: boolean | undefined;
}

/**
 * What the failure of a command means. It is about one command sent once: where a client sends again by itself, an
 * earlier one may have run, whatever the last one says.
 */
export function classify(error: unknown, context: ErrorContext): Verdict {
  if (error instanceof RpcError) return { kind: 'refused', error };
  const redirection = redirectionOf(error);
  if (redirection !== undefined) return redirection;
  if (isReply(error) && error.message.startsWith('NOSCRIPT')) return { kind: 'noscript' };
  const finding = diagnose(error);
  switch (finding.outlook) {
    case 'again':
    case 'reconnect':
      return { kind: 'again', reconnect: finding.outlook === 'reconnect' };
    case 'lost':
      return { kind: 'lost' };
    case 'refused': {
      const isOpen = finding.mayHaveWritten && context.isWrite !== false;
      return {
        kind: 'refused',
        error: describe(isOpen ? 'UNCONFIRMED' : 'UNAVAILABLE', finding, error, context),
      };
    }
  }
}

/** What to tell who has waited long enough for something of which nothing was written. */
export function unreachable(url: string, cause: unknown): RpcError {
  return cause instanceof RpcError ? cause : describe('UNAVAILABLE', diagnose(cause), cause, { url });
}

/** What to tell who has waited long enough for something that may or may not have been written. */
export function notConfirmed(url: string, cause: unknown): RpcError {
  return describe('UNCONFIRMED', diagnose(cause), cause, { url });
}

function redirectionOf(error: unknown): Verdict | undefined {
  const match = isReply(error) ? /^(MOVED|ASK) (\d{1,5}) (\S*):(\d{1,5})$/.exec(error.message) : null;
  if (match === null) return undefined;
  const [, word, slot, host = '', port] = match;
  // A slot that no cluster has must not become an index anywhere.
  if (Number(slot) >= 16_384) return undefined;
  // "?" is a node whose name nobody has told the cluster.
  const address = { host: host === '?' ? '' : host, port: Number(port) };
  return { kind: 'moved', slot: Number(slot), address, ask: word === 'ASK' };
}

function describe(
  code: 'UNAVAILABLE' | 'UNCONFIRMED',
  finding: Finding,
  error: unknown,
  { url, queue }: ErrorContext,
): RpcError {
  const written = code === 'UNAVAILABLE' ? 'nothing was written' : 'it may or may not have been written';
  const where = queue === undefined ? `Redis ${url}` : `queue ${queue} in Redis ${url}`;
  const why = finding.code === undefined ? written : `${finding.code}; ${written}`;
  return new RpcError(code, `${where}: ${finding.advice} (${why})`, { cause: withoutCommand(error) });
}

/** ioredis attaches the command to its errors, with passwords and the bodies of calls: they do not belong in a log. */
function withoutCommand(error: unknown): unknown {
  if (typeof error === 'object' && error !== null && 'command' in error) delete error.command;
  return error;
}
