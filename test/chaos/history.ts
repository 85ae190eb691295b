// The history of a run: what each process meant to do, and what came of it, as JSON lines in a file of its own.

import { openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What is done: a client waits for a `call`, or does `submit`, `result` and `confirm` one after the other; a worker
 * does `run`.
 */
export type Operation = 'call' | 'submit' | 'result' | 'confirm' | 'run';

/** `fail` says that it certainly did not happen, `info` that nobody knows. */
export type EventType = 'invoke' | 'ok' | 'fail' | 'info';

export interface HistoryEvent {
  readonly process: string;
  readonly type: EventType;
  readonly operation: Operation;
  /** Of the call; made by the client, so that a call is recognised before it has an id. */
  readonly key: string;
  /** Wall time in ms. All processes are on one machine. */
  readonly at: number;
  readonly id?: string | undefined;
  readonly attempt?: number | undefined;
  /** The result, or the code of an error. */
  readonly value?: string | undefined;
  readonly durability?: string | undefined;
}

const SUFFIX = '.history';

/** Appends to a file of the folder, each event before it returns: a killed process has said what it was doing. */
export function createHistory(folder: string, process: string) {
  const file = openSync(join(folder, `${process}${SUFFIX}`), 'a');
  return (event: Omit<HistoryEvent, 'process' | 'at'>): void => {
    writeSync(file, `${JSON.stringify({ process, at: Date.now(), ...event })}\n`);
  };
}

/** All histories of a folder, in the order of their time. */
export function readHistories(folder: string): HistoryEvent[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  const events = files.flatMap((name) => {
    // A process that was killed can have left half a line.
    const lines = readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as HistoryEvent);
  });
  return events.sort((a, b) => a.at - b.at);
}

/** What a handler returns: it says which attempt of which call has made it. */
export const resultOf = (key: string, id: string, attempt: number, process: string): string =>
  [key, id, attempt, process].join(' ');

export interface ResultParts {
  readonly key: string;
  readonly id: string;
  readonly attempt: number;
}

export function partsOf(result: string): ResultParts {
  const [key = '', id = '', attempt = ''] = result.split(' ');
  return { key, id, attempt: Number(attempt) };
}
