// What a benchmark is: a question, and rows of measured numbers.

/** One measured number. */
export interface Row {
  readonly work: string;
  /** The number as it is printed, with its unit. */
  readonly value: string;
  readonly number: number;
  readonly goal?: string;
  readonly isMet?: boolean;
}

export interface Benchmark {
  readonly name: string;
  readonly question: string;
  rows(options: { readonly runs: number }): AsyncGenerator<Row>;
}
