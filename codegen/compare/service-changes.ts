// Differences of one service: its version, its methods, and what happens to all of its calls.

import { type ServiceModel, versionOf } from '../model.js';
import { contractHash } from '../plan/contract-hash.js';
import { type Change, SURVIVES, type Verdicts } from './change.js';
import { createComparison } from './comparison.js';
import { treatmentChanges } from './key-changes.js';
import { type Found, methodListChanges } from './method-list.js';
import { renamedEnumMembers, renamedTypes } from './name-changes.js';
import { RULES } from './rules.js';

/** All changes of a service that both contracts have, in the order of the new one's methods. */
export function serviceChanges(before: ServiceModel, after: ServiceModel): Change[] {
  const comparison = createComparison(before, after);
  const isMajorRaised = after.version.major > before.version.major;
  const found = [
    ...headChanges(before, after),
    ...renamedTypes(comparison.old, comparison.new).map(
      ([old, name]): Found => ({
        rule: 'type-renamed',
        message: `${old} is called ${name}`,
        verdicts: SOURCE_BROKEN,
      }),
    ),
    ...renamedEnumMembers(comparison.old, comparison.new).map(
      (message): Found => ({ rule: 'enum-member-renamed', message, verdicts: SOURCE_BROKEN }),
    ),
    ...methodListChanges(comparison),
  ];
  const all = [...found, ...minorChange(before, after, found)];
  return joined(all).map(({ rule, message, verdicts, method, path, place = after.place, also }) => ({
    rule,
    service: after.name,
    method,
    path,
    message,
    help: RULES[rule],
    verdicts,
    place,
    isAllowed: isMajorRaised,
    also,
  }));
}

/** Changes of what stands on the contract itself. */
function headChanges(before: ServiceModel, after: ServiceModel): Found[] {
  const [old, next] = [before.version, after.version];
  const message = `the version was ${versionOf(before)} and is ${versionOf(after)}`;
  const isLowered = next.major < old.major || (next.major === old.major && next.minor < old.minor);
  // Servers of the same contract take calls of any minor version.
  const isSameContract = contractHash(before) === contractHash(after);
  const isRenamed = before.contractName !== after.contractName;
  return [
    ...(before.name === after.name ? [] : [renamedService(before, after)]),
    ...(isRenamed ? [renamedContract(before, after)] : []),
    ...(isLowered
      ? [{ rule: 'version-lowered', message, verdicts: isSameContract ? SURVIVES : STRANDED } as const]
      : []),
    ...(next.major > old.major ? [{ rule: 'major-raised', message, verdicts: SURVIVES } as const] : []),
    ...treatmentChanges(before.options, after.options),
  ];
}

/** What a name stood for is still there, and code that has the name does not find it. */
const SOURCE_BROKEN: Verdicts = { ...SURVIVES, callers: 'breaks', handlers: 'breaks' };

/** Nobody takes calls that wait: they are in another queue, or of a version that no server has. */
const STRANDED: Verdicts = { ...SURVIVES, queuedCalls: 'breaks' };

const renamedService = (before: ServiceModel, after: ServiceModel): Found => ({
  rule: 'service-renamed',
  message: `the service was called ${before.name} and is called ${after.name}: its queue is another one`,
  verdicts: { ...STRANDED, storedResults: 'breaks', oldServers: 'breaks' },
});

const renamedContract = (before: ServiceModel, after: ServiceModel): Found => ({
  rule: 'contract-renamed',
  message: `the contract was called ${before.contractName} and is called ${after.contractName}`,
  verdicts: SOURCE_BROKEN,
});

/** Additions that older servers could take for something else, because nothing tells them that they are newer. */
function minorChange(before: ServiceModel, after: ServiceModel, changes: readonly Found[]): Found[] {
  const isSame = versionOf(before) === versionOf(after);
  const additions = changes.filter(
    ({ verdicts }) => verdicts.oldServers !== 'survives' && verdicts.queuedCalls !== 'breaks',
  );
  if (!isSame || additions.length === 0) return [];
  const names = [...new Set(additions.map(({ method, path }) => path ?? method ?? after.name))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return [
    {
      rule: 'minor-not-raised',
      message: `the version is still ${versionOf(after)}, and servers without ${names.slice(0, 3).join(', ')}${more} cannot tell`,
      verdicts: SURVIVES,
    },
  ];
}

/** The same change of a type shows wherever it is used: it is told once, with the other places. */
function joined(changes: readonly Found[]): (Found & { readonly also: readonly string[] })[] {
  const known = new Map<string, { also: string[] }>();
  return changes.flatMap((change) => {
    const { rule, subject, verdicts, method, path } = change;
    const own = { ...change, also: [] as string[] };
    if (subject === undefined) return [own];
    const key = JSON.stringify([rule, subject, verdicts]);
    const first = known.get(key);
    if (first === undefined) known.set(key, own);
    first?.also.push(`${method}: ${path}`);
    return first === undefined ? [own] : [];
  });
}
