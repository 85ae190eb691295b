// Why there is nothing to compare with.

/** The user can put it right: `help` says how. */
export class AgainstError extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.name = 'AgainstError';
    this.help = help;
  }
}
