// The settings of the runtime: the part of the option table that `couture serve` goes by.
import { z } from 'zod';
import {
  byteSize,
  durationDays,
  flag,
  numeric,
  type OptionRow,
  openingHours,
  originList,
  timeZone,
} from './quantities.ts';

const base64url = (bytes: number, what: string) =>
  z.string().refine((text) => /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length === bytes, what);
const publicKey = base64url(65, 'expected 65 bytes in base64url, as "couture push keys generate" makes them');
const privateKey = base64url(
  32,
  'expected 32 bytes in base64url, as "couture push keys generate" makes them',
);

/** Hosts in lower case, each with a port where it is not 443. */
const hostList = z.union([z.string(), z.array(z.string())]).transform((value, context): string[] => {
  const hosts = (Array.isArray(value) ? value : value.split(',')).map((host) => host.trim()).filter(Boolean);
  for (const host of hosts) {
    if (/^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/.test(host)) continue;
    context.addIssue({
      code: 'custom',
      message: `expected hosts such as push.example or *.push.example:8443, got ${JSON.stringify(host)}`,
    });
    return z.NEVER;
  }
  return hosts;
});

export const servingOptions = {
  host: {
    env: 'COUTURE_HOST',
    value: '<address>',
    schema: z.string().min(1),
    default: '127.0.0.1',
    affects: 'nothing',
    doc: 'address that the runtime listens on; 0.0.0.0: all of them',
  },
  port: {
    env: 'COUTURE_PORT',
    value: '<n>',
    schema: numeric(0, 65_535, true),
    default: 3000,
    affects: 'nothing',
    doc: 'port that the runtime listens on; 0: any that is free',
  },
  publicUrl: {
    env: 'COUTURE_PUBLIC_URL',
    value: '<url>',
    schema: z.url({ protocol: /^https?$/ }).optional(),
    affects: 'nothing',
    doc: 'where shoppers reach the runtime (https://shop.example); unset: as the request says',
  },
  shopUrl: {
    env: 'COUTURE_SHOP_URL',
    value: '<url>',
    schema: z.url({ protocol: /^https?$/ }).optional(),
    affects: 'nothing',
    doc: 'where the shop is (https://shop.example): relative urls of products are resolved against it; unset: couture’s storefront is the shop',
  },
  mediaUrl: {
    env: 'COUTURE_MEDIA_URL',
    value: '<url>',
    schema: z.url({ protocol: /^https?$/ }).optional(),
    affects: 'nothing',
    doc: 'where the shop’s pictures are: relative image_urls are resolved against it; unset: the shop URL',
  },
  productUrl: {
    env: 'COUTURE_PRODUCT_URL',
    value: '<pattern>',
    schema: z
      .string()
      .regex(
        /^(?:https?:\/\/[^/]|\/(?![/\\])).*\{id\}/,
        'expected an address with {id}, such as /products/{id}',
      )
      .optional(),
    affects: 'nothing',
    doc: 'page of a product whose url is null in the view: /products/{id}; unset: the front page of the shop URL',
  },
  shopName: {
    env: 'COUTURE_SHOP_NAME',
    value: '<name>',
    schema: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .regex(/^\P{Cc}+$/u, 'expected a name without control characters')
      .optional(),
    affects: 'nothing',
    doc: 'what the shop is called on its pages, in its manifest and in notifications; unset: the host of the shop URL',
  },
  checkoutUrl: {
    env: 'COUTURE_CHECKOUT_URL',
    value: '<pattern>',
    schema: z
      .string()
      .regex(
        /^(?:https?:\/\/[^/]|\/(?![/\\])).*\{items\}/,
        'expected an address with {items}, such as https://shop.example/cart/{items}',
      )
      .optional(),
    affects: 'nothing',
    doc: 'where the storefront hands a cart over to the shop’s checkout; {items} becomes id:quantity,id:quantity; unset: the cart links to the products',
  },
  storefront: {
    env: 'COUTURE_STOREFRONT',
    schema: flag,
    default: true,
    affects: 'nothing',
    doc: 'serve couture’s storefront; off: the API, widgets, chat, console and push alone',
  },
  corsOrigins: {
    env: 'COUTURE_CORS_ORIGINS',
    value: '<origins>',
    schema: originList,
    default: '',
    affects: 'nothing',
    doc: 'origins of pages that embed the widgets, comma-separated',
  },
  trustProxy: {
    env: 'COUTURE_TRUST_PROXY',
    value: '<n>',
    schema: numeric(0, 10, true),
    default: 0,
    affects: 'nothing',
    doc: 'proxies in front whose X-Forwarded headers are believed',
  },
  jwtSecret: {
    env: 'COUTURE_JWT_SECRET',
    value: '<secret>',
    schema: z.string().min(32, 'expected 32 characters or more').optional(),
    affects: 'nothing',
    secret: true,
    doc: 'secret that the shop’s login signs its tokens with (HS256)',
  },
  jwksUrl: {
    env: 'COUTURE_JWKS_URL',
    value: '<url>',
    schema: z.url({ protocol: /^https?$/ }).optional(),
    affects: 'nothing',
    doc: 'where the shop’s login publishes its public keys (JWKS), instead of a secret',
  },
  jwtIssuer: {
    env: 'COUTURE_JWT_ISSUER',
    value: '<iss>',
    schema: z.string().min(1).optional(),
    affects: 'nothing',
    doc: 'issuer that tokens must name; unset: any',
  },
  jwtAudience: {
    env: 'COUTURE_JWT_AUDIENCE',
    value: '<aud>',
    schema: z.string().min(1).optional(),
    affects: 'nothing',
    doc: 'audience that tokens must name; unset: any',
  },
  bundleDiscount: {
    env: 'COUTURE_BUNDLE_DISCOUNT',
    value: '<share>',
    schema: numeric(0, 0.9).optional(),
    affects: 'nothing',
    doc: 'what a bundle saves, as a share of its products’ prices; unset: 0.1 on the sample shop, and 0 on a shop with its own checkout',
  },
  cardAge: {
    env: 'COUTURE_CARD_AGE',
    value: '<ms>',
    schema: numeric(0, 900, true),
    default: 750,
    affects: 'nothing',
    doc: 'milliseconds for which a product’s price and stock are taken as read',
  },
  cacheMemory: {
    env: 'COUTURE_CACHE_MEMORY',
    value: '<size>',
    schema: byteSize,
    default: '64m',
    affects: 'speed',
    doc: 'what the runtime’s caches may hold',
  },
  poolSize: {
    env: 'COUTURE_POOL_SIZE',
    value: '<n>',
    schema: numeric(1, 500, true),
    default: 10,
    affects: 'speed',
    doc: 'connections of the runtime’s pool; chat has four more, and two listen',
  },
  statementTimeout: {
    env: 'COUTURE_STATEMENT_TIMEOUT',
    value: '<ms>',
    schema: numeric(100, 60_000, true),
    default: 2000,
    affects: 'nothing',
    doc: 'milliseconds that a statement of the runtime may take',
  },
  rateLimit: {
    env: 'COUTURE_RATE_LIMIT',
    value: '<n>',
    schema: numeric(1, 1e9, true),
    default: 3000,
    affects: 'nothing',
    doc: 'requests a minute that one address may send, and one signed-in person',
  },
  metricsToken: {
    env: 'COUTURE_METRICS_TOKEN',
    value: '<token>',
    schema: z.string().min(16, 'expected 16 characters or more').optional(),
    affects: 'nothing',
    secret: true,
    doc: 'bearer token for /metrics; unset: only this machine may read it, not through a proxy',
  },
  currency: {
    env: 'COUTURE_CURRENCY',
    value: '<code>',
    schema: z.string().regex(/^[A-Z]{3}$/, 'expected a code such as EUR or USD'),
    default: 'EUR',
    affects: 'nothing',
    doc: 'currency of the shop’s prices (ISO 4217)',
  },
  signInUrl: {
    env: 'COUTURE_SIGN_IN_URL',
    value: '<url>',
    schema: z
      .string()
      .regex(/^(https?:\/\/[^/]|\/(?![/\\]))/, 'expected https://… or a path of this shop')
      .optional(),
    affects: 'nothing',
    doc: 'where the storefront sends shoppers to sign in; unset: it offers no sign-in, but in the demo',
  },
  holdout: {
    env: 'COUTURE_HOLDOUT',
    value: '<share>',
    schema: numeric(0, 0.5),
    default: 0,
    affects: 'nothing',
    doc: 'share of the visitors that see bestsellers instead, so that `recs report` can tell what the lists are worth (0.1: a tenth)',
  },
  eventDays: {
    env: 'COUTURE_EVENT_DAYS',
    value: '<span>',
    schema: durationDays,
    default: '180d',
    affects: 'nothing',
    doc: 'how long impressions, clicks and add-to-carts of recommendations are kept',
  },
  chatHours: {
    env: 'COUTURE_CHAT_HOURS',
    value: '<hours>',
    schema: openingHours.optional(),
    affects: 'nothing',
    doc: 'business hours of the chat: "Mo-Fr 09:00-18:00, Sa 10:00-14:00"; unset: always open',
  },
  chatTimeZone: {
    env: 'COUTURE_CHAT_TIME_ZONE',
    value: '<zone>',
    schema: timeZone,
    default: 'UTC',
    affects: 'nothing',
    doc: 'time zone of the business hours, such as Europe/Berlin',
  },
  chatIdle: {
    env: 'COUTURE_CHAT_IDLE',
    value: '<span>',
    schema: durationDays,
    default: '2h',
    affects: 'nothing',
    doc: 'a chat in which nobody has written for so long is resolved',
  },
  chatClose: {
    env: 'COUTURE_CHAT_CLOSE',
    value: '<span>',
    schema: durationDays,
    default: '1d',
    affects: 'nothing',
    doc: 'a chat that was resolved, or waited and was not taken, for so long is closed',
  },
  chatRate: {
    env: 'COUTURE_CHAT_RATE',
    value: '<n>',
    schema: numeric(1, 1e9, true),
    default: 60,
    affects: 'nothing',
    doc: 'chat messages a minute that one person may send; ten times as many an address',
  },
  chatStarts: {
    env: 'COUTURE_CHAT_STARTS',
    value: '<n>',
    schema: numeric(1, 1e9, true),
    default: 30,
    affects: 'nothing',
    doc: 'chats an hour that one address may begin; a third as many a visitor',
  },
  chatSockets: {
    env: 'COUTURE_CHAT_SOCKETS',
    value: '<n>',
    schema: numeric(1, 1e9, true),
    default: 200,
    affects: 'nothing',
    doc: 'chat sockets that one address may have open, in one process; a tenth as many a person',
  },
  redisUrl: {
    env: 'REDIS_URL',
    value: '<url>',
    schema: z.url({ protocol: /^rediss?$/ }).optional(),
    affects: 'nothing',
    secret: true,
    doc: 'Redis by which processes wake each other about chats; unset: Postgres does it',
  },
  maxInFlight: {
    env: 'COUTURE_MAX_IN_FLIGHT',
    value: '<n>',
    schema: numeric(1, 1e6, true),
    default: 1000,
    affects: 'nothing',
    doc: 'requests that are worked on at once; more get 503 and Retry-After',
  },
  maxConnections: {
    env: 'COUTURE_MAX_CONNECTIONS',
    value: '<n>',
    schema: numeric(1, 1e9, true),
    default: 1000,
    affects: 'nothing',
    doc: 'connections that one address may have open, in one process; not counted where trust-proxy is set',
  },
  drain: {
    env: 'COUTURE_DRAIN',
    value: '<ms>',
    schema: numeric(0, 60_000, true),
    default: 500,
    affects: 'nothing',
    doc: 'milliseconds between SIGTERM and the end of listening, for balancers to notice',
  },
  shutdownTimeout: {
    env: 'COUTURE_SHUTDOWN_TIMEOUT',
    value: '<ms>',
    schema: numeric(0, 600_000, true),
    default: 10_000,
    affects: 'nothing',
    doc: 'milliseconds that running requests get to end after SIGTERM',
  },
  vapidPublicKey: {
    env: 'VAPID_PUBLIC_KEY',
    value: '<key>',
    schema: publicKey.optional(),
    affects: 'nothing',
    doc: 'public key that browsers subscribe with; unset: that of the key file, if there is one',
  },
  vapidPrivateKey: {
    env: 'VAPID_PRIVATE_KEY',
    value: '<key>',
    schema: privateKey.optional(),
    affects: 'nothing',
    secret: true,
    doc: 'its private key, which push services know the shop by',
  },
  vapidClaimEmail: {
    env: 'VAPID_CLAIM_EMAIL',
    value: '<address>',
    schema: z
      .string()
      .regex(/^(?:mailto:)?[^\s@]+@[^\s@]+\.[^\s@]+$/, 'expected an e-mail address')
      .optional(),
    affects: 'nothing',
    doc: 'whom push services write to when something is wrong',
  },
  pushHosts: {
    env: 'COUTURE_PUSH_HOSTS',
    value: '<hosts>',
    schema: hostList,
    default: '',
    affects: 'nothing',
    doc: 'push services beside those of Google, Mozilla, Apple and Microsoft: host, *.host, host:port',
  },
  pushPrivate: {
    env: 'COUTURE_PUSH_PRIVATE',
    schema: flag,
    default: false,
    affects: 'nothing',
    doc: 'let the hosts of push-hosts have addresses of the own network',
  },
} as const satisfies Record<string, OptionRow>;
