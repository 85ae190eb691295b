// What `mq-rpc generate` notes down for programs in development: which sources a service was generated from.

/** The content of a note, in JSON. One configuration has one note. */
export interface GenerationNote {
  readonly services: readonly NotedService[];
}

export interface NotedService {
  readonly service: string;
  readonly contractHash: string;
  /** The contract first, then what it imports from the project; absolute, with the digest of the content. */
  readonly sources: readonly (readonly [path: string, digest: string])[];
}

/** Where notes are, below a folder with node_modules; all that begin with the prefix are notes. */
export const NOTE_FOLDER = 'node_modules/.cache/mq-rpc';
export const NOTE_PREFIX = 'generated-from-';
/** How contents are digested: SHA-256 in base64. */
export const NOTE_DIGEST = { algorithm: 'sha256', encoding: 'base64' } as const;
