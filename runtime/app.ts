// The middleware stack of the runtime, in the order in which a request goes through it.
import Koa from 'koa';
import type { Log } from './core/log.ts';
import type { Config } from './core/options.ts';
import { type Identify, newBinding } from './http/bind.ts';
import type { EventBuffer } from './http/event-buffer.ts';
import { events } from './http/events.ts';
import { orders } from './http/orders.ts';
import { problems } from './http/problem.ts';
import { recommendations, warmAnswers } from './http/recommendations/recommendation-routes.ts';
import type { Storefront } from './http/recommendations/storefront.ts';
import { watchList } from './http/watch-list.ts';

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly storefront: Storefront;
  readonly identify: Identify;
  readonly eventBuffer: EventBuffer;
}

/** Builds the Koa application; listening is the caller's. */
export function createApp({ config, log, storefront, identify, eventBuffer }: AppOptions): Koa {
  const app = new Koa();
  app.use(problems(log));
  app.use(warmAnswers(storefront));
  const binding = newBinding(identify);
  recommendations(binding, storefront, config.bundleDiscount);
  orders(binding, storefront, config.bundleDiscount);
  watchList(binding, storefront);
  events(binding, storefront, eventBuffer);
  app.use(binding.router.routes());
  return app;
}
