// The config file of the generator: `mq-rpc.config.ts`.

/** What `mq-rpc generate` reads and where it writes. Paths are relative to the config file. */
export interface Config {
  /** Globs of contract files, as in `['src/**\/*.contract.ts']`. */
  readonly contracts: readonly string[];
  /** Folder of the generated files. It has to be within the project. */
  readonly outDir: string;
  /** The tsconfig that the contracts compile under. Default `tsconfig.json`, if there is one. */
  readonly tsconfig?: string;
}

/** The config itself, checked by the compiler. */
export const defineConfig = (config: Config): Config => config;
