// NestJS microservices on the Redis transport. It publishes and subscribes: nothing is queued or stored, a request
// that no server hears is lost, and every server that hears it answers: docs.nestjs.com/microservices/redis
//
// The options of ioredis are left alone: `enableAutoPipelining` was measured, too, and made it a tenth slower or more.

import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, type RedisOptions, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import type { Order } from '../contract/bench.contract.js';
import type { Peer, Receipt } from '../peer.js';

let answer: (order: Order) => Receipt;

@Controller()
class BenchController {
  @MessagePattern('place')
  place(order: Order): Receipt {
    return answer(order);
  }
}

@Module({ controllers: [BenchController] })
class BenchModule {}

const redis = (port: number) =>
  ({ transport: Transport.REDIS, options: { host: '127.0.0.1', port } }) satisfies RedisOptions;

export const peer: Peer = {
  async openClient(port) {
    const client = ClientProxyFactory.create(redis(port));
    await client.connect();
    return { call: (order) => firstValueFrom(client.send<Receipt, Order>('place', order)) };
  },
  async serve(port, handler) {
    answer = handler;
    const app = await NestFactory.createMicroservice<RedisOptions>(BenchModule, {
      ...redis(port),
      logger: ['error', 'warn'],
    });
    await app.listen();
  },
};
