// One run of a script on its way to Redis. Its keys are the same each time: they are written once for all, because
// writing nearly thirty of them takes longer than everything else that a client does with a call.

import { Command } from 'ioredis';
import type { Script } from './scripts.js';

/** What comes before the arguments, by the keys and the script. */
const heads = new WeakMap<readonly string[], Map<string, Buffer>>();

/** The arguments before those of the script: command, digest, number of the keys. */
const BEFORE_KEYS = 3;

/** What an argument takes besides itself, at most. */
const FRAME_BYTES = 16;

export class ScriptRun extends Command {
  readonly #head: Buffer;
  readonly #count: number;

  constructor(script: Script, keys: readonly string[], args: readonly (string | Buffer)[]) {
    super('EVALSHA', [...args]);
    this.#head = headOf(script, keys);
    this.#count = BEFORE_KEYS + keys.length + args.length;
  }

  /** The command in the protocol of Redis. */
  override toWritable(): Buffer {
    const args = this.args as (string | Buffer)[];
    let size = this.#head.length + FRAME_BYTES;
    for (const arg of args) size += FRAME_BYTES + Buffer.byteLength(arg);
    const bytes = Buffer.allocUnsafe(size);
    let at = bytes.write(`*${this.#count}\r\n`, 0, 'latin1');
    at += this.#head.copy(bytes, at);
    for (const arg of args) at = frame(bytes, at, arg);
    return bytes.subarray(0, at);
  }
}

function frame(bytes: Buffer, start: number, arg: string | Buffer): number {
  let at = start + bytes.write(`$${Buffer.byteLength(arg)}\r\n`, start, 'latin1');
  at += typeof arg === 'string' ? bytes.write(arg, at, 'utf8') : arg.copy(bytes, at);
  return at + bytes.write('\r\n', at, 'latin1');
}

function headOf(script: Script, keys: readonly string[]): Buffer {
  let ofKeys = heads.get(keys);
  if (ofKeys === undefined) {
    ofKeys = new Map();
    heads.set(keys, ofKeys);
  }
  let head = ofKeys.get(script.sha);
  if (head === undefined) {
    const parts = ['EVALSHA', script.sha, `${keys.length}`, ...keys];
    head = Buffer.from(parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join(''));
    ofKeys.set(script.sha, head);
  }
  return head;
}
