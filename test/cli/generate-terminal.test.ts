// `mq-rpc generate` at a terminal: progress and colours, and what turns them off.

import { expect, test } from 'vitest';
import { edit, greeterProject } from '../support/greeter-project.js';
import { MAIN, mqRpc } from '../support/mq-rpc-command.js';
import { atTerminal } from '../support/pseudo-terminal.js';

const generate = [process.execPath, MAIN, 'generate'];
const ERASE_LINE = '\r\u001b[2K';
const RED = '\u001b[31m';

test('progress is one line, rewritten in place, that is gone at the end', () => {
  const { status, screen } = atTerminal(greeterProject(), generate);
  expect(status).toBe(0);
  const lines = screen.split(ERASE_LINE);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.slice(0, -1).join('')).not.toContain('\n');
  expect(lines.at(-1)).toBe('1 service, 4 files: 4 written\n');
});

test('a terminal that cannot rewrite a line shows no progress', () => {
  const { screen } = atTerminal(greeterProject(), generate, { env: { TERM: 'dumb' } });
  expect(screen).not.toContain('\u001b');
  expect(screen).toContain('1 service, 4 files: 4 written\n');
});

test('diagnostics are coloured at a terminal, unless NO_COLOR is set, and nowhere else', () => {
  const folder = greeterProject();
  edit(folder, 'src/greeter.contract.ts', '@retain 1d', '@retian 1d');
  const coloured = atTerminal(folder, generate);
  expect(coloured.screen).toContain(RED);
  expect(coloured.status).toBe(1);
  expect(atTerminal(folder, generate, { env: { NO_COLOR: '1' } }).screen).not.toContain(RED);
  expect(mqRpc(folder, 'generate').stderr).not.toContain('\u001b');
});
