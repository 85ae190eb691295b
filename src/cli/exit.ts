// How a command ends: the exit codes, and the error for what its user can put right.

/** The exit codes of every command. `mq-rpc --help` documents them. */
export const EXIT = {
  /** Done, nothing to complain about. */
  fine: 0,
  /** The contracts have errors, or `--check` found drift. */
  findings: 1,
  /** Wrong usage or configuration, or the machine got in the way: a full disk, no package manager. */
  notRun: 2,
} as const;

/** Wrong arguments, or a wrong config file. `help` says what to do instead. */
export class UsageError extends Error {
  readonly help: string;

  constructor(message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
    this.help = help;
  }
}
