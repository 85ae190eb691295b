// A call that waited in its queue while its method changed: an upcaster brings it into the present form.

import { connect } from 'mq-rpc';
import { OrdersClient as Orders1 } from './orders-1.1/generated/index.js';
import { OrdersClient as Orders2, ordersDescriptor } from './orders-1.2/generated/index.js';

await using mq = await connect();

// A client of version 1.1, while no server runs.
const call = await new Orders1(mq).withdraw.submit('o-1');

await mq.serve(
  ordersDescriptor,
  {
    place: ({ id }) => ({ orderId: id, total: 0n }),
    track: () => {},
    withdraw: ({ orderId, reason }) => `${orderId}: ${reason}`,
  },
  {
    upcast: {
      withdraw: ([orderId]) => [{ orderId, reason: 'nobody asked' }],
      recall: { to: 'withdraw', args: ([orderId]) => [{ orderId, reason: 'recalled' }] },
    },
  },
);
console.log(await call.result());
console.log(await new Orders2(mq).withdraw({ orderId: 'o-2', reason: 'too late' }));

// Output:
// o-1: nobody asked
// o-2: too late
