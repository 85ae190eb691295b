// URLs: which broker they name, which are refused, and how memory is shared.

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { createMessage } from './message.js';
import { createTempQueue } from './temp-queue.js';

test('a broker says where it is, how safe it is and how another thread reaches it', async () => {
  const queue = createTempQueue();
  const [file, memory] = [await openBroker(queue.url), await openBroker('memory:')];
  expect(file).toMatchObject({ url: queue.url, durability: 'local-fsync', threadUrl: queue.url });
  expect(memory).toMatchObject({ url: 'memory:', durability: 'memory', threadUrl: undefined });
  await Promise.all([file.close(), memory.close()]);
  queue.dispose();
});

test('three slashes begin an absolute path', async () => {
  const queue = createTempQueue();
  const broker = await openBroker(`sqlite://${queue.path}`);
  expect(broker.threadUrl).toBe(queue.url);
  await broker.close();
  queue.dispose();
});

test('a private queue in memory is nobody else’s', async () => {
  const [one, other] = [await openBroker('memory:'), await openBroker('memory:')];
  await one.send([createMessage()]);
  expect((await other.counts('q')).ready).toBe(0);
  await Promise.all([one.close(), other.close()]);
});

test('a named queue in memory lives as long as somebody is connected to it', async () => {
  const [one, other] = await Promise.all([openBroker('memory:shared'), openBroker('memory:shared')]);
  await one.send([createMessage()]);
  await one.close();
  expect((await other.counts('q')).ready).toBe(1);
  await other.close();
  const later = await openBroker('memory:shared');
  expect((await later.counts('q')).ready).toBe(0);
  await later.close();
});

for (const url of [
  '',
  'queue.db',
  'http://user:secret@host',
  'sqlite:',
  'sqlite:a\0b',
  'sqlite://host/p',
  5,
]) {
  test(`${JSON.stringify(url)} is not a broker URL`, async () => {
    const failure = await openBroker(url as string).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(String(failure)).toContain('broker URL: expected');
    expect(String(failure)).not.toContain('secret');
  });
}

test('opening a queue prints nothing, whatever Node thinks of its SQLite', () => {
  const script = `const { openBroker } = await import('#dist/src/broker/open-broker.js');
    await (await openBroker('memory:')).close();
    process.emitWarning('another warning');`;
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: {},
  });
  expect(status).toBe(0);
  expect(stderr).not.toContain('SQLite');
  expect(stderr).toContain('another warning');
});

test.each([
  ['sqlite::memory:', 'a queue in memory is "memory:" or "memory:name"'],
  ['sqlite:./queue.db?mode=ro', '"sqlite:" takes no parameters'],
])('%s would make a file that nobody wants', async (url, message) => {
  await expect(openBroker(url)).rejects.toThrow(message);
});
