// What `generate` says about its result: to people, and to tools.

import { isAbsolute, relative, sep } from 'node:path';
import type { Diagnostic, GenerateResult } from '../../codegen/index.js';
import type { Terminal } from './terminal.js';
import { wantsColour } from './terminal.js';

type FileStatus = GenerateResult['files'][number]['status'];

const STATUSES: readonly FileStatus[] = ['written', 'removed', 'stale', 'unchanged'];

/** `3 services, 10 files: 2 written, 8 unchanged` */
export function summaryText({ services, files }: GenerateResult): string {
  const counts = STATUSES.map((status) => ({
    status,
    count: files.filter((file) => file.status === status).length,
  })).filter(({ count }) => count > 0);
  const details = counts.map(({ status, count }) => `${count} ${status}`).join(', ');
  return `${counted(services.length, 'service')}, ${counted(files.length, 'file')}${details && `: ${details}`}`;
}

/** Every diagnostic with its place, and their number at the end. */
export async function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  { cwd, stderr }: Pick<Terminal, 'cwd' | 'stderr'>,
  consequence = 'nothing was written',
): Promise<string> {
  const { formatDiagnostics } = await import('../../codegen/format-diagnostic.js');
  const text = formatDiagnostics(diagnostics, { cwd, color: wantsColour(stderr) });
  return `${text}\n\n${counted(diagnostics.length, 'error')}, ${consequence}\n`;
}

/** The files that `generate` would write or remove, and the command that does it. */
export function driftText({ files }: GenerateResult, root: string, cwd: string): string {
  const drifted = files.filter(({ status }) => status !== 'unchanged');
  const lines = drifted.map(
    ({ path, status }) => `${portable(relative(cwd, absolute(root, path)))}: ${status}`,
  );
  const count = `${drifted.length} of ${counted(files.length, 'file')} out of date`;
  return `${lines.join('\n')}\n${count}: run mq-rpc generate\n`;
}

/** The document of `--json`. Paths are relative to the folder of the config file, with forward slashes. */
export function jsonText({ diagnostics, services, files, upToDate }: GenerateResult, root: string): string {
  const document = {
    ok: diagnostics.length === 0,
    upToDate,
    services,
    files: files.map(({ path, status }) => ({ path: withinRoot(root, path), status })),
    diagnostics: diagnostics.map(({ place, ...rest }) => ({
      ...rest,
      ...(place && { place: { ...place, file: withinRoot(root, place.file) } }),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const absolute = (root: string, path: string): string => (isAbsolute(path) ? path : `${root}${sep}${path}`);

const withinRoot = (root: string, path: string): string => portable(relative(root, absolute(root, path)));

const portable = (path: string): string => path.split(sep).join('/');
