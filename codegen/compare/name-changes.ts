// Names that code outside the contract imports: which of them are gone, and what their types are called now.

import { type EnumModel, partsOf, type ServiceModel, type TypeModel } from '../model.js';
import { canonicalText } from '../plan/contract-hash.js';
import type { Side } from './side.js';

/** Old names and the new ones of the same types. */
export function renamedTypes(old: Side, next: Side): readonly (readonly [string, string])[] {
  const [before, after] = [namesIn(old), namesIn(next)];
  const candidates = [...after].filter(([name]) => !before.has(name));
  return [...before]
    .filter(([name]) => !after.has(name))
    .flatMap(([name, what]) => {
      const renamed = candidates.filter(([, other]) => other === what);
      const [only] = renamed;
      return only === undefined || renamed.length > 1 ? [] : [[name, only[0]] as const];
    });
}

/** Every name, with what it stands for. */
function namesIn(side: Side): ReadonlyMap<string, string> {
  const { service } = side;
  const names = new Map<string, string>();
  for (const { name, isDeclared } of service.types.values())
    if (isDeclared) names.set(name, side.hashOf(name));
  for (const [name, { values }] of enumsOf(service)) names.set(name, JSON.stringify(values));
  // Aliases of what is no object leave their names only where methods have them.
  for (const { parameters, result } of service.methods) {
    for (const { type, text } of [...parameters, ...(result === undefined ? [] : [result])]) {
      const isName = text.imports.length === 1 && text.imports[0]?.name === text.source;
      if (isName && !names.has(text.source)) names.set(text.source, canonicalText(type, service.types));
    }
  }
  return names;
}

/** Members of enums that have other names now, in words. */
export function renamedEnumMembers(old: Side, next: Side): readonly string[] {
  const after = enumsOf(next.service);
  return [...enumsOf(old.service)].flatMap(([name, { values, memberNames }]) => {
    const same = after.get(name);
    if (same === undefined) return [];
    const nameNow = (value: string | number) => same.memberNames[same.values.indexOf(value)];
    return memberNames.flatMap((member, index) => {
      const value = values[index];
      const now = value === undefined ? undefined : nameNow(value);
      return now === undefined || same.memberNames.includes(member)
        ? []
        : [`${name}.${member} is called ${now}`];
    });
  });
}

function enumsOf(service: ServiceModel): ReadonlyMap<string, EnumModel> {
  const enums = new Map<string, EnumModel>();
  const collect = (type: TypeModel): void => {
    if (type.kind === 'enum') enums.set(type.name, type);
    for (const part of partsOf(type)) collect(part);
  };
  for (const { type } of service.types.values()) collect(type);
  for (const { parameters, result, throws } of service.methods) {
    for (const { type } of parameters) collect(type);
    if (result !== undefined) collect(result.type);
    for (const { data } of throws) collect(data);
  }
  return enums;
}
