// Sends a value to a server that answers with it, and tells what each side got.

import { type Handlers, RpcError, type ServiceDescriptor } from 'mq-rpc';
import { createTestPair } from 'mq-rpc/testing';
import { brokerOf } from '../support/broker-of.js';

export interface Echo {
  /** What the handler got: the arguments. */
  readonly got: readonly unknown[];
  /** What its answer is to the caller. */
  readonly result: unknown;
}

type Method = (...args: unknown[]) => Promise<unknown>;

interface EchoContract<Contract> {
  readonly descriptor: ServiceDescriptor<Contract>;
  readonly client: new (mq: Awaited<ReturnType<typeof createTestPair>>['client']) => object;
}

const handlersOf = <Contract>(
  { methods }: ServiceDescriptor<Contract>,
  handle: (...args: unknown[]) => unknown,
): Handlers<Contract> =>
  Object.fromEntries(Object.keys(methods).map((name) => [name, handle])) as Handlers<Contract>;

/** Calls a method with arguments; its handler answers with the first, or with what `answer` makes of it. */
export async function echo<Contract>(
  { descriptor, client: Client }: EchoContract<Contract>,
  method: string,
  args: readonly unknown[],
  answer = (value: unknown): unknown => value,
): Promise<Echo> {
  await using pair = await createTestPair();
  let got: unknown[] = [];
  const handle = (...received: unknown[]) => {
    got = received.slice(0, -1);
    return answer(got[0]);
  };
  await pair.server.serve(descriptor, handlersOf(descriptor, handle));
  const client = new Client(pair.client) as unknown as Record<string, Method>;
  const result = await client[method]?.(...args);
  return { got, result };
}

/** The refusal of what a client will not send. */
export async function refusedBySender<Contract>(
  contract: EchoContract<Contract>,
  method: string,
  args: readonly unknown[],
): Promise<RpcError> {
  const error: unknown = await echo(contract, method, args).catch((reason: unknown) => reason);
  if (error instanceof RpcError) return error;
  throw new Error('expected a refusal', { cause: error });
}

/** What becomes of a call whose arguments some other program has put into the queue. */
export async function refusedByReceiver<Contract>(
  { descriptor }: EchoContract<Contract>,
  method: string,
  args: readonly unknown[],
) {
  await using pair = await createTestPair();
  await pair.server.serve(
    descriptor,
    handlersOf(descriptor, () => undefined),
  );
  const broker = await brokerOf(pair);
  const id = '0192a3b4-0000-7000-8000-000000000001';
  const contract = `${descriptor.version}/${descriptor.contractHash.slice(0, 16)}`;
  const body = JSON.stringify({ v: 1, m: method, c: contract, a: args });
  const { queue } = descriptor;
  await broker.send([
    { id, queue, body, priority: 3, maxDeliveries: 5, wantsResult: true, retainMs: 60_000 },
  ]);
  await pair.clock.settle();
  const [record] = await broker.fetch([{ queue, id }]);
  return { reason: record?.reason, result: String(record?.result) };
}
