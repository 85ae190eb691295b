// The types of a self-contained client: `orders.types.ts`, with everything that its contract is made of.

import type { MethodPlan, ParameterPlan, ServicePlan } from '../codegen/plan/plan.js';
import type {
  EnumDeclaration,
  ErrorDeclaration,
  MemberDeclaration,
  ShapeDeclaration,
  TypeDeclaration,
  TypesPlan,
} from '../codegen/plan/types-plan.js';
import { type Code, code, commas, doc, intersection, key, literal, name, paragraphs } from './code.js';
import { serviceHeader } from './header.js';
import type { SourceFile } from './print.js';
import * as runtime from './runtime-names.js';

export const typesFile = (service: ServicePlan, types: TypesPlan): SourceFile => ({
  header: serviceHeader(service),
  declares: declaredNames(types),
  body: paragraphs([
    contract(service, types),
    ...types.types.map(typeDeclaration),
    ...types.enums.map(enumDeclaration),
    ...types.errors.map(errorDeclaration),
  ]),
});

/** Everything that the file exports. */
const declaredNames = (types: TypesPlan): string[] => [
  types.contractName,
  ...[...types.types, ...types.enums, ...types.errors].map((declaration) => declaration.name),
];

const contract = (service: ServicePlan, types: TypesPlan): Code => code`
  ${doc(service.doc)}
  export interface ${name(types.contractName)} {
    ${service.methods.map(method)}
  }
`;

const method = (plan: MethodPlan): Code => code`
  ${doc(plan.doc)}
  ${methodName(plan.name)}(${commas(plan.parameters.map(parameter))}): ${plan.result === undefined ? code`void` : code`Promise<${withoutImports(plan.result)}>`};
`;

/** `new` would be a constructor. */
const methodName = (text: string): Code => (text === 'new' ? literal(text) : key(text));

const parameter = ({ label, optional, isRest, type }: ParameterPlan): Code =>
  isRest
    ? code`...${name(label)}: ${withoutImports(type)}`
    : optional
      ? code`${name(label)}?: ${withoutImports(type)}`
      : code`${name(label)}: ${withoutImports(type)}`;

/** The names in it are declared in this file. */
const withoutImports = (type: ParameterPlan['type']): Code => ({ ...type, imports: [] });

const typeDeclaration = ({ name: own, doc: text, shapes, is }: TypeDeclaration): Code => {
  const [only] = shapes;
  return only !== undefined && shapes.length === 1
    ? code`
        ${doc(text)}
        export interface ${name(own)} ${shape(only)}
      `
    : code`
        ${doc(text)}
        export type ${name(own)} = ${is ?? intersection(shapes.map(shape))};
      `;
};

const shape = (declaration: ShapeDeclaration): Code => {
  if (declaration.kind === 'index')
    return code`{
    [name: ${declaration.key}]: ${declaration.type};
  }`;
  return declaration.members.length === 0
    ? code`{}`
    : code`{
        ${declaration.members.map(member)}
      }`;
};

const member = ({ name: own, optional, doc: text, type }: MemberDeclaration): Code => code`
  ${doc(text)}
  ${key(own)}${optional ? code`?` : undefined}: ${type};
`;

/** No enum: these are plain values to type strippers, and literals fit as well. */
const enumDeclaration = ({ name: own, members }: EnumDeclaration): Code => code`
  export const ${name(own)} = {
    ${members.map((each) => code`${key(each.name)}: ${literal(each.value)},`)}
  } as const;
  export type ${name(own)} = (typeof ${name(own)})[keyof typeof ${name(own)}];
`;

const errorDeclaration = ({ name: own, doc: text, data }: ErrorDeclaration): Code => code`
  ${doc(text)}
  export class ${name(own)} extends ${runtime.ServiceError}${data === undefined ? undefined : code`<${data}>`} {}
`;
