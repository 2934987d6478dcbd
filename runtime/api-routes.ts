// The routes that answer with data, and the parts of the runtime that have routes of their own: push, chat, webhooks.
import type { Context } from 'koa';
import { forgetBag } from '../sql/store/push/bags.ts';
import type { AppOptions } from './app-options.ts';
import type { Audit } from './auth/audit.ts';
import { isLocalRequest } from './auth/local-request.ts';
import { Chat } from './chat/chat.ts';
import { api } from './contract/api.ts';
import { addressGroup } from './http/address-group.ts';
import { type Binding, bind } from './http/bind.ts';
import type { EventBuffer } from './http/event-buffer.ts';
import type { Metrics } from './http/metrics.ts';
import type { RateLimits } from './http/middleware/rate-limits.ts';
import { openApi } from './http/openapi.ts';
import { bag } from './http/routes/bag.ts';
import { chatMailPages } from './http/routes/chat-mail-pages.ts';
import { demoSignInPath } from './http/routes/demo-sign-in.ts';
import { events } from './http/routes/events.ts';
import { mailLists } from './http/routes/mail-list.ts';
import { orders } from './http/routes/orders.ts';
import { type CatalogueAnswers, products } from './http/routes/products.ts';
import { operations } from './http/routes/readiness.ts';
import { type RecommendationAnswers, recommendations } from './http/routes/recommendation-routes.ts';
import { session } from './http/routes/session.ts';
import { shop } from './http/routes/shop.ts';
import { shopAnswers } from './http/routes/shop-answers.ts';
import { signInPath } from './http/routes/sign-in.ts';
import { watchList } from './http/routes/watch-list.ts';
import type { SharesOfPool } from './http/shares-of-pool.ts';
import { shopOfChat } from './http/shop-of-chat.ts';
import { Push } from './push/push.ts';
import { GuestOrders } from './shop-answers/guest-orders.ts';
import { ShopAnswers } from './shop-answers/shop-answers.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** What the routes share with the middleware stack. */
export interface ApiParts extends AppOptions {
  readonly limits: RateLimits;
  readonly eventBuffer: EventBuffer;
  readonly shares: SharesOfPool;
  readonly metrics: Metrics;
  readonly audit: Audit;
}

/** The parts that the server starts and closes, and the answers that pages are written from. */
export interface Api {
  readonly push: Push;
  readonly chat: Chat;
  readonly webhooks: Webhooks;
  readonly lists: RecommendationAnswers;
  readonly catalogue: CatalogueAnswers;
}

/** Adds the routes. Nothing polls, subscribes or holds a timer until it is started. */
export function apiRoutes(binding: Binding, parts: ApiParts): Api {
  const { config, log, storefront, identity, metrics, phase } = parts;
  operations(binding, {
    storefront,
    metrics,
    metricsToken: config.metricsToken,
    draining: () => phase() !== 'serving',
  });
  session(binding, {
    verify: parts.verify,
    cookie: config,
    customerId: (id) => storefront.wire.customerId(id),
    signOut: parts.signOut,
    forget: (id) => forgetBag(storefront.pool, id),
  });
  const shown = shopRoutes(binding, parts);
  const push = openPush(binding, parts);
  const answers = new ShopAnswers(storefront, config);
  const guestOrders = new GuestOrders(storefront, config.orderLookups);
  shopAnswers(binding, { answers, guestOrders, locale: config.locale });
  metrics.add('order_lookups', () => ({ refused: guestOrders.limits.refused }));
  const chat = openChat(binding, parts, { push, answers });
  const webhooks = new Webhooks({ pool: storefront.pool, log, customerType: storefront.ids.customer });
  metrics.add('webhooks', () => webhooks.figures);
  shop(binding, {
    storefront,
    currency: config.currency,
    locale: config.locale,
    identity,
    hasInvites: () => chat.invites.isUsed(),
    signInUrl: (ctx) => signInUrlOf(ctx, parts),
  });
  openApi(binding, api, config.basePath ?? '');
  return { push, chat, webhooks, ...shown };
}

/** Products, their lists, and what shoppers do with them. */
function shopRoutes(binding: Binding, parts: ApiParts): Pick<Api, 'lists' | 'catalogue'> {
  const { config, storefront, identity, limits, eventBuffer } = parts;
  const { reads, checkouts } = parts.shares;
  const { bundleDiscount } = identity;
  const lists = recommendations(binding, storefront, bundleDiscount);
  const catalogue = products(binding, storefront, reads);
  orders(binding, storefront, { bundleDiscount, checkouts });
  watchList(binding, storefront);
  bag(binding, storefront);
  events(binding, storefront, { buffer: eventBuffer, take: limits.takeEvents });
  mailLists(binding, storefront, {
    secret: config.mailListSecret,
    publicUrl: config.publicUrl,
    basePath: config.basePath ?? '',
    locale: config.locale ?? 'en',
    isRevoked: parts.isRevoked,
    events: eventBuffer,
    take: limits.takeEvents,
  });
  return { lists, catalogue };
}

function openPush(binding: Binding, { config, log, storefront, metrics, ...parts }: ApiParts): Push {
  const push = new Push({
    config,
    databaseUrl: parts.databaseUrl,
    pool: storefront.pool,
    log,
    shop: { ids: storefront.ids, currency: storefront.currency, name: parts.identity.name },
    keys: parts.pushKeys,
  });
  push.routes((route, handle) => bind(binding, route, handle));
  metrics.add('push', () => ({
    accepted: push.accepted,
    failed: push.failed,
    agents_accepted: push.agents.accepted,
    agents_failed: push.agents.failed,
  }));
  return push;
}

function openChat(
  binding: Binding,
  { config, log, storefront, metrics, ...parts }: ApiParts,
  { push, answers }: { readonly push: Push; readonly answers: ShopAnswers },
): Chat {
  const chat = new Chat({
    config,
    databaseUrl: parts.databaseUrl,
    log,
    shop: shopOfChat(storefront),
    answers,
    identify: binding.identify,
    isRevoked: parts.isRevoked,
    audit: parts.audit,
    addressOf: (ctx) => addressGroup(ctx.ip),
    onUnseenReply: ({ customerId, sessionId, agent }) => void push.tellOfReply(customerId, sessionId, agent),
    onAgentNudge: parts.pushKeys && ((nudge) => void push.agents.nudge(nudge)),
  });
  chat.routes((route, handle) => bind(binding, route, handle));
  metrics.add('chat', () => chat.figures);
  if (chat.mail)
    chatMailPages(binding, {
      mail: chat.mail,
      chatPage: config.storefront
        ? `${config.basePath ?? ''}/?chat=open`
        : storefront.wire.addresses.page('/?chat=open'),
    });
  return chat;
}

/** The page on which the sender of this request can sign in; undefined: none is configured. */
function signInUrlOf(ctx: Context, { config, demoLogin }: AppOptions): string | undefined {
  const { basePath = '' } = config;
  if (config.signInUrl) return basePath + signInPath;
  return demoLogin && isLocalRequest(ctx.req) ? basePath + demoSignInPath : undefined;
}
