// Code that another version of mq-rpc generated is refused, with the command that mends it.

import { type Connection, ServiceClient, type ServiceDescriptor } from 'mq-rpc';
import { createTestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { newsDescriptor } from '../support/generated/news.descriptor.js';
import { shopDescriptor } from '../support/generated/shop.descriptor.js';
import { shopHandlers } from '../support/shop-handlers.js';

class AnyClient extends ServiceClient {
  constructor(mq: Connection, service: ServiceDescriptor) {
    super(mq, service);
  }
}

const GENERATE = 'Generate it again: npx mq-rpc generate';

test.each([
  ['format 2', 2],
  ['no format', undefined],
])('generated code with %s is neither called nor served nor subscribed with', async (found, format) => {
  await using pair = await createTestPair();
  const other = <Service extends object>(service: Service): Service => ({ ...service, format });
  const complaint = (name: string) =>
    `${name}: its generated code is of another version of mq-rpc: expected format 1, got ${found}. ${GENERATE}`;
  expect(() => new AnyClient(pair.client, other(shopDescriptor) as ServiceDescriptor)).toThrow(
    new TypeError(complaint('shop')),
  );
  await expect(pair.server.serve(other(shopDescriptor), shopHandlers())).rejects.toThrow(complaint('shop'));
  const handlers = { published: () => {} };
  await expect(pair.server.subscribe(other(newsDescriptor), handlers, { group: 'g' })).rejects.toThrow(
    complaint('news'),
  );
});
