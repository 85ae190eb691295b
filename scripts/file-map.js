// Writes the file map of CONTRIBUTING.md from the first sentence of every file; `--check` only compares.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What each folder is for. A new folder needs its line here; files speak for themselves. */
const FOLDERS = {
  src: 'the runtime, and what everybody imports',
  'src/broker': 'what stores queues: one interface, several brokers',
  'src/broker/redis': 'queues in Redis: one server, Sentinels, clusters',
  'src/broker/redis/lua': 'one script per verb',
  'src/broker/redis/lua/lib': 'what scripts have in common, put in where they name it',
  'src/broker/sqlite': 'the embedded queue',
  'src/broker/sqlite/verbs': 'one file per verb, with its SQL',
  'src/cli': 'the command `mq-rpc`',
  'src/cli/scaffold': 'what `mq-rpc init` writes',
  'src/class-validator': 'makes and validates instances, for contracts that have such classes',
  'src/client': "the stubs' base, the handle of a call, results",
  'src/contract': 'decorators, descriptors, options',
  'src/events': 'subscribers in groups, and how events are passed on to them',
  'src/operations': 'dead letters and journals, for those who look after queues',
  'src/schedules': 'calls that are made again and again',
  'src/server': "the skeletons' base, workers, leases, retries",
  'src/testing': '`mq-rpc/testing`',
  'src/wire': 'what travels: envelopes, outcomes, data',
  codegen: 'the generator: load, extract, model, check, render, write',
  'codegen/against': 'contracts of another time: at a commit, in a folder, in a file',
  'codegen/cache': 'how an unchanged project is recognised without reading it',
  'codegen/compare': 'two versions of a contract: what has changed, and what survives it',
  'codegen/extract': 'from TypeScript to the model',
  'codegen/outputs': 'documents for others than the project itself: JSON Schema, AsyncAPI, Markdown',
  'codegen/patterns': 'how long a regular expression of a contract can take',
  'codegen/plan': 'from the model to what the templates print',
  templates: 'what generated files look like: one module per kind of file',
  samples: 'programs to run and to copy from',
  test: 'sentences about all of it, checked against dist',
  'test/broker': 'the conformance suite, run on each broker',
  'test/broker/processes': 'programs that the suite starts',
  'test/broker/suite': 'what every broker has to fulfil, by verb',
  'test/chaos': 'brokers that are killed, paused and cut off under load, and what became of every call',
  'test/cli': 'the command, spawned: status, stdout, stderr',
  'test/codegen': 'the generator, part by part',
  'test/corpus': 'contracts in types that others have published, held to data that others have recorded',
  'test/evolution': 'every row of docs/evolution.md: compared, compiled, sent through a queue',
  'test/examples': 'runnable stories, one per feature',
  'test/examples/orders-1.1': 'the next minor version of their contract',
  'test/examples/orders-1.2': 'the minor version after that',
  'test/examples/orders-2.0': 'the next major version of it',
  'test/golden': 'whole generated files, compiled and run',
  'test/package': 'the packed tarball and this map',
  'test/property': 'arbitrary contracts through the whole generator',
  'test/semantics': 'clients and servers held to every delivery semantic, on each broker',
  'test/runtime': 'clients, servers and processes that die',
  'test/support': 'what several tests use',
  'test/support/contracts': 'contracts whose stubs the tests call',
  'test/support/processes': 'programs that the tests start, and kill',
  'test/support/redis':
    'real Redis servers: alone, replicated, under Sentinels, as a cluster, behind a bad network',
  'test/types': 'what must and must not compile',
  'test/validation': 'classes of class-validator and schemas, through a real queue',
  bench: 'one file per question',
  'bench/contract': 'the contract that is measured',
  'bench/validators': 'the shapes that validators are measured on',
  'bench/peers': 'what is measured beside mq-rpc, with a package.json of its own',
  'bench/processes': 'programs that the benchmarks start',
  docs: 'what is promised and how it is kept',
  scripts: 'run by npm scripts and by hand',
};

