// Ports for servers that tests start: each belongs to one process until that has ended, also while its server is down.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): a client that
// tries again and again to reach a dead server there would at last be connected to itself.
const FIRST_PORT = 12_000;
const LAST_PORT = 32_000;

const folder = join(tmpdir(), 'mq-rpc-test-ports');
const mine = new Set<number>();

/** Takes so many ports that nobody else has. They are given back when this process ends, or by `releasePorts`. */
export async function reservePorts(count: number): Promise<number[]> {
  mkdirSync(folder, { recursive: true });
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (!reserve(port)) continue;
    if (await isFree(port)) ports.push(port);
    else releasePorts([port]);
  }
  return ports;
}

/** Gives ports back. */
export function releasePorts(ports: readonly number[]): void {
  for (const port of ports) {
    if (mine.delete(port)) rmSync(fileOf(port), { force: true });
  }
}

const fileOf = (port: number): string => join(folder, String(port));

function reserve(port: number): boolean {
  try {
    writeFileSync(fileOf(port), String(process.pid), { flag: 'wx' });
    mine.add(port);
    return true;
  } catch {
    if (!isAlive(ownerOf(port))) rmSync(fileOf(port), { force: true });
    return false;
  }
}

function ownerOf(port: number): number {
  try {
    // A file that is still empty belongs to somebody who is about to write it.
    return Number(readFileSync(fileOf(port), 'utf8')) || process.pid;
  } catch {
    return process.pid;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

process.once('exit', () => releasePorts([...mine]));
