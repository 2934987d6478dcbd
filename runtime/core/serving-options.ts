// The settings of the runtime: the part of the option table that `couture serve` uses.
import { z } from 'zod';
import { loginOptions } from './login-options.ts';
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

const base64url = (bytes: number, message: string) =>
  z
    .string()
    .refine((text) => /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length === bytes, message);
const publicKey = base64url(
  65,
  'expected 65 bytes in base64url, as "couture push keys generate" prints them',
);
const privateKey = base64url(
  32,
  'expected 32 bytes in base64url, as "couture push keys generate" prints them',
);

const nonEmpty = z.string().min(1);
const httpUrl = z.url({ protocol: /^https?$/ });
const productPattern = z
  .string()
  .regex(/^(?:https?:\/\/[^/]|\/(?![/\\])).*\{id\}/, 'expected an address with {id}, such as /products/{id}');
const checkoutPattern = z
  .string()
  .regex(
    /^(?:https?:\/\/[^/]|\/(?![/\\])).*\{(?:items|ids|json)\}/,
    'expected an address with {items}, {ids} or {json}, such as https://shop.example/cart/{items}',
  );
const shopName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^\P{Cc}+$/u, 'expected a name without control characters');
const basePath = z
  .string()
  .transform((path) => path.replace(/\/+$/, ''))
  .refine(
    (path) => /^(?:\/[\w.~-]+)+$/.test(path) && !/\/\.{1,2}(?:\/|$)/.test(path),
    'expected a path such as /recs',
  );
const signInAddress = z
  .string()
  .regex(/^(https?:\/\/[^/]|\/(?![/\\]))/, 'expected https://… or a path of this shop');
const emailAddress = z.string().regex(/^(?:mailto:)?[^\s@]+@[^\s@]+\.[^\s@]+$/, 'expected an e-mail address');

/** Hosts in lower case, with their port unless it is 443. */
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

