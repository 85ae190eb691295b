// Prints diagnostics the way compilers do: file:line:column, code, what is wrong, what to write instead.

import { relative } from 'node:path';
import type { Diagnostic } from './diagnostic.js';

export interface FormatOptions {
  /** File names are printed relative to this folder. */
  readonly cwd: string;
  /** Whether to colour with ANSI sequences. Default: no. */
  readonly color?: boolean;
}

/** All diagnostics, an empty line between two. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions): string {
  return diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, options)).join('\n\n');
}

/** One diagnostic on two lines, without a line end. */
export function formatDiagnostic(diagnostic: Diagnostic, { cwd, color = false }: FormatOptions): string {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { place } = diagnostic;
  const where =
    place === undefined
      ? ''
      : `${paint(36, printable(displayName(place.file, cwd)))}:${place.line}:${place.column} - `;
  const head = `${where}${paint(31, 'error')} ${paint(90, `${diagnostic.code}:`)} ${printable(diagnostic.message)}`;
  return diagnostic.help === '' ? head : `${head}\n  ${paint(32, 'help:')} ${printable(diagnostic.help)}`;
}

function displayName(file: string, cwd: string): string {
  const name = relative(cwd, file);
  return (name === '' ? file : name).replaceAll('\\', '/');
}

/** Contract text is quoted in messages: it must not be able to move the cursor or fake another line. */
export function printable(text: string): string {
  const written = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, written);
}
