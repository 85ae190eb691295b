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
  console.log(\`Call \${call.id} is in the queue: \${await call.status()}.\`);
  console.log('Waiting for the result. Is the server running? ${startServer}');
  console.log(\`You can stop this and collect the result later: ${runAgain} \${call.id}\`);

  const greeting = await call.result({ timeout: '1h' });
  console.log(\`\${greeting.text} (at \${greeting.greetedAt.toLocaleTimeString()})\`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
`;