const colour = z
  .string()
  .regex(/^#[\da-f]{6}$/i, 'expected a colour such as #7a1f3d')
  .transform((text) => text.toLowerCase());
const address = z
  .string()
  .regex(
    /^(?:https?:\/\/[^/]|\/(?![/\\]))\S*$/,
    'expected https://… or a path of the shop such as /logo.svg',
  );
const families = z
  .string()
  .regex(/^[\p{L}\d _,'"-]{1,200}$/u, 'expected names of fonts such as "Inter, Arial, sans-serif"');
const legalText = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .regex(/^\P{Cc}+$/u, 'expected a text without control characters');

export interface FooterLink {
  readonly label: string;
  readonly url: string;
}

/** `Imprint=/imprint, Terms=https://…` → links. */
const footerLinks = z.string().transform((text, context): FooterLink[] => {
  const links: FooterLink[] = [];
  for (const part of text.split(',').map((each) => each.trim())) {
    const [, label, url] = /^([^=]{1,40}?)\s*=\s*(.+)$/.exec(part) ?? [];
    if (label && address.safeParse(url).success) {
      links.push({ label, url: url! });
      continue;
    }
    context.addIssue({
      code: 'custom',
      message: `expected links such as Imprint=/imprint or Terms=https://shop.example/terms, got ${JSON.stringify(part)}`,
    });
    return z.NEVER;
  }
  return links;
});

const barrierContact = z
  .string()
  .max(200)
  .regex(
    /^(?:[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+|https?:\/\/[^\s<>"]+)$/i,
    'expected an e-mail address or a URL such as https://shop.example/contact',
  );

const smtpUrl = z.url({ protocol: /^smtps?$/ });
const imapUrl = z.url({ protocol: /^imaps?$/ });

/** `chat@shop.example` or `Shop <chat@shop.example>`, in one line. */
const mailbox = z
  .string()
  .regex(
    /^(?:[^<>\p{Cc}]{1,80}<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)$/u,
    'expected an address such as chat@shop.example or Shop <chat@shop.example>',
  );

const replyPattern = z
  .string()
  .regex(
    /^[\w.+-]*\{token\}[\w.+-]*@[\w-]+(?:\.[\w-]+)+$/,
    'expected an address with {token}, such as chat+{token}@shop.example',
  );

// biome-ignore format: one row per line
export const servingOptions = {
  host: { env: 'COUTURE_HOST', value: '<address>', schema: nonEmpty, default: '127.0.0.1', doc: 'address to listen on; 0.0.0.0: all interfaces' },
  port: { env: 'COUTURE_PORT', value: '<n>', schema: numeric(0, 65_535, true), default: 3000, doc: 'port to listen on; 0: any free port' },
  publicUrl: { env: 'COUTURE_PUBLIC_URL', value: '<url>', schema: httpUrl.optional(), doc: 'public URL of the runtime, as shoppers reach it (https://shop.example); when unset, taken from each request' },
  basePath: { env: 'COUTURE_BASE_PATH', value: '<path>', schema: basePath.optional(), doc: 'path below which a reverse proxy passes everything to couture (/recs), next to the shop’s own pages' },
  shopUrl: { env: 'COUTURE_SHOP_URL', value: '<url>', schema: httpUrl.optional(), doc: 'URL of the shop (https://shop.example), against which relative product URLs are resolved; when unset, couture’s storefront is the shop' },
  mediaUrl: { env: 'COUTURE_MEDIA_URL', value: '<url>', schema: httpUrl.optional(), doc: 'base URL of the shop’s pictures, against which relative image URLs are resolved; when unset, the shop URL' },
  productUrl: { env: 'COUTURE_PRODUCT_URL', value: '<pattern>', schema: productPattern.optional(), doc: 'URL pattern for products whose url is null in the view: /products/{id}; when unset, they link to the front page of the shop URL' },
  shopName: { env: 'COUTURE_SHOP_NAME', value: '<name>', schema: shopName.optional(), doc: 'name of the shop on its pages, in its web app manifest and in notifications; when unset, the host of the shop URL' },
  brandColor: { env: 'COUTURE_BRAND_COLOR', value: '<colour>', schema: colour.optional(), doc: 'colour of the shop (#7a1f3d) in the storefront, the chat, the console and the installed app; shades of it keep a contrast of 4.5:1 on light and dark pages' },
  logoUrl: { env: 'COUTURE_LOGO_URL', value: '<url>', schema: address.optional(), doc: 'URL of the shop’s logo in the storefront’s header, or its path on the shop URL; when unset, the shop’s name' },
  icon: { env: 'COUTURE_ICON', value: '<file>', schema: z.string().min(1).optional(), doc: 'square PNG of at least 512 pixels: icon of tabs, the installed app and notifications' },
  fontFamily: { env: 'COUTURE_FONT_FAMILY', value: '<fonts>', schema: families.optional(), doc: 'fonts of the storefront that devices have, as in CSS: Georgia, serif' },
  legalText: { env: 'COUTURE_LEGAL_TEXT', value: '<text>', schema: legalText.optional(), doc: 'legal text in the storefront’s footer, such as the company and its address' },
  footerLinks: { env: 'COUTURE_FOOTER_LINKS', value: '<links>', schema: footerLinks.optional(), doc: 'links of the storefront’s footer: Imprint=/imprint, Terms=https://shop.example/terms; paths are on the shop URL' },
  accessibilityContact: { env: 'COUTURE_ACCESSIBILITY_CONTACT', value: '<address>', schema: barrierContact.optional(), doc: 'e-mail address or URL for reports of barriers, in the accessibility statement (/accessibility); when unset, the statement refers to the imprint' },
  checkoutUrl: { env: 'COUTURE_CHECKOUT_URL', value: '<pattern>', schema: checkoutPattern.optional(), doc: 'URL pattern of the shop’s checkout, to which the storefront hands over a cart; {items} becomes id:quantity,id:quantity, and {ids}, {quantities} and {json} are other forms of it; when unset, the cart links to its products. connect turns the storefront on with it' },
  storefront: { env: 'COUTURE_STOREFRONT', schema: flag, default: true, doc: 'serve couture’s storefront; when off, only the API, widgets, chat, console and push' },
  corsOrigins: { env: 'COUTURE_CORS_ORIGINS', value: '<origins>', schema: originList, default: '', doc: 'origins of the pages that embed the widgets, comma-separated' },
  trustProxy: { env: 'COUTURE_TRUST_PROXY', value: '<n>', schema: numeric(0, 10, true), default: 0, doc: 'number of reverse proxies whose X-Forwarded headers to trust' },
  ...loginOptions,
  bundleDiscount: { env: 'COUTURE_BUNDLE_DISCOUNT', value: '<share>', schema: numeric(0, 0.9).optional(), doc: 'discount on a bundle, as a share of its products’ prices; when unset, 0.1 on the sample shop and 0 on a shop with its own checkout' },
  cardAge: { env: 'COUTURE_CARD_AGE', value: '<ms>', schema: numeric(0, 900, true), default: 750, doc: 'milliseconds to cache a product’s price and stock' },
  cacheMemory: { env: 'COUTURE_CACHE_MEMORY', value: '<size>', schema: byteSize, default: '64m', affects: 'speed', doc: 'memory budget of the runtime’s caches' },
  poolSize: { env: 'COUTURE_POOL_SIZE', value: '<n>', schema: numeric(1, 500, true), default: 10, affects: 'speed', doc: 'size of the runtime’s connection pool; chat uses four connections more, and LISTEN two' },
  statementTimeout: { env: 'COUTURE_STATEMENT_TIMEOUT', value: '<ms>', schema: numeric(100, 60_000, true), default: 2000, doc: 'timeout of the runtime’s statements, in milliseconds' },
  rateLimit: { env: 'COUTURE_RATE_LIMIT', value: '<n>', schema: numeric(1, 1e9, true), default: 3000, doc: 'maximum requests per minute from one address, and from one signed-in user' },
  metricsToken: { env: 'COUTURE_METRICS_TOKEN', value: '<token>', schema: z.string().min(16, 'expected at least 16 characters').optional(), secret: true, doc: 'bearer token for /metrics; when unset, nobody can read them' },
  currency: { env: 'COUTURE_CURRENCY', value: '<code>', schema: z.string().regex(/^[A-Z]{3}$/, 'expected a code such as EUR or USD'), default: 'EUR', doc: 'currency of the shop’s prices (ISO 4217)' },
  locale: { env: 'COUTURE_LOCALE', value: '<code>', schema: z.enum(['en', 'de', 'ar']).optional(), doc: 'language of the storefront until a visitor chooses another, and of widgets on pages without a lang attribute: en, de or ar; when unset, the browser’s language, and English in widgets' },
  signInUrl: { env: 'COUTURE_SIGN_IN_URL', value: '<url>', schema: signInAddress.optional(), doc: 'sign-in page of the shop that storefront and console lead to; it may post a token back to /sign-in/return; when unset, the storefront offers no sign-in (except in the demo)' },
  holdout: { env: 'COUTURE_HOLDOUT', value: '<share>', schema: numeric(0, 0.5), default: 0, doc: 'share of visitors in the control group, who see bestsellers instead, so that `recs report` can measure the uplift (0.1: a tenth)' },
  mailListSecret: { env: 'COUTURE_MAIL_LIST_SECRET', value: '<secret>', schema: z.string().min(32, 'expected at least 32 characters').optional(), secret: true, doc: 'signs the links of `recs export --format feed` to customers’ lists in newsletters; another one ends all links; when unset, there are none' },
  eventDays: { env: 'COUTURE_EVENT_DAYS', value: '<span>', schema: durationDays, default: '180d', doc: 'how long to keep product views, and impressions, clicks and add-to-carts of recommendations' },
  chatHours: { env: 'COUTURE_CHAT_HOURS', value: '<hours>', schema: openingHours.optional(), doc: 'business hours of the chat: "Mo-Fr 09:00-18:00, Sa 10:00-14:00"; when unset, always open' },
  chatTimeZone: { env: 'COUTURE_CHAT_TIME_ZONE', value: '<zone>', schema: timeZone, default: 'UTC', doc: 'time zone of the business hours, such as Europe/Berlin' },
  chatAutoAssign: { env: 'COUTURE_CHAT_AUTO_ASSIGN', schema: flag, default: false, doc: 'assign waiting chats to available agents of their team, the longest wait first, to the agent with the fewest open chats; agents can still take chats themselves' },
  chatCapacity: { env: 'COUTURE_CHAT_CAPACITY', value: '<n>', schema: numeric(1, 1000, true), default: 4, doc: 'open chats at a time up to which an agent gets more of them, unless `couture chat agents set` gives that agent another number' },
  chatAnswerWithin: { env: 'COUTURE_CHAT_ANSWER_WITHIN', value: '<span>', schema: durationDays, default: '90s', doc: 'with chat-auto-assign, how long an agent has to send the first answer before the chat returns to the front of the queue' },
  chatTarget: { env: 'COUTURE_CHAT_TARGET', value: '<span>', schema: durationDays, default: '3m', doc: 'target for the first response to a shopper, in business hours, for teams without their own; once it has passed, consoles and the log raise an alarm' },
  chatIdle: { env: 'COUTURE_CHAT_IDLE', value: '<span>', schema: durationDays, default: '2h', doc: 'resolve a chat after this long without a message' },
  chatClose: { env: 'COUTURE_CHAT_CLOSE', value: '<span>', schema: durationDays, default: '1d', doc: 'close a chat this long after it was resolved, or after it began to wait without being accepted' },
  chatRate: { env: 'COUTURE_CHAT_RATE', value: '<n>', schema: numeric(1, 1e9, true), default: 60, doc: 'maximum chat messages per minute from one user; ten times as many from one address' },
  chatStarts: { env: 'COUTURE_CHAT_STARTS', value: '<n>', schema: numeric(1, 1e9, true), default: 30, doc: 'maximum new chats per hour from one address; a third as many from one visitor' },
  chatSockets: { env: 'COUTURE_CHAT_SOCKETS', value: '<n>', schema: numeric(1, 1e9, true), default: 200, doc: 'maximum open chat sockets per address and process; a tenth as many per user' },
  returnDays: { env: 'COUTURE_RETURN_DAYS', value: '<n>', schema: numeric(1, 3_650, true).optional(), doc: 'days after an order within which the shop takes items back, for answers in the chat; counted from the day of the order' },
  returnText: { env: 'COUTURE_RETURN_TEXT', value: '<text>', schema: legalText.optional(), doc: 'how to return items, in the shop’s language, for answers in the chat: "Print a label at https://shop.example/returns"; when unset, and without return-days, questions about returns are left to agents' },
  orderLookups: { env: 'COUTURE_ORDER_LOOKUPS', value: '<n>', schema: numeric(0, 1e6, true), default: 60, doc: 'maximum look-ups per minute of guests who ask for an order by its number and e-mail address, all together; 0: only signed-in customers can ask' },
  smtpUrl: { env: 'COUTURE_SMTP_URL', value: '<url>', schema: smtpUrl.optional(), secret: true, example: 'smtps://USER:PASSWORD@HOST:465', doc: 'SMTP server for replies to shoppers who have left the chat; smtp:// uses STARTTLS where the server offers it; when unset, such shoppers cannot be reached by e-mail' },
  mailFrom: { env: 'COUTURE_MAIL_FROM', value: '<address>', schema: mailbox.optional(), doc: 'sender of these mails: Shop <chat@shop.example>; required with smtp-url' },
  mailReplyTo: { env: 'COUTURE_MAIL_REPLY_TO', value: '<pattern>', schema: replyPattern.optional(), doc: 'address for answers, with {token} for the chat: chat+{token}@shop.example; required with imap-url' },
  imapUrl: { env: 'COUTURE_IMAP_URL', value: '<url>', schema: imapUrl.optional(), secret: true, example: 'imaps://USER:PASSWORD@HOST:993/INBOX', doc: 'mailbox that receives mail to mail-reply-to; its messages are read, not changed; when unset, mails ask to answer in the chat' },
  mailPause: { env: 'COUTURE_MAIL_PAUSE', value: '<span>', schema: durationDays, default: '3m', doc: 'how long to wait after an agent’s last unread message before it is mailed' },
  redisUrl: { env: 'REDIS_URL', value: '<url>', schema: z.url({ protocol: /^rediss?$/ }).optional(), secret: true, example: 'redis://USER:PASSWORD@HOST:6379', doc: 'Redis that notifies processes of each other’s chat changes; when unset, Postgres does' },
  maxInFlight: { env: 'COUTURE_MAX_IN_FLIGHT', value: '<n>', schema: numeric(1, 1e6, true), default: 1000, doc: 'maximum requests in flight; further ones get 503 with Retry-After' },
  maxConnections: { env: 'COUTURE_MAX_CONNECTIONS', value: '<n>', schema: numeric(1, 1e9, true), default: 1000, doc: 'maximum open connections per address and process; not enforced when trust-proxy is set' },
  drain: { env: 'COUTURE_DRAIN', value: '<ms>', schema: numeric(0, 60_000, true), default: 500, doc: 'milliseconds to keep accepting requests after SIGTERM, so that load balancers can notice' },
  shutdownTimeout: { env: 'COUTURE_SHUTDOWN_TIMEOUT', value: '<ms>', schema: numeric(0, 600_000, true), default: 10_000, doc: 'milliseconds that requests in flight get to finish after SIGTERM' },
  vapidPublicKey: { env: 'VAPID_PUBLIC_KEY', value: '<key>', schema: publicKey.optional(), doc: 'public VAPID key that browsers subscribe with; when unset, the one in the key file, if any' },
  vapidPrivateKey: { env: 'VAPID_PRIVATE_KEY', value: '<key>', schema: privateKey.optional(), secret: true, doc: 'private VAPID key, which identifies the shop to push services' },
  vapidClaimEmail: { env: 'VAPID_CLAIM_EMAIL', value: '<address>', schema: emailAddress.optional(), doc: 'contact address that push services can write to about problems' },
  pushHosts: { env: 'COUTURE_PUSH_HOSTS', value: '<hosts>', schema: hostList, default: '', doc: 'push services to allow besides those of Google, Mozilla, Apple and Microsoft: host, *.host, host:port' },
  segments: { env: 'COUTURE_SEGMENTS', value: '<folder>', schema: z.string().min(1).optional(), doc: 'folder of custom push segments: NAME.sql is one query for the ids of customers; see runtime/push' },
  pushSunset: { env: 'COUTURE_PUSH_SUNSET', schema: flag, default: true, doc: 'send fewer campaigns and journeys, then none, to subscribers who neither visit nor click; not orders, nor what they asked for' },
  pushHttp2: { env: 'COUTURE_PUSH_HTTP2', schema: flag, default: true, doc: 'send over HTTP/2 to push services that speak it; otherwise over HTTP/1.1 to all' },
  pushPrivate: { env: 'COUTURE_PUSH_PRIVATE', schema: flag, default: false, doc: 'allow the hosts of push-hosts to have private network addresses' },
} as const satisfies Record<string, OptionRow>;
