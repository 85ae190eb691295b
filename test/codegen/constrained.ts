// Contracts whose methods take one value each, generated for a test: what their validators say of values.

import type { ServiceDescriptor } from 'mq-rpc';
import { generatorProject } from './generator-project.js';

/** What a validator says: `undefined`, or why it refuses. */
export interface Validators {
  /** Of a value that a client wants to send. */
  send(name: string, value: unknown): string | undefined;
  /** Of data that a server has received. */
  receive(name: string, data: unknown): string | undefined;
  /** The value after both, through JSON. */
  travel(name: string, value: unknown): unknown;
}

/** `methods` are parameters by the names of methods, each with its tags; all are called `value`. */
export async function validators(
  methods: Readonly<Record<string, string>>,
  declarations = '',
): Promise<Validators> {
  const lines = Object.entries(methods).map(([name, parameter]) => `  ${name}(${parameter}): Promise<void>;`);
  const contract = `${declarations}\n/** @service checked */\nexport interface Checked {\n${lines.join('\n')}\n}\n`;
  return validatorsOf(contract);
}

export async function validatorsOf(contract: string): Promise<Validators> {
  const project = generatorProject({ 'src/checked.contract.ts': contract });
  const { diagnostics } = await project.generate({ cache: false });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const module = await import(project.path('src/generated/checked.descriptor.ts'));
  const descriptor = module.checkedDescriptor as ServiceDescriptor;
  const methodOf = (name: string) => {
    const method = descriptor.methods[name];
    if (method === undefined) throw new Error(`no method ${name}`);
    return method;
  };
  const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  return {
    send: (name, value) => refusalOf(() => methodOf(name).encodeArguments([value])),
    receive: (name, data) => refusalOf(() => methodOf(name).decodeArguments([data])),
    travel: (name, value) => {
      const method = methodOf(name);
      return method.decodeArguments(json(method.encodeArguments([value])))[0];
    },
  };
}

function refusalOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return error.message;
    throw error;
  }
}
