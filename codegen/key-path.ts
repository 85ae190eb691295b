// Follows a path such as `order.id` through the types of a method's parameters.

import type { MethodModel, NamedType, TypeModel } from './model.js';

/** Why a path does not lead to a key; `undefined` if it does: to a string or number that is always there. */
export function keyPathProblem(
  path: string,
  method: MethodModel,
  types: ReadonlyMap<string, NamedType>,
): string | undefined {
  const [first = '', ...rest] = path.split('.');
  const parameter = method.parameters.find(({ name }) => name === first);
  if (parameter === undefined) return `${method.name} has no parameter ${first}`;
  if (parameter.isRest) return `${first} is a rest: a call may have none or several of it`;
  if (parameter.optional) return `${first} is optional, so the key may be missing`;
  let type = parameter.type;
  let walked = first;
  for (const name of rest) {
    const owner = resolve(type, types);
    const member = owner.kind === 'object' ? owner.members.find((item) => item.name === name) : undefined;
    if (member === undefined) return `${walked} has no member ${name}`;
    walked += `.${name}`;
    if (member.optional) return `${walked} is optional, so the key may be missing`;
    type = member.type;
  }
  return isKey(type, types) ? undefined : `${walked} is neither a string nor a number`;
}

function resolve(type: TypeModel, types: ReadonlyMap<string, NamedType>): TypeModel {
  if (type.kind === 'checked') return resolve(type.type, types);
  return type.kind === 'reference' ? (types.get(type.name)?.type ?? type) : type;
}

function isKey(written: TypeModel, types: ReadonlyMap<string, NamedType>): boolean {
  const type = resolve(written, types);
  if (type.kind === 'union') return type.members.every((member) => isKey(member, types));
  if (type.kind === 'literal') return typeof type.value !== 'boolean';
  return ['string', 'number', 'template', 'enum'].includes(type.kind);
}
