// `mq-rpc init` with somebody at the terminal.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN } from '../support/mq-rpc-command.js';
import { atTerminal } from '../support/pseudo-terminal.js';
import { tempFolder } from '../support/temp-folder.js';

const init = [process.execPath, MAIN, 'init', '--no-install'];

function folderWithNotes(): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  return folder;
}

test('it asks before it writes into a folder that is not empty', () => {
  const folder = folderWithNotes();
  const { status, screen } = atTerminal(folder, init, { keys: 'n\n' });
  expect(screen).toContain('is not empty. Add src/greeter.contract.ts, src/client.ts, src/server.ts');
  expect(screen).toContain('Nothing was written.\n');
  expect(status).toBe(0);
  expect(existsSync(join(folder, 'src'))).toBe(false);
});

test('Enter is a yes', () => {
  const folder = folderWithNotes();
  const { status, screen } = atTerminal(folder, init, { keys: '\n' });
  expect(screen).toContain('created  src/client.ts\n');
  expect(status).toBe(0);
});

test('the end of the input is a no', () => {
  const folder = folderWithNotes();
  expect(atTerminal(folder, init, { keys: '\u0004' }).screen).toContain('Nothing was written.\n');
  expect(existsSync(join(folder, 'src'))).toBe(false);
});

test.for([
  ['an empty folder', tempFolder, init],
  ['--yes', folderWithNotes, [...init, '--yes']],
] as const)('%s needs no question', ([, makeFolder, command]) => {
  const { status, screen } = atTerminal(makeFolder(), command);
  expect(screen).toContain('created  src/greeter.contract.ts\n');
  expect(screen).not.toContain('?');
  expect(status).toBe(0);
});
