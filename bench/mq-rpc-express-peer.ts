// mq-rpc with calls that may be lost with the broker or a server.

import { peerWith } from './mq-rpc-peer.js';

export const peer = peerWith({ delivery: 'express' });
