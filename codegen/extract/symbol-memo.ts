// What was found out about symbols. Those of a file outlive the program as long as its text stays the same.

import type { ts } from '#typescript';

export interface SymbolMemo<Value> {
  get(checker: ts.TypeChecker, symbol: ts.Symbol): Value | undefined;
  set(checker: ts.TypeChecker, symbol: ts.Symbol, value: Value): void;
}

/** A memo whose findings hold for one program: in the next one, what a symbol rests on can be something else. */
export function createSymbolMemo<Value>(): SymbolMemo<Value> {
  const known = new WeakMap<ts.TypeChecker, Map<ts.Symbol, Value>>();
  return {
    get: (checker, symbol) => known.get(checker)?.get(symbol),
    set(checker, symbol, value) {
      const values = known.get(checker) ?? new Map<ts.Symbol, Value>();
      known.set(checker, values.set(symbol, value));
    },
  };
}