/** Folders whose content nobody edits or reads file by file: one line each. */
const WHOLE = {
  generated: 'written by `mq-rpc generate`',
  api: 'documents of the contract, written by `mq-rpc generate`',
  fixtures: 'input of the tests beside it',
  data: 'recorded by others: its README says by whom',
  disagreements: 'what published types do not agree with, written by `vitest -u`',
  expected: 'written by `npm run golden`',
  __snapshots__: 'written by `vitest -u`',
};

const TOP = ['src', 'codegen', 'templates', 'samples', 'test', 'bench', 'docs', 'scripts'];
const SKIPPED = new Set(['node_modules', 'dist']);
const START = '<!-- file map: made by `node scripts/file-map.js` from the first sentence of each file -->\n';
const END = '<!-- end of the file map -->';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const problems = [];

/** A heading for the folder with its files, and then the same for the folders in it. */
function section(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name) && !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => fileLine(folder, name));
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const whole = folders.filter((name) => name in WHOLE).map((name) => `- \`${name}/\`: ${WHOLE[name]}`);
  const below = folders.filter((name) => !(name in WHOLE)).map((name) => section(`${folder}/${name}`));
  const lines = [...files, ...whole];
  const own = lines.length === 0 ? [] : [`### ${folder}/: ${purpose(folder)}\n\n${lines.join('\n')}\n`];
  return [...own, ...below].filter((text) => text !== '').join('\n');
}

function purpose(folder) {
  const readme = join(root, folder, 'README.md');
  if (folder in FOLDERS) return FOLDERS[folder];
  if (existsSync(readme)) return heading(readFileSync(readme, 'utf8'));
  // A folder inside a sample or a suite is part of what its parent is.
  const parent = dirname(folder);
  if (parent !== '.' && !TOP.includes(parent)) return `part of ${parent}`;
  problems.push(`${folder}/: give it a line in FOLDERS of scripts/file-map.js`);
  return '';
}

function fileLine(folder, name) {
  const sentence = firstSentence(readFileSync(join(root, folder, name), 'utf8'), extname(name));
  if (sentence === '') problems.push(`${folder}/${name}: begin it with a comment that says what it is`);
  return `- \`${name}\`: ${sentence}`;
}

function firstSentence(text, extension) {
  if (extension === '.md') return heading(text);
  if (extension === '.svg') return /<title>(.*?)<\/title>/.exec(text)?.[1] ?? '';
  if (extension === '.json') return /^[{\s]*\/\/ *(.*)/.exec(text)?.[1] ?? jsonDescription(text);
  const comment = /^(?:#!.*\n)?((?:(?:\/\/|--|#) ?.*\n)+)/.exec(text)?.[1] ?? '';
  // Biome has its say in comments, too.
  const words = comment.replace(/^(?:\/\/|--|#) ?(?:biome-ignore.*)?/gm, '').trim();
  return (words.split(/(?<=[.:!?])\s*\n|(?<=\.)\s/)[0] ?? '').replace(/\s+/g, ' ').replace(/[.:]$/, '');
}

const heading = (text) => /^# (.+)/m.exec(text)?.[1] ?? '';

function jsonDescription(text) {
  try {
    return JSON.parse(text).description ?? 'settings';
  } catch {
    return 'settings';
  }
}

for (const folder of Object.keys(FOLDERS)) {
  if (!existsSync(join(root, folder)))
    problems.push(`${folder}/ is gone: take it out of FOLDERS of scripts/file-map.js`);
}

const file = join(root, 'CONTRIBUTING.md');
const before = readFileSync(file, 'utf8');
const map = TOP.filter((folder) => existsSync(join(root, folder)))
  .map(section)
  .filter(Boolean)
  .join('\n');
const [head = '', rest = ''] = before.split(START);
const after = `${head}${START}\n${map}\n${END}${rest.split(END)[1] ?? '\n'}`;

if (process.argv.includes('--check')) {
  if (after !== before)
    problems.push('the file map of CONTRIBUTING.md is out of date: run node scripts/file-map.js');
} else {
  writeFileSync(file, after);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
