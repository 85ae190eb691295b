// The public names of `mq-rpc/testing`.

export { createTestPair, type TestPair } from './test-pair.js';
export { VirtualClock } from './virtual-clock.js';
