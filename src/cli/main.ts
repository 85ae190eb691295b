#!/usr/bin/env node
// Starts the command `mq-rpc` and hands its exit code to the shell.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`mq-rpc needs Node 20.19 or newer, and this is ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  // Loaded only now: an older Node would stumble over our packages before it could say what is wrong.
  const { run } = await import('./run.js');
  process.exitCode = await run(process.argv.slice(2), {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}
