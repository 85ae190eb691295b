// Services as a self-contained client has them: types are declared beside it, and nothing of the server is imported.

import {
  type CheckedModel,
  isForeignCheck,
  type MemberModel,
  type NamedType,
  type ServiceModel,
  type TypeModel,
  type TypeText,
} from './model.js';
import type { ServicePlan } from './plan/plan.js';
import { type ModulePaths, planService } from './plan/service-plan.js';
import { type LocalTypeNames, planTypes, type TypesPlan } from './plan/types-plan.js';

/** A service, and the types file that its client goes with. */
export interface SelfContainedPlan {
  readonly plan: ServicePlan;
  readonly types: TypesPlan;
}

export function planSelfContained(service: ServiceModel, paths: ModulePaths): SelfContainedPlan {
  const portable = portableService(service);
  const names = planTypes(portable);
  const model: ServiceModel = {
    ...portable,
    methods: portable.methods.map((method) => ({
      ...method,
      parameters: method.parameters.map((parameter) => ({
        ...parameter,
        text: names.text(parameter.isRest ? { kind: 'array', item: parameter.type } : parameter.type),
      })),
      result: method.result && { ...method.result, text: resultText(method.result.type, names) },
    })),
  };
  const typesPath = paths.generatedPath(`${service.name}.types`);
  const plan = planService(model, { ...paths, importPath: () => typesPath });
  return { plan: withLocalNames(plan, model, names), types: names.plan };
}

const resultText = (type: TypeModel, names: LocalTypeNames): TypeText =>
  type.kind === 'undefined' ? { source: 'void', imports: [] } : names.text(type);

/** The server stays where the contract is. Names that clashed in the types file are others there. */
function withLocalNames(plan: ServicePlan, { methods }: ServiceModel, names: LocalTypeNames): ServicePlan {
  const from = plan.contract.from;
  return {
    ...plan,
    serverName: undefined,
    contract: { ...plan.contract, name: names.contract },
    methods: plan.methods.map((method, index) => ({
      ...method,
      errors: method.errors.map((error, at) => {
        const model = methods[index]?.throws[at];
        return model === undefined
          ? error
          : { ...error, type: { ...error.type, from, name: names.error(model) } };
      }),
    })),
  };
}

/** The service without what only its own project has: classes, schemas, and the types of Node. */
function portableService(service: ServiceModel): ServiceModel {
  const types = [...service.types].map(([name, type]): [string, NamedType] => [
    name,
    { ...type, type: portable(type.type) },
  ]);
  return {
    ...service,
    types: new Map(types),
    methods: service.methods.map((method) => ({
      ...method,
      parameters: method.parameters.map((parameter) => ({ ...parameter, type: portable(parameter.type) })),
      result: method.result && { ...method.result, type: portable(method.result.type) },
      throws: method.throws.map((error) => ({ ...error, data: portable(error.data) })),
    })),
  };
}

/** A type of which the same travels, and which every project has. */
function portable(type: TypeModel): TypeModel {
  switch (type.kind) {
    case 'buffer':
      return { kind: 'bytes' };
    case 'array':
    case 'set':
      return { ...type, item: portable(type.item) };
    case 'map':
      return { ...type, key: portable(type.key), value: portable(type.value) };
    case 'tuple':
      return { ...type, items: type.items.map((item) => ({ ...item, type: portable(item.type) })) };
    case 'union':
      return { ...type, members: type.members.map(portable) };
    case 'object':
      return {
        ...type,
        members: type.members.map((member): MemberModel => ({ ...member, type: portable(member.type) })),
        indexes: type.indexes.map((index) => ({ ...index, type: portable(index.type) })),
      };
    case 'checked':
      return portableChecked(type);
    default:
      return type;
  }
}

/** The server asks its classes and schemas all the same. */
function portableChecked({ type, checks }: CheckedModel): TypeModel {
  const own = checks.filter((check) => !isForeignCheck(check));
  return own.length === 0 ? portable(type) : { kind: 'checked', type: portable(type), checks: own };
}
