// `mq-rpc breaking`: what it compares with, what it says, and how it ends.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { edit } from '../support/greeter-project.js';
import { mqRpc, mqRpcIn } from '../support/mq-rpc-command.js';
import { ROOT } from '../support/pack.js';
import { tempFolder } from '../support/temp-folder.js';

const CONTRACT = 'src/orders.contract.ts';
const TEXT = `import { ServiceError } from 'mq-rpc';
import type { Line } from '../../shared/line.js';

export class OutOfStock extends ServiceError<{ sku: string }> {}
export interface Order { id: string; lines: Line[] }

/** Takes orders.
 *  @service orders
 *  @version 1.2 */
export interface Orders {
  /** @throws {OutOfStock} */
  place(order: Order): Promise<string>;
  /** @oneway */
  track(id: string): void;
}
`;

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    encoding: 'utf8',
  });

/** A project in a folder of a repository, committed as it is, and tagged v1. */
function repository(): { readonly top: string; readonly project: string } {
  const top = tempFolder();
  const project = join(top, 'api');
  mkdirSync(join(project, 'src'), { recursive: true });
  mkdirSync(join(project, 'node_modules'));
  mkdirSync(join(top, 'shared'));
  symlinkSync(ROOT, join(project, 'node_modules/mq-rpc'), 'dir');
  const write = (name: string, text: string) => writeFileSync(join(top, name), text);
  write('.gitignore', 'node_modules\n');
  write('shared/line.ts', 'export interface Line { sku: string; quantity: number }\n');
  write('api/package.json', '{ "name": "api", "type": "module" }\n');
  write(
    'api/mq-rpc.config.ts',
    "export default { contracts: ['src/**/*.contract.ts'], outDir: 'src/generated' };\n",
  );
  write(`api/${CONTRACT}`, TEXT);
  git(top, 'init', '-q');
  git(top, 'add', '.');
  git(top, 'commit', '-qm', 'first');
  git(top, 'tag', 'v1');
  return { top, project };
}

const rulesOf = (json: string): string[] =>
  (JSON.parse(json) as { changes: { rule: string }[] }).changes.map(({ rule }) => rule);

describe('against a git ref', () => {
  test('nothing has changed', () => {
    const { project } = repository();
    const { status, stdout, stderr } = mqRpc(project, 'breaking', '--against', 'v1');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^no changes since v1 \([\da-f]{10}\)\n$/);
  });

  test('every change is told with its place, what survives it and what to do', () => {
    const { top, project } = repository();
    edit(project, CONTRACT, 'track(id: string)', 'track(id: string, at: Date)');
    edit(top, 'shared/line.ts', 'sku: string', 'sku: string; note?: string');
    const { status, stdout, stderr } = mqRpc(project, 'breaking', '--against', 'HEAD');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout.replace(/\([\da-f]{10}\)/, '(…)')).toMatchSnapshot();
  });

  test('neither the working tree nor the index is touched', () => {
    const { top, project } = repository();
    edit(top, 'shared/line.ts', 'sku: string', 'sku: number');
    git(top, 'add', '.');
    edit(project, CONTRACT, '@version 1.2', '@version 2.0');
    const index = readFileSync(join(top, '.git/index'));
    const state = git(top, 'status', '--short');
    expect(mqRpc(project, 'breaking', '--against', 'v1').status).toBe(0);
    expect(readFileSync(join(top, '.git/index')).equals(index)).toBe(true);
    expect(git(top, 'status', '--short')).toBe(state);
  });

  test('files that were moved, and files that are gone, are read from the commit', () => {
    const { top, project } = repository();
    renameSync(join(project, CONTRACT), join(project, 'src/moved.contract.ts'));
    edit(project, 'src/moved.contract.ts', '../../shared/line.js', '../../shared/lines.js');
    renameSync(join(top, 'shared/line.ts'), join(top, 'shared/lines.ts'));
    expect(mqRpc(project, 'breaking', '--against', 'v1')).toMatchObject({ status: 0, stderr: '' });
  });

  test('a package of the repository is what it was then, though it is linked', () => {
    const { top, project } = repository();
    mkdirSync(join(top, 'units'));
    writeFileSync(join(top, 'units/package.json'), '{ "name": "units", "types": "index.d.ts" }');
    writeFileSync(join(top, 'units/index.d.ts'), 'export type Unit = "kg" | "l";');
    symlinkSync('../../units', join(project, 'node_modules/units'), 'dir');
    edit(project, CONTRACT, 'id: string; lines', "id: string; unit: import('units').Unit; lines");
    git(top, 'add', '.');
    git(top, 'commit', '-qm', 'second');
    writeFileSync(join(top, 'units/index.d.ts'), 'export type Unit = "kg";');
    const { status, stdout } = mqRpc(project, 'breaking', '--against', 'HEAD', '--json');
    expect(status).toBe(1);
    expect(rulesOf(stdout)).toEqual(['literal-removed']);
  });

  test('a raised major version allows everything', () => {
    const { project } = repository();
    edit(project, CONTRACT, 'track(id: string)', 'track(id: number)');
    edit(project, CONTRACT, '@version 1.2', '@version 2.0');
    const { status, stdout } = mqRpc(project, 'breaking', '--against', 'v1');
    expect(status).toBe(0);
    expect(stdout).toContain('allowed type-changed: id was string and is number');
  });

  test('with --level wire only the wire is counted, and --allow takes rules out', () => {
    const { project } = repository();
    edit(project, CONTRACT, 'interface Orders', 'interface OrderIntake');
    expect(mqRpc(project, 'breaking', '--against', 'v1').status).toBe(1);
    expect(mqRpc(project, 'breaking', '--against', 'v1', '--level', 'wire').status).toBe(0);
    expect(mqRpc(project, 'breaking', '--against', 'v1', '--allow', 'contract-renamed').status).toBe(0);
  });
});

