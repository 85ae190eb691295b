// What `mq-rpc` says of itself, and what it says to wrong usage.

import { expect, test } from 'vitest';
import { mqRpc } from '../support/mq-rpc-command.js';
import { tempFolder } from '../support/temp-folder.js';

test('--version prints the version of the package', () => {
  const { status, stdout, stderr } = mqRpc(tempFolder(), '--version');
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.for([[['--help']], [['help', 'generate']], [['help', 'init']], [['help', 'breaking']]])(
  '%s is a text to work from',
  ([args]) => {
    const { status, stdout, stderr } = mqRpc(tempFolder(), ...(args ?? []));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  },
);

test('without a command, the help goes to stderr', () => {
  const { status, stdout, stderr } = mqRpc(tempFolder());
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('Usage: mq-rpc [options] [command]');
});

test.for([
  [['generat'], "error: unknown command 'generat'\n(Did you mean generate?)\n"],
  [['generate', '--chek'], "error: unknown option '--chek'\n(Did you mean --check?)\n"],
  [['generate', '--watch', '--json'], "error: option '-w, --watch' cannot be used with option '--json'\n"],
  [['generate', '--watch', '--check'], "error: option '-w, --watch' cannot be used with option '--check'\n"],
  [['generate', '--contracts'], "error: option '--contracts <glob...>' argument missing\n"],
  [['generate', 'src'], "error: too many arguments for 'generate'. Expected 0 arguments but got 1.\n"],
  [['init', 'a', 'b'], "error: too many arguments for 'init'. Expected 1 argument but got 2.\n"],
] as const)('%s is wrong usage, with a way out', ([args, message]) => {
  const { status, stdout, stderr } = mqRpc(tempFolder(), ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.slice(0, message.length)).toBe(message);
});
