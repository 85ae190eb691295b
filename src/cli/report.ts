// What `generate` says about its result: to people, and to tools.

import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Diagnostic, GenerateResult } from '../../codegen/index.js';
import { portable } from './paths.js';
import type { Project } from './project.js';
import type { Terminal } from './terminal.js';
import { wantsColour } from './terminal.js';

type FileStatus = GenerateResult['files'][number]['status'];

const STATUSES: readonly FileStatus[] = ['written', 'removed', 'stale', 'unchanged'];

/** A project, and what its run came to. */
export interface ProjectResult {
  readonly project: Project;
  readonly result: GenerateResult;
}

/** What tells a project from the others of a run: where its files are generated, seen from `cwd`. */
export const projectName = ({ root, outDir }: Project, cwd: string): string =>
  portable(relative(cwd, resolve(root, outDir))) || '.';

/** `3 services, 10 files: 2 written, 8 unchanged` */
export function summaryText({ services, files }: GenerateResult): string {
  const counts = STATUSES.map((status) => ({
    status,
    count: files.filter((file) => file.status === status).length,
  })).filter(({ count }) => count > 0);
  const details = counts.map(({ status, count }) => `${count} ${status}`).join(', ');
  return `${counted(services.length, 'service')}, ${counted(files.length, 'file')}${details && `: ${details}`}`;
}

/** What stands around the number of errors. */
export interface DiagnosticsOptions {
  /** Which project it is about, with a colon. */
  readonly project?: string;
  /** What follows from the errors. */
  readonly consequence?: string;
}

/** Every diagnostic with its place, and their number at the end. */
export async function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  { cwd, stderr }: Pick<Terminal, 'cwd' | 'stderr'>,
  { project = '', consequence = 'nothing was written' }: DiagnosticsOptions = {},
): Promise<string> {
  const { formatDiagnostics } = await import('../../codegen/format-diagnostic.js');
  const text = formatDiagnostics(diagnostics, { cwd, color: wantsColour(stderr) });
  return `${text}\n\n${project}${counted(diagnostics.length, 'error')}, ${consequence}\n`;
}

/** The files that `generate` would write or remove, and the command that does it. */
export function driftText({ files }: GenerateResult, root: string, project: string, cwd: string): string {
  const drifted = files.filter(({ status }) => status !== 'unchanged');
  const lines = drifted.map(
    ({ path, status }) => `${portable(relative(cwd, absolute(root, path)))}: ${status}`,
  );
  const count = `${drifted.length} of ${counted(files.length, 'file')} out of date`;
  return `${lines.join('\n')}\n${project}${count}: run mq-rpc generate\n`;
}

/**
 * The document of `--json`. Paths have forward slashes. They are relative to the folder of the config file; those of
 * several configurations to the present folder, and `projects` says which of them is how.
 */
export function jsonText(results: readonly ProjectResult[], cwd: string): string {
  const [first] = results;
  const root = first === undefined || results.length > 1 ? cwd : first.project.root;
  const document = {
    ...statusOf(results.map(({ result }) => result)),
    ...(results.length > 1 && { projects: results.map((each) => projectDocument(each, root)) }),
    files: results.flatMap(({ result: { files } }) =>
      files.map(({ path, status }) => ({ path: withinRoot(root, path), status })),
    ),
    diagnostics: results.flatMap(({ result: { diagnostics } }) =>
      diagnostics.map(({ place, ...rest }) => ({
        ...rest,
        ...(place && { place: { ...place, file: withinRoot(root, place.file) } }),
      })),
    ),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const statusOf = (results: readonly GenerateResult[]) => ({
  ok: results.every(({ diagnostics }) => diagnostics.length === 0),
  upToDate: results.every(({ upToDate }) => upToDate),
  services: results.flatMap(({ services }) => services),
});

const projectDocument = ({ project, result }: ProjectResult, root: string) => ({
  config: project.configFile === undefined ? null : withinRoot(root, project.configFile),
  outDir: withinRoot(root, resolve(project.root, project.outDir)),
  ...statusOf([result]),
});

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const absolute = (root: string, path: string): string => (isAbsolute(path) ? path : join(root, path));

const withinRoot = (root: string, path: string): string => portable(relative(root, absolute(root, path)));
