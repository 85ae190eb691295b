// Paths as Windows has them: backslashes, drives, and names that differ in case only.

import { win32 } from 'node:path';
import { expect, test } from 'vitest';
import { createModulePaths, isElsewhere } from '#dist/codegen/module-paths.js';
import { createPaths } from '#dist/src/cli/paths.js';
import { contractText, generatorProject } from './generator-project.js';

const paths = createPaths(win32);
const ROOT = 'C:\\work\\shop';

test.each([
  ['src\\**\\*.contract.ts', 'src/**/*.contract.ts'],
  ['.\\src\\{a,b}\\*.ts', './src/{a,b}/*.ts'],
  ['src/\\(app\\)/\\[id\\]/*.ts', 'src/\\(app\\)/\\[id\\]/*.ts'],
  ['!src\\old\\**', '!src/old/**'],
])('the glob %s means %s', (glob, portable) => {
  expect(paths.portableGlob(glob)).toBe(portable);
});

test.each([
  ['*.contract.ts', 'C:\\work\\shop\\src', 'src/*.contract.ts'],
  ['..\\api\\*.ts', 'C:\\work\\shop\\src', 'api/*.ts'],
  ['!broken.*', 'C:\\work\\shop\\src', '!src/broken.*'],
  ['*.ts', 'C:\\work\\shop\\src\\(odd) [id]', 'src/\\(odd\\) \\[id\\]/*.ts'],
  ['C:\\work\\shop\\api\\*.ts', 'C:\\work', 'api/*.ts'],
  ['c:/work/shop/api/*.ts', 'C:\\work', 'api/*.ts'],
])('the glob %s of the command line, given in %s, is %s', (glob, cwd, seen) => {
  expect(paths.globSeenFrom(ROOT, cwd, glob)).toBe(seen);
});

test('paths of the command line count from where it was given', () => {
  expect(paths.seenFrom(ROOT, 'C:\\work\\shop\\src', '..\\generated')).toBe('generated');
  expect(paths.seenFrom(ROOT, 'C:\\work\\shop', '.')).toBe('.');
  expect(paths.seenFrom(ROOT, 'C:\\work', 'shop\\src\\made')).toBe('src/made');
});

test('imports lead from the generated files to the contract, whatever the case of the drive', () => {
  const { importPath, relativePath } = createModulePaths(
    { outDir: 'C:\\work\\shop\\src\\generated', extension: '.js' },
    win32,
  );
  // The compiler has forward slashes.
  expect(importPath('C:/work/shop/src/orders.contract.ts')).toBe('../orders.contract.js');
  expect(importPath('c:\\work\\shop\\src\\generated\\types.d.mts')).toBe('./types.mjs');
  expect(relativePath('C:/work/shop/src/orders.contract.ts')).toBe('../orders.contract.ts');
});

test('no import leads to another drive', () => {
  expect(isElsewhere('C:\\work\\shop\\src\\generated', 'D:/work/orders.contract.ts', win32)).toBe(true);
  expect(isElsewhere('C:\\work\\shop\\src\\generated', 'c:/work/orders.contract.ts', win32)).toBe(false);
  expect(isElsewhere('\\\\server\\share\\generated', 'C:/work/orders.contract.ts', win32)).toBe(true);
});

test('line ends of Windows in a contract change nothing', async () => {
  const text = `/**\n * A doc\n * of two lines.\n * @service orders\n */\nexport interface Orders {\n  /** Gets.\n   *  @priority 5 */\n  get(id: string): Promise<{ a: 'x\\\\n'; b?: number }>;\n}\n`;
  const generated = await Promise.all(
    [text, text.replaceAll('\n', '\r\n')].map(async (contract) => {
      const project = generatorProject({ 'src/orders.contract.ts': contract });
      expect((await project.generate()).diagnostics).toEqual([]);
      const files = ['orders.client.ts', 'orders.server.ts', 'orders.descriptor.ts'];
      return files.map((file) => project.read(`src/generated/${file}`));
    }),
  );
  expect(generated[1]).toEqual(generated[0]);
});

test('generated files with line ends of Windows are as they should be, and remembered', async () => {
  const project = generatorProject({ 'src/orders.contract.ts': contractText('orders') });
  await project.generate();
  const index = project.read('src/generated/index.ts');
  project.write('src/generated/index.ts', index.replaceAll('\n', '\r\n'));
  const steps: string[] = [];
  const { upToDate } = await project.generate({ onProgress: ({ step }) => steps.push(step) });
  expect({ upToDate, steps }).toEqual({ upToDate: true, steps: [] });
});
