// The example client that `mq-rpc init` writes. It runs as an ES module and as CommonJS: hence `main`.

/** `runAgain` is the command that runs the client, `startServer` the one that runs the server. */
export const client = (runAgain: string, startServer: string): string => `import { connect } from 'mq-rpc';
import { GreeterClient } from './generated/index.js';

async function main(): Promise<void> {
  await using mq = await connect(); // MQ_RPC_URL, or the file .mq-rpc/queue.db
  const greeter = new GreeterClient(mq);

  // Without an argument: a new call. With the id of a call: that one, whichever process made it.
  const id = process.argv[2];
  const call = id === undefined ? await greeter.greet.submit('world') : greeter.greet.handle(id);
  const { state } = await call.status();
  console.log(\`Call \${call.id} is \${state}. Waiting for its result.\`);
  console.log('If no server is running, start one:     ${startServer}');
  console.log(\`Or stop this, and collect it later with: ${runAgain} \${call.id}\`);

  const greeting = await call.result({ timeout: '1h' });
  console.log(\`\${greeting.text} (at \${greeting.greetedAt.toLocaleTimeString()})\`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
`;
