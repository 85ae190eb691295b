// JSON documents as values, and as the text of a file.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** Members that are `undefined` are left out. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** Equal input gives equal bytes. */
export const jsonText = (document: JsonObject): string => `${JSON.stringify(document, null, 2)}\n`;

/** An object with these members, whatever they are called. */
export const fromEntries = (entries: Iterable<readonly [string, Json]>): JsonObject =>
  Object.fromEntries(entries);
