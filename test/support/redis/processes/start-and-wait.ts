// Starts servers, says where they are, and waits to be killed.

import { startReplicated } from '../index.js';

const { master, replica } = await startReplicated();
console.log(JSON.stringify({ ports: [master.port, replica.port], folder: master.folder }));
setInterval(() => {}, 1_000);
