// Finds what a path such as `order.customerId` names in the arguments of a call.

/** A path that was taken apart. */
export interface ArgumentPath {
  /** As the contract has it. */
  readonly text: string;
  readonly parameter: number;
  readonly members: readonly string[];
}

/** Takes a path apart, which starts with the name of a parameter. */
export function parsePath(text: string, parameters: readonly string[]): ArgumentPath {
  const [parameter = '', ...members] = text.split('.');
  return { text, parameter: parameters.indexOf(parameter), members };
}

/**
 * The key at a path of encoded arguments: a text as it is, other data as its JSON. `undefined` if there is nothing,
 * or `null`.
 */
export function keyAt({ parameter, members }: ArgumentPath, encoded: readonly unknown[]): string | undefined {
  let value = encoded[parameter];
  for (const member of members) value = memberOf(value, member);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const memberOf = (value: unknown, member: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, member)
    ? (value as Record<string, unknown>)[member]
    : undefined;
