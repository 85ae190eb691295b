#!/usr/bin/env node
// Starts the command `mq-rpc` and hands its exit code to the shell.

import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
