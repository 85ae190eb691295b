// Notices that the queue file was deleted or replaced while it is open: what is written then is lost.

import { type BigIntStats, statSync } from 'node:fs';
import { RpcError } from '../../errors.js';

export interface FileWatch {
  /** Throws `UNAVAILABLE` if the file or its log is not the one that was opened. Gives the log's size in bytes. */
  check(): number;
}

/** Remembers the file at `path`, which is open and has its log. */
export function watchFile(path: string): FileWatch {
  const log = `${path}-wal`;
  const opened = { file: stat(path)?.ino, log: stat(log)?.ino };
  return {
    check() {
      const logStat = stat(log);
      if (stat(path)?.ino === opened.file && logStat?.ino === opened.log) return Number(logStat?.size ?? 0);
      throw new RpcError(
        'UNAVAILABLE',
        `queue file ${path}: it was deleted or replaced while it was open (nothing was written); restart this process`,
      );
    },
  };
}

function stat(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // Out of reach is as bad as gone.
    return undefined;
  }
}
