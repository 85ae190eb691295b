// @imqueue/rpc with `safeDelivery`: a message that a worker holds is put back if the worker dies.

import { imqueue } from './imqueue.js';

export const peer = imqueue(true);
