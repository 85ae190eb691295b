// Asks a question on the terminal.

import { createInterface } from 'node:readline';
import type { Terminal } from './terminal.js';

/** Whether the answer is yes. Enter alone is; Ctrl-C and the end of the input are not. */
export async function confirm(question: string, { stdin, stdout }: Terminal): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stdout });
  const answer = await new Promise<string>((resolve) => {
    lines.once('close', () => {
      stdout.write('\n');
      resolve('no');
    });
    lines.question(`${question} [Y/n] `, (line) => {
      lines.removeAllListeners('close').close();
      resolve(line);
    });
  });
  return !/^\s*n/i.test(answer);
}
