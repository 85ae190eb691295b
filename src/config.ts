// The config file of the generator: `mq-rpc.config.ts`.

/** What `mq-rpc generate` reads and where it writes. Paths are relative to the config file. */
export interface Config {
  /** Globs of contract files, as in `['src/**\/*.contract.ts']`. */
  readonly contracts: readonly string[];
  /** Folder of the generated files. It has to be within the project. */
  readonly outDir: string;
  /** The tsconfig that the contracts compile under. Default `tsconfig.json`, if there is one. */
  readonly tsconfig?: string;
  /**
   * Whether `outDir` becomes a client that can be published: without the server, and with all types in it, so that it
   * imports `mq-rpc` and nothing else. Default false.
   */
  readonly selfContained?: boolean;
  /** Documents for others than TypeScript. Default: none. */
  readonly outputs?: Outputs;
  /**
   * What relative imports in generated files end with; `''` leaves the extension out. Default: as the tsconfig asks
   * for. Files in `.mts` and `.cts` are imported as `.mjs` and `.cjs` where they cannot do without.
   */
  readonly importExtension?: '.js' | '.ts' | '';
}

/** Documents that `mq-rpc generate` also writes, each if it is named here. They have to be within the project. */
export interface Outputs {
  /** Folder of JSON Schemas 2020-12, one file per service, as in `api/orders.schema.json`. */
  readonly jsonSchema?: string;
  /** File of one AsyncAPI 3 document for all services. It ends in `.json`. */
  readonly asyncApi?: string;
  /** File of a reference of all services for people. It ends in `.md`. */
  readonly markdown?: string;
}

/** The config of a monorepo's root: packages that have configs of their own. */
export interface WorkspaceConfig {
  /**
   * Globs of folders with a config file, or of config files, as in `['packages/*']`. Folders without one are passed
   * over.
   */
  readonly projects: readonly string[];
}

/** The config itself, checked by the compiler: one, a list of them, or where they are. */
export function defineConfig(config: Config): Config;
export function defineConfig(config: readonly Config[]): readonly Config[];
export function defineConfig(config: WorkspaceConfig): WorkspaceConfig;
export function defineConfig<Any>(config: Any): Any {
  return config;
}
