// What a benchmark is: a question, and rows of measured numbers.

/** One measured number. */
export interface Measured {
  /** The number as it is printed, with its unit. */
  readonly value: string;
  /** The median of the runs. */
  readonly number: number;
  readonly runs?: readonly number[];
}

/** A number of somebody else. */
export interface PeerMeasured extends Measured {
  /** How many times better mq-rpc is: more in a second, or less of what is to be little. */
  readonly ratio?: number;
}

export interface Goal {
  /** What was aimed at, as in `≥ 6×`. */
  readonly text: string;
  /** The peer whose ratio it is about. Without one, it is about our own number. */
  readonly against?: string;
  readonly isMet: boolean;
}

/** What was measured of mq-rpc, and of others that do the same work. */
export interface Row extends Measured {
  readonly work: string;
  /** The conditions that some rows share, where a benchmark has several. */
  readonly conditions?: string;
  readonly peers?: Readonly<Record<string, PeerMeasured>>;
  readonly goals?: readonly Goal[];
}

export interface RowOptions {
  readonly runs: number;
  /** Names of works and of participants to measure, of those that have several. None means all. */
  readonly only: readonly string[];
  readonly peers: readonly string[];
  /** Hears what is being measured. */
  readonly onProgress: (text: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly question: string;
  /** The peers that have a column of their own. */
  readonly columns?: readonly string[];
  /** What it is that is measured beside mq-rpc. */
  versions?(): string;
  /** What `only` and `peers` can name. */
  readonly names?: { readonly only: readonly string[]; readonly peers: readonly string[] };
  rows(options: RowOptions): AsyncGenerator<Row>;
}
