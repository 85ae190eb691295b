// What schedules, subscriptions and operations must and must not compile; never run.

import type { Connection, DeadLetterEntry, ScheduleEntry, Subscription } from 'mq-rpc';
import { NewsClient, NewsServer, NewsSubscriber, newsDescriptor } from '../support/generated/index.js';
import { ShopClient } from '../support/generated/shop.client.js';

declare const mq: Connection;

export async function rightOnes(): Promise<void> {
  const shop = new ShopClient(mq);
  const hourly = { cron: '0 * * * *' };
  const entry: ScheduleEntry = await mq.schedule('a', hourly, shop.track, 'tidy');
  await mq.schedule('b', { ...hourly, timeZone: 'Europe/Berlin', missed: 'all' }, shop.say, 'hello');
  await mq.schedule('b', hourly, shop.with({ priority: 7 }).say, 'hello', 2);
  await mq.schedule('c', hourly, new NewsClient(mq).flashed, 'news');
  const published = (article: { id: string }): void => void article.id;
  const subscription: Subscription = await mq.subscribe(newsDescriptor, { published }, { group: 'mail' });
  for await (const letter of mq.deadLetters(shop)) {
    const id: string = letter.id;
    await mq.deadLetters('shop.v1').replay(id, { edit: (call) => ({ ...call, method: 'act' }) });
  }
  const letters: DeadLetterEntry[] = await mq.deadLetters(newsDescriptor).list({ reason: 'expired' });
  const ids: string[] = await mq.journal(shop).replay({ name: 'sent', positions: [1, 2] });
  void [entry, subscription, letters, ids];
}

export async function wrongOnes(): Promise<void> {
  const shop = new ShopClient(mq);
  const hourly = { cron: '0 * * * *' };
  // @ts-expect-error an argument is missing
  await mq.schedule('a', hourly, shop.track);
  // @ts-expect-error an argument has another type
  await mq.schedule('a', hourly, shop.track, 5);
  // @ts-expect-error there is no such rule
  await mq.schedule('a', { ...hourly, missed: 'some' }, shop.track, 'tidy');
  // @ts-expect-error a function is no method of a client
  await mq.schedule('a', hourly, (text: string) => Promise.resolve(text), 'tidy');
  // @ts-expect-error an ordinary method is no event
  await mq.subscribe(newsDescriptor, { count: () => 1 }, { group: 'mail' });
  // @ts-expect-error the event has another argument
  await mq.subscribe(newsDescriptor, { flashed: (text: number) => void text }, { group: 'mail' });
  // @ts-expect-error a subscription is that of a group
  await mq.subscribe(newsDescriptor, { flashed: () => {} }, {});
  // @ts-expect-error an event is for subscribers
  await mq.serve(newsDescriptor, { count: () => 1, flashed: () => {} });
  // @ts-expect-error there is no such reason
  await mq.deadLetters(shop).list({ reason: 'bored' });
}

class Counting extends NewsServer {
  count(): number {
    return 1;
  }
}

// @ts-expect-error handlers of events are missing
class Half extends NewsSubscriber {
  flashed(): void {}
}

void [Counting, Half];