describe('against something else', () => {
  test('a folder: another checkout', () => {
    const { top, project } = repository();
    const before = join(tempFolder(), 'before');
    cpSync(top, before, { recursive: true, verbatimSymlinks: true });
    edit(project, CONTRACT, 'id: string;', 'id: number;');
    const { status, stdout } = mqRpc(project, 'breaking', '--against', join(before, 'api'), '--json');
    expect(status).toBe(1);
    expect(rulesOf(stdout)).toEqual(['type-changed']);
  });

  test('a folder: an unpacked package of declaration files, without installed packages', () => {
    const { project } = repository();
    const unpacked = tempFolder();
    mkdirSync(join(unpacked, 'dist'));
    writeFileSync(join(unpacked, 'package.json'), '{ "name": "api", "type": "module" }');
    writeFileSync(
      join(unpacked, 'dist/line.d.ts'),
      'export interface Line { sku: string; quantity: number }',
    );
    const declared = TEXT.replace('../../shared/', './').replace('export class', 'export declare class');
    writeFileSync(join(unpacked, 'dist/orders.contract.d.ts'), declared);
    expect(mqRpc(project, 'breaking', '--against', unpacked)).toMatchObject({ status: 0, stderr: '' });
  });

  test('a contract file: other services are no news', () => {
    const { project } = repository();
    const file = join(tempFolder(), 'old.contract.ts');
    writeFileSync(
      file,
      '/** @service orders\n *  @version 1.2 */\nexport interface Orders {\n  pay(id: string): Promise<void>;\n}\n',
    );
    const more = '/** @service other */\nexport interface Other {\n  ping(): Promise<void>;\n}\n';
    writeFileSync(join(project, 'src/other.contract.ts'), more);
    const { status, stdout } = mqRpc(project, 'breaking', '--against', file, '--json');
    expect(status).toBe(1);
    expect(rulesOf(stdout)).toEqual(['method-added', 'method-added', 'method-removed', 'minor-not-raised']);
  });

  test('a snapshot, which is the same on every machine', () => {
    const [first, second] = [repository(), repository()];
    expect(mqRpc(first.project, 'breaking', '--save', 'contracts.json')).toEqual({
      status: 0,
      stdout: 'saved 1 service\n',
      stderr: '',
    });
    mqRpc(second.project, 'breaking', '--save', '../contracts.json');
    const saved = readFileSync(join(first.project, 'contracts.json'), 'utf8');
    expect(readFileSync(join(second.top, 'contracts.json'), 'utf8')).toBe(saved);
    expect(mqRpc(first.project, 'breaking', '--against', 'contracts.json').status).toBe(0);
    edit(first.project, CONTRACT, '{ sku: string }', '{ sku: number }');
    const { status, stdout } = mqRpc(first.project, 'breaking', '--against', 'contracts.json');
    expect(status).toBe(1);
    expect(stdout).toContain('OutOfStock.data.sku was string and is number');
  });
});

describe('--format github', () => {
  test('annotates what breaks, with paths that GitHub knows, also without being asked', () => {
    const { top, project } = repository();
    edit(project, CONTRACT, 'id: string;', 'id: number;');
    const annotations = (env: NodeJS.ProcessEnv, ...args: readonly string[]): string[] =>
      mqRpcIn({ cwd: project, env }, 'breaking', '--against', 'v1', ...args)
        .stdout.split('\n')
        .filter((line) => line.startsWith('::'));
    const expected = [
      '::error file=api/src/orders.contract.ts,line=12,col=3,title=type-changed::order.id was string and is number%0A' +
        'wire: calls in the queue break, new calls at old servers break%0Asource: callers break, handlers break%0A' +
        'Add a member or a method with the new type beside it, or raise the major version.',
    ];
    expect(annotations({ GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: top })).toEqual(expected);
    expect(annotations({ GITHUB_WORKSPACE: top }, '--format', 'github')).toEqual(expected);
    expect(annotations({ GITHUB_ACTIONS: 'true' }, '--format', 'text')).toEqual([]);
  });

  test('contract text cannot write a command of its own', () => {
    const { project } = repository();
    const odd = "'a\\n::warning::b' | 'c'";
    edit(project, CONTRACT, 'track(id: string)', `track(id: ${odd})`);
    const { stdout } = mqRpc(project, 'breaking', '--against', 'v1', '--format', 'github');
    expect(stdout.split('\n').filter((line) => line.trim().startsWith('::warning'))).toEqual([]);
  });
});

