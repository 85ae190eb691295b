// The generator as a library: `import { generate } from 'mq-rpc/codegen'`.

export type { Diagnostic, DiagnosticCode } from './diagnostic.js';
export { DIAGNOSTICS } from './diagnostic.js';
export { type FormatOptions, formatDiagnostic, formatDiagnostics } from './format-diagnostic.js';
export {
  createGenerator,
  type GeneratedFileStatus,
  type GenerateOptions,
  type GenerateProgress,
  type GenerateResult,
  type Generator,
  generate,
} from './generate.js';
export type { SourcePlace } from './model.js';
export type { FileStatus } from './write-files.js';
