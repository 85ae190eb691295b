// The descriptor of a service: `orders.descriptor.ts`, with its method table and the functions of its types.

import type { ErrorPlan, FunctionRef, MethodPlan, ReaderPlan, ServicePlan } from '../codegen/plan/plan.js';
import { DESCRIPTOR_FORMAT } from '../src/contract/descriptor.js';
import { type Code, code, doc, key, literal, name, paragraphs } from './code.js';
import { codecConstant } from './codec-constants.js';
import { read } from './codec-expressions.js';
import { codecFunction } from './codec-functions.js';
import { functionName } from './functions.js';
import { descriptorType } from './handler-members.js';
import { serviceHeader } from './header.js';
import type { SourceFile } from './print.js';
import * as runtime from './runtime-names.js';

export const descriptorFile = (plan: ServicePlan): SourceFile => ({
  header: serviceHeader(plan),
  declares: [
    plan.descriptorName,
    ...plan.constants.map((constant) => constant.name),
    ...plan.functions.map((each) => each.name),
  ],
  body: paragraphs([
    descriptor(plan),
    ...plan.functions.map(codecFunction),
    plan.constants.map(codecConstant),
  ]),
});

const descriptor = (plan: ServicePlan): Code => code`
  ${doc(`What \`${plan.service}\` is on the wire: its methods, their options, and how their data travels.`)}
  export const ${name(plan.descriptorName)}: ${descriptorType(plan)} = {
    format: ${literal(DESCRIPTOR_FORMAT)},
    service: ${literal(plan.service)},
    version: ${literal(plan.version)},
    queue: ${literal(plan.queue)},
    contractHash: ${literal(plan.contractHash)},
    options: ${literal(plan.options)},
    methods: {
      ${plan.methods.map(methodEntry)}
    },
  };
`;

const methodEntry = (method: MethodPlan): Code => code`
  ${key(method.name)}: {
    name: ${literal(method.name)},
    oneWay: ${literal(method.oneWay)},
    parameters: ${literal(method.parameters.map((parameter) => parameter.name))},
    ${method.parameters.some(({ isRest }) => isRest) ? code`rest: true,` : undefined}
    options: ${literal(method.options)},
    encodeArguments: ${argumentsFunction('args', method, method.encodeArguments, sending)},
    decodeArguments: ${argumentsFunction('data', method, method.decodeArguments, receiving)},
    encodeResult: ${resultFunction('value', method.encodeResult, sending)},
    decodeResult: ${resultFunction('data', method.decodeResult, receiving)},
    ${errors(method)}
  },
`;

/** Where arguments and results stand; each is made anew. */
const sending = code`${runtime.wire}.sending()`;
const receiving = code`${runtime.wire}.receiving()`;

function argumentsFunction(value: string, method: MethodPlan, ref: FunctionRef, at: Code): Code {
  if (method.parameters.length === 0) return functionName(ref);
  const list = name(value);
  const reading = code`${functionName(ref)}(${list}, ${at})`;
  const { exactArguments: exact } = method;
  return exact === undefined
    ? code`(${list}) => ${reading}`
    : code`(${list}) => ${functionName(exact)}(${list}) ? ${list} : ${reading}`;
}

const resultFunction = (value: string, reader: ReaderPlan | undefined, at: Code): Code =>
  reader === undefined
    ? code`${runtime.wire}.noResult`
    : code`(${name(value)}) => ${read(reader, name(value), at, literal('result'))}`;

const errors = (method: MethodPlan): Code =>
  method.errors.length === 0
    ? code`errors: {},`
    : code`
        errors: {
          ${method.errors.map(errorEntry)}
        },
      `;

const errorEntry = (error: ErrorPlan): Code => code`
  ${key(error.name)}: {
    type: ${error.type},
    encodeData: (value) => ${read(error.encodeData, name('value'), sending, literal('data'))},
    decodeData: (data) => ${read(error.decodeData, name('data'), receiving, literal('data'))},
  },
`;
