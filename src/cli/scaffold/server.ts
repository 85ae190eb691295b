// The example server that `mq-rpc init` writes. It runs as an ES module and as CommonJS: hence `main`.

export const server = `import { connect } from 'mq-rpc';
import type { Greeting } from './greeter.contract.js';
import { GreeterServer } from './generated/index.js';

class Greeter extends GreeterServer {
  async greet(name: string): Promise<Greeting> {
    console.log(\`Greeting \${name}.\`);
    return { text: \`Hello, \${name}!\`, greetedAt: new Date() };
  }
}

async function main(): Promise<void> {
  const mq = await connect(); // MQ_RPC_URL, or the file .mq-rpc/queue.db
  const server = await mq.serve(new Greeter());
  console.log('Answering calls, also those that came while no server was running. Ctrl-C ends.');

  const stop = async (): Promise<void> => {
    await server.drain(); // finishes what it has begun; calls that still wait are for the next server
    await mq.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
`;
