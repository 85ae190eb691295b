// The shop with other options in its contract, for what the contract of the tests does not say.

import {
  type CallOptions,
  type ClientMethod,
  type Connection,
  createMethod,
  createOneWayMethod,
  type MethodOptions,
  type OneWayClientMethod,
  ServiceClient,
  type ServiceDescriptor,
} from 'mq-rpc';
import type { Order, Receipt, Shop } from './contracts/shop.contract.js';
import { shopDescriptor } from './generated/index.js';

export interface ChangedShop {
  readonly descriptor: ServiceDescriptor<Shop>;
  client(mq: Connection, options?: CallOptions): ChangedShopClient;
}

export interface ChangedShopClient extends ServiceClient {
  readonly place: ClientMethod<[order: Order], Receipt>;
  readonly act: ClientMethod<[text: string], string>;
  readonly track: OneWayClientMethod<[event: string]>;
}

/** Gives methods of the shop these options, and the shop itself other members. */
export function shopWith(
  options: Partial<Record<keyof Shop, MethodOptions>>,
  changes: Partial<Pick<ServiceDescriptor, 'version' | 'contractHash' | 'options' | 'queue'>> = {},
): ChangedShop {
  const methods = { ...shopDescriptor.methods };
  for (const [name, changed] of Object.entries(options)) {
    const method = methods[name];
    if (method !== undefined) methods[name] = { ...method, options: changed };
  }
  const descriptor: ServiceDescriptor<Shop> = { ...shopDescriptor, ...changes, methods };
  class Client extends ServiceClient implements ChangedShopClient {
    readonly place = createMethod<[order: Order], Receipt>(this, 'place');
    readonly act = createMethod<[text: string], string>(this, 'act');
    readonly track = createOneWayMethod<[event: string]>(this, 'track');

    constructor(mq: Connection, own: CallOptions = {}) {
      super(mq, descriptor, own);
    }
  }
  return { descriptor, client: (mq, own) => new Client(mq, own) };
}
