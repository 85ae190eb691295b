// JSON that is the same for equal data.

/** The JSON of the data, with the members of objects in the order of their names. */
export const canonicalJson = (data: unknown): string =>
  JSON.stringify(data, (_name, value: unknown) => (isObject(value) ? sorted(value) : value));

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sorted(value: object): object {
  const entries = Object.entries(value);
  const inOrder = entries.every(([name], index) => index === 0 || (entries[index - 1]?.[0] ?? '') < name);
  return inOrder ? value : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
