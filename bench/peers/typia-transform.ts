// Compiles `typia.ts`: its transformer replaces each call by a validator. `node bench/dist/peers/typia-transform.js FROM TO`

import { dirname } from 'node:path';
import ts from 'typescript';
import { transform } from 'typia/lib/transform';

const [from = '', to = ''] = process.argv.slice(2);
const program = ts.createProgram([from], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: [],
});
const complain = (text: string): never => {
  throw new Error(`typia's transformer: ${text}`);
};
const addDiagnostic = ({ messageText }: ts.Diagnostic): never =>
  complain(ts.flattenDiagnosticMessageText(messageText, '\n'));
const before = [transform(program, {}, { addDiagnostic })];
const write = (_file: string, text: string): void => ts.sys.writeFile(to, text);
const { emitSkipped } = program.emit(program.getSourceFile(from), write, undefined, false, { before });
if (emitSkipped) complain(`nothing came out of ${dirname(from)}`);
