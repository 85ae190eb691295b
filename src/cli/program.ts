// The commands, their options and their help texts.

import { Command, Option } from 'commander';
import type { BreakingFlags } from './breaking.js';
import type { GenerateFlags } from './generate.js';
import type { InitFlags } from './init.js';
import type { Terminal } from './terminal.js';
import { readVersion } from './version.js';

const OVERVIEW = `
Start here:
  mq-rpc init          an example contract, a client and a server that run at once
  mq-rpc generate      after every change of a contract
  mq-rpc breaking      before a change is merged: does it break calls that wait, or code?

Exit codes:
  0  done
  1  something is reported, as file:line:column or by its code, or --check found files out of date
  2  wrong usage or configuration, or the machine got in the way
`;

const GENERATE_HELP = `
Reads mq-rpc.config.ts (or .mts, .js, .mjs) from here or the nearest folder above, up to the one
that has the package.json. Paths in it are relative to it; paths given as options, to this folder.

  import { defineConfig } from 'mq-rpc';
  export default defineConfig({ contracts: ['src/**/*.contract.ts'], outDir: 'src/generated' });

At the root of a monorepo: defineConfig({ projects: ['packages/*'] }), where each package has a config
of its own, or defineConfig([{ … }, { … }]) for all of them in one file.

For each service, out come <service>.client.ts, <service>.server.ts and <service>.descriptor.ts, with
events also <service>.subscriber.ts, and one index.ts for all. Only changed files are written. If a
contract has an error, nothing is.

With outputs: { jsonSchema: 'api', asyncApi: 'api/asyncapi.json', markdown: 'docs/api.md' } in the
config, these documents are written, too. With selfContained: true, the output folder is a client
that can be published: all types are in it, and it imports mq-rpc and nothing else.

Examples:
  mq-rpc generate                          what the config file says
  mq-rpc generate --watch                  again after every change
  mq-rpc generate --config a/mq-rpc.config.ts b/mq-rpc.config.ts     several packages at once
  mq-rpc generate --check                  for CI: exit code 1 if somebody forgot to generate
  mq-rpc generate --json                   for tools: {ok, upToDate, services, files, diagnostics}
  mq-rpc generate --contracts "api/*.ts" --out-dir api/generated     without a config file
`;

const BREAKING_HELP = `
Compares the contracts as they are with those that --against names:
  a git ref            a branch, tag or commit; read from git, nothing is checked out
  a folder             another checkout of this project, or an unpacked package of it
  a contract file      with the services in it, whatever others there are now
  a .json file         that "mq-rpc breaking --save <file>" has written
Contracts are looked for by the globs of the config file as it is now.

For each change it says what becomes of calls that wait in a queue and of results that are kept (wire),
and of code that calls or handles them (source). With --level wire, only the first is counted. Nothing
breaks where the major version was raised: such calls have a queue of their own. docs/evolution.md
has every rule.

Exit codes:
  0  nothing breaks
  1  something breaks, or the contracts have errors
  2  wrong usage, or the old contracts cannot be found or read

Examples:
  mq-rpc breaking --against main
  mq-rpc breaking --against v1.4.0 --level wire
  mq-rpc breaking --against origin/main --format github    for CI; on GitHub it is the default
  mq-rpc breaking --against contracts.json --json          for tools: {ok, level, against, services, changes}
  mq-rpc breaking --against main --allow member-removed    a rule that an upcaster takes care of
  mq-rpc breaking --save contracts.json                    what to compare with later, without git
`;

const INIT_HELP = `
Writes src/greeter.contract.ts, src/client.ts, src/server.ts, mq-rpc.config.ts and, where there is
none, package.json and tsconfig.json. Existing files are kept; an existing package.json only gains
what it lacks. Then installs what is missing with the project's package manager.

Examples:
  mq-rpc init                              in this folder
  mq-rpc init my-service                   in a new folder
  mq-rpc init --decorators --no-install
`;

/** Builds the command line. `finish` gets the exit code of the command that ran. */
export function createProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command('mq-rpc')
    .description('Typed remote procedure calls over a durable queue.')
    .version(readVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      // Help is a text to be read: as wide as this file, whatever the terminal.
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .exitOverride()
    .addHelpText('after', OVERVIEW);
  addGenerate(program, terminal, finish);
  addBreaking(program, terminal, finish);
  addInit(program, terminal, finish);
  return program;
}

// The commands are loaded when they run: `--help` and `--version` need neither.

function addGenerate(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('generate')
    .summary('write client stubs and server skeletons from the contracts')
    .description('Writes typed client stubs and server skeletons from the contracts.')
    .option('-c, --config <file...>', 'use this config file, or these')
    .option('--contracts <glob...>', 'contract files, instead of those of the config file')
    .option('--out-dir <folder>', 'where to write (default: as configured, or src/generated)')
    .option('--tsconfig <file>', 'compiler options to read the contracts with')
    .option('--check', 'write nothing; exit with 1 if a generated file is out of date')
    .addOption(
      new Option('-w, --watch', 'generate again after every change, until Ctrl-C').conflicts([
        'check',
        'json',
      ]),
    )
    .option('--json', 'print one JSON document instead of text')
    .option('--no-cache', 'read every contract, also those that did not change')
    .showHelpAfterError('(mq-rpc generate --help lists the options)')
    .addHelpText('after', GENERATE_HELP)
    .action(async (flags: GenerateFlags) => {
      const { generateCommand } = await import('./generate.js');
      finish(await generateCommand(flags, terminal));
    });
}

function addBreaking(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('breaking')
    .summary('say what has changed in the contracts, and what does not survive it')
    .description('Compares the contracts with those of another time, and says what breaks.')
    .option('-a, --against <what>', 'a git ref, a folder or a file')
    .addOption(
      new Option('--save <file>', 'write the contracts to a file to compare later ones with').conflicts([
        'against',
      ]),
    )
    .addOption(
      new Option('--level <level>', 'what counts as a break').choices(['wire', 'source']).default('source'),
    )
    .option('--allow <rule...>', 'rules that are no break this time')
    .option('-c, --config <file>', 'use this config file')
    .option('--contracts <glob...>', 'contract files, instead of those of the config file')
    .option('--tsconfig <file>', 'compiler options to read the contracts with')
    .addOption(
      new Option(
        '--format <format>',
        'text, or text with annotations for GitHub (default: text, on GitHub github)',
      )
        .choices(['text', 'github'])
        .conflicts(['json']),
    )
    .option('--json', 'print one JSON document instead of text')
    .showHelpAfterError('(mq-rpc breaking --help lists the options)')
    .addHelpText('after', BREAKING_HELP)
    .action(async (flags: BreakingFlags) => {
      const { breakingCommand } = await import('./breaking.js');
      finish(await breakingCommand(flags, terminal));
    });
}

function addInit(program: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  program
    .command('init')
    .summary('set up an example contract, client and server')
    .description('Sets up an example contract with a client and a server that run at once.')
    .argument('[folder]', 'where; made if there is none', '.')
    .option('--decorators', 'write the contract as a class with decorators, not as an interface')
    .option('--no-install', 'install nothing; print the command that would')
    .option('-y, --yes', 'ask nothing')
    .showHelpAfterError('(mq-rpc init --help lists the options)')
    .addHelpText('after', INIT_HELP)
    .action(async (folder: string, flags: InitFlags) => {
      const { initCommand } = await import('./init.js');
      finish(await initCommand(folder, flags, terminal));
    });
}