describe('--json', () => {
  test('prints one document and nothing else', () => {
    const { project } = repository();
    edit(project, CONTRACT, 'Promise<string>', 'Promise<string | null>');
    const { status, stdout, stderr } = mqRpc(project, 'breaking', '--against', 'v1', '--json');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      level: 'source',
      against: { kind: 'commit', label: expect.stringMatching(/^v1 \([\da-f]{10}\)$/) },
      services: ['orders'],
      changes: [
        {
          rule: 'null-added',
          service: 'orders',
          method: 'place',
          path: 'result',
          message: 'result can be null',
          help: expect.any(String),
          verdicts: {
            queuedCalls: 'survives',
            storedResults: 'survives',
            oldServers: 'survives',
            oldClients: 'breaks',
            callers: 'breaks',
            handlers: 'survives',
          },
          isAllowed: false,
          also: [],
          place: { file: CONTRACT, line: 12, column: 3 },
          breaks: ['wire', 'source'],
        },
      ],
      diagnostics: [],
    });
  });
});

describe('what cannot be compared', () => {
  test.for([
    [['--against', 'v9'], 'git knows no v9', 'git fetch'],
    [['--against', '--output=x'], 'git knows no --output=x', 'git fetch'],
    [[], 'nothing to compare the contracts with', '--against main'],
    [['--against', 'package.json'], 'is no snapshot of contracts', '--save'],
    [['--against', 'empty'], 'has no file that matches src/**/*.contract.ts', '--contracts'],
    [['--against', 'v1', '--allow', 'everything'], 'there is no rule everything', 'id of a rule'],
  ] as const)('%s is wrong usage, with a way out', ([args, message, help]) => {
    const { project } = repository();
    mkdirSync(join(project, 'empty'));
    const { status, stdout, stderr } = mqRpc(project, 'breaking', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(help);
  });

  test('a commit without contracts', () => {
    const { top, project } = repository();
    git(top, 'checkout', '-q', '--orphan', 'empty');
    git(top, 'rm', '-rq', '--cached', '.');
    git(top, 'commit', '-q', '--allow-empty', '-m', 'nothing');
    const { status, stderr } = mqRpc(project, 'breaking', '--against', 'empty');
    expect(status).toBe(2);
    expect(stderr).toContain('has no file that matches');
  });

  test('a name that is a path as well', () => {
    const { project } = repository();
    mkdirSync(join(project, 'v1'));
    const { status, stderr } = mqRpc(project, 'breaking', '--against', 'v1');
    expect(status).toBe(2);
    expect(stderr).toContain('Write ./v1 for the path, or refs/heads/v1 for the branch.');
  });

  test('a folder without git', () => {
    const { top, project } = repository();
    rmSync(join(top, '.git'), { recursive: true });
    const { status, stderr } = mqRpc(project, 'breaking', '--against', 'main');
    expect(status).toBe(2);
    expect(stderr).toContain('no git repository');
  });

  test('an edited snapshot', () => {
    const { project } = repository();
    mqRpc(project, 'breaking', '--save', 'contracts.json');
    edit(project, 'contracts.json', '"name": "orders"', '"name": "others"');
    const { status, stderr } = mqRpc(project, 'breaking', '--against', 'contracts.json');
    expect(status).toBe(2);
    expect(stderr).toContain('was changed, or written by another version');
  });

  test('contracts with errors: the present ones are findings, the old ones wrong usage', () => {
    const { top, project } = repository();
    edit(project, CONTRACT, '@version 1.2', '@verson 1.2');
    const now = mqRpc(project, 'breaking', '--against', 'v1');
    expect(now).toMatchObject({ status: 1, stdout: '' });
    expect(now.stderr).toContain('1 error, nothing was compared');
    git(top, 'commit', '-qam', 'broken');
    edit(project, CONTRACT, '@verson 1.2', '@version 1.2');
    const then = mqRpc(project, 'breaking', '--against', 'HEAD');
    expect(then).toMatchObject({ status: 2, stdout: '' });
    expect(then.stderr).toContain('all in HEAD');
  });
});
