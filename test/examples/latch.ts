// A promise that somebody else keeps: how the stories wait for what happens in a handler.

export interface Latch<Value> {
  readonly opened: Promise<Value>;
  open(value: Value): void;
}

export function createLatch<Value = void>(): Latch<Value> {
  let open!: (value: Value) => void;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
