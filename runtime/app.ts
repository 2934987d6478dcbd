// The middleware stack of the runtime, in call order.
import path from 'node:path';
import { constants } from 'node:zlib';
import cors from '@koa/cors';
import Koa, { type Context, type Middleware, type Next } from 'koa';
import compress from 'koa-compress';
import { packageRoot } from '../sql/package-root.ts';
import { forgetBag } from '../sql/store/push/bags.ts';
import { auditTrail } from './auth/audit.ts';
import type { DemoLogin } from './auth/demo-login.ts';
import { identifier } from './auth/identify.ts';
import { isLocalRequest } from './auth/local-request.ts';
import type { IsRevoked } from './auth/revocations.ts';
import type { VerifyToken } from './auth/verify-token.ts';
import { Chat } from './chat/chat.ts';
import { api } from './contract/api.ts';
import type { Log } from './core/log.ts';
import type { Config } from './core/options.ts';
import { redirectToSlash } from './http/base-path.ts';
import { bind, newBinding } from './http/bind.ts';
import { brandStyle, styleSource } from './http/brand-style.ts';
import { EventBuffer } from './http/event-buffer.ts';
import { bootShell, WrittenPages } from './http/first-paint/written-pages.ts';
import { webManifest } from './http/manifest.ts';
import { Metrics } from './http/metrics.ts';
import { audited } from './http/middleware/audited.ts';
import { frontEnd } from './http/middleware/front-end.ts';
import { inTurn } from './http/middleware/in-turn.ts';
import { LoadShedding } from './http/middleware/load-shedding.ts';
import { matchRoute } from './http/middleware/matched-route.ts';
import { observe } from './http/middleware/observe.ts';
import { problems } from './http/middleware/problem.ts';
import { addressGroup, RateLimits } from './http/middleware/rate-limits.ts';
import { answerHeaders } from './http/middleware/secure-headers.ts';
import { UnfinishedBodies } from './http/middleware/unfinished-bodies.ts';
import { warmAnswers } from './http/middleware/warm-answers.ts';
import { openApi } from './http/openapi.ts';
import { readShell } from './http/page.ts';
import { accessibility } from './http/routes/accessibility.ts';
import { bag } from './http/routes/bag.ts';
import { categoryPages } from './http/routes/category-page.ts';
import { chatMailPages } from './http/routes/chat-mail-pages.ts';
import { demoSignIn, demoSignInPath } from './http/routes/demo-sign-in.ts';
import { embedPage } from './http/routes/embed-page.ts';
import { events } from './http/routes/events.ts';
import { homePage } from './http/routes/home-page.ts';
import { mailLists } from './http/routes/mail-list.ts';
import { orders } from './http/routes/orders.ts';
import { pictures } from './http/routes/pictures.ts';
import { productPages } from './http/routes/product-page.ts';
import { products } from './http/routes/products.ts';
import { operations } from './http/routes/readiness.ts';
import { recommendations } from './http/routes/recommendation-routes.ts';
import { session } from './http/routes/session.ts';
import { shop } from './http/routes/shop.ts';
import { shopAnswers } from './http/routes/shop-answers.ts';
import { signIn, signInPath } from './http/routes/sign-in.ts';
import { sitemap } from './http/routes/sitemap.ts';
import { watchList } from './http/routes/watch-list.ts';
import { sharesOfPool } from './http/shares-of-pool.ts';
import { shopIcon } from './http/shop-icon.ts';
import { shopOfChat } from './http/shop-of-chat.ts';
import { withoutStorefront } from './http/without-storefront.ts';
import { ProxyHints } from './proxy-hints.ts';
import { Push } from './push/push.ts';
import type { VapidKeys } from './push/vapid-keys.ts';
import type { ShopIdentity } from './shop/shop-identity.ts';
import type { Storefront } from './shop/storefront.ts';
import { GuestOrders } from './shop-answers/guest-orders.ts';
import { ShopAnswers } from './shop-answers/shop-answers.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** `draining`: /readyz returns 503, other requests work as usual. `closing`: each response ends its connection. */
export type Phase = 'serving' | 'draining' | 'closing';

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly storefront: Storefront;
  readonly databaseUrl: string;
  readonly verify: VerifyToken;
  readonly isRevoked: IsRevoked;
  /** Ends the session of a token in every process. */
  readonly signOut: (tokenHash: string) => Promise<void>;
  readonly identity: ShopIdentity;
  /** In the demo of the sample shop: signs the tokens of its sign-in page. */
  readonly demoLogin: DemoLogin | undefined;
  /** Undefined disables push messages. */
  readonly pushKeys: VapidKeys | undefined;
  /** Folder of the built front end, by default the package's. */
  readonly site?: string | undefined;
  /** The current phase of shutdown. */
  readonly phase: () => Phase;
}

/** The application and those of its parts that `startServer` starts and closes. */
export interface RuntimeApp {
  readonly app: Koa;
  readonly chat: Chat;
  readonly push: Push;
  readonly webhooks: Webhooks;
  readonly events: EventBuffer;
  readonly shedding: LoadShedding;
  readonly metrics: Metrics;
}

/** Theme colour of the built front end: that of its icon. */
const defaultColor = '#2563eb';
const sampleDescription = 'Dresses, knitwear, bags and shoes, chosen with care.';

/** Builds the Koa application. Nothing in it listens, polls, subscribes or holds a timer until it is started. */
export async function createApp(options: AppOptions): Promise<RuntimeApp> {
  const { config, log, storefront, identity, phase } = options;
  const { pool } = storefront;
  const limits = new RateLimits(config.rateLimit);
  const shedding = new LoadShedding(pool, config.maxInFlight);
  const bodies = new UnfinishedBodies(Math.max(10, Math.floor(config.maxInFlight / 10)));
  const eventBuffer = new EventBuffer(pool, log, {
    keepDays: config.eventDays,
    known: (ids) => storefront.cards.read(ids),
  });
  const { reads, checkouts } = sharesOfPool(pool, config.statementTimeout);
  const metrics = new Metrics({ pool, storefront, shedding, limits, events: eventBuffer });
  const identify = identifier(options.verify, config);
  const binding = newBinding(async (ctx) => {
    const principal = await identify(ctx);
    if (!principal) return principal;
    ctx.state.sub = principal.sub;
    limits.take(principal);
    return principal;
  }, shedding.awaitClient);

  const app = new Koa({ proxy: config.trustProxy > 0, maxIpsCount: config.trustProxy });
  app.on('error', (error) => log.debug({ err: error }, 'a connection closed early'));
  app.use(inTurn);
  app.use(observe(log, metrics));
  const closing = () => phase() === 'closing';
  const embedded = config.corsOrigins.length > 0;
  const https = config.publicUrl?.startsWith('https:') ?? false;
  const style = brandStyle(identity.brand);
  const headers = await answerHeaders(
    {
      https,
      embedded,
      pictures: storefront.wire.addresses.plainOrigins,
      styles: style ? [styleSource(style)] : [],
    },
    closing,
  );
  const known = embedded ? [...headers.api, 'Vary', 'Origin'] : headers.api;
  app.use(warmAnswers(storefront, { headers: known, spend: limits.spend, closing }));
  app.use(matchRoute(binding.router));
  app.use(headers.middleware);
  if (embedded) app.use(embedding(config.corsOrigins));
  const audit = auditTrail(log);
  app.use(audited(audit));
  app.use(problems(log));
  const hints = new ProxyHints(log);
  app.use(hints.middleware(config.trustProxy));
  app.use(shedding.middleware);
  app.use(limits.middleware);
  app.use(bodies.middleware);

  const { demoLogin } = options;
  operations(binding, {
    storefront,
    metrics,
    metricsToken: config.metricsToken,
    draining: () => phase() !== 'serving',
  });
  session(binding, {
    verify: options.verify,
    cookie: config,
    customerId: (id) => storefront.wire.customerId(id),
    signOut: options.signOut,
    forget: (id) => forgetBag(pool, id),
  });
  const lists = recommendations(binding, storefront, identity.bundleDiscount);
  const catalogue = products(binding, storefront, reads);
  orders(binding, storefront, { bundleDiscount: identity.bundleDiscount, checkouts });
  watchList(binding, storefront);
  bag(binding, storefront);
  events(binding, storefront, { buffer: eventBuffer, take: limits.takeEvents });
  mailLists(binding, storefront, {
    secret: config.mailListSecret,
    publicUrl: config.publicUrl,
    basePath: config.basePath ?? '',
    locale: config.locale ?? 'en',
    isRevoked: options.isRevoked,
    events: eventBuffer,
    take: limits.takeEvents,
  });
  const push = new Push({
    config,
    databaseUrl: options.databaseUrl,
    pool,
    log,
    shop: { ids: storefront.ids, currency: storefront.currency, name: identity.name },
    keys: options.pushKeys,
  });
  push.routes((route, handle) => bind(binding, route, handle));
  metrics.add('push', () => ({
    accepted: push.accepted,
    failed: push.failed,
    agents_accepted: push.agents.accepted,
    agents_failed: push.agents.failed,
  }));
  const answers = new ShopAnswers(storefront, config);
  const guestOrders = new GuestOrders(storefront, config.orderLookups);
  shopAnswers(binding, { answers, guestOrders, locale: config.locale });
  metrics.add('order_lookups', () => ({ refused: guestOrders.limits.refused }));
  const chat = new Chat({
    config,
    databaseUrl: options.databaseUrl,
    log,
    shop: shopOfChat(storefront),
    answers,
    identify: binding.identify,
    isRevoked: options.isRevoked,
    audit,
    addressOf: (ctx) => addressGroup(ctx.ip),
    onUnseenReply: ({ customerId, sessionId, agent }) => void push.tellOfReply(customerId, sessionId, agent),
    onAgentNudge: options.pushKeys && ((nudge) => void push.agents.nudge(nudge)),
  });
  chat.routes((route, handle) => bind(binding, route, handle));
  chat.attach(app, hints);
  metrics.add('chat', () => chat.figures);
  const webhooks = new Webhooks({ pool, log, customerType: storefront.ids.customer });
  metrics.add('webhooks', () => webhooks.figures);
  if (chat.mail)
    chatMailPages(binding, {
      mail: chat.mail,
      chatPage: config.storefront
        ? `${config.basePath ?? ''}/?chat=open`
        : storefront.wire.addresses.page('/?chat=open'),
    });
  const { basePath = '' } = config;
  if (basePath) redirectToSlash(binding, basePath);
  const frontPage = identity.storefront ? `${basePath}/` : '/';
  const signInUrl = (ctx: Context) =>
    (config.signInUrl && basePath + signInPath) ??
    (demoLogin && isLocalRequest(ctx.req) ? basePath + demoSignInPath : undefined);
  shop(binding, {
    storefront,
    currency: config.currency,
    locale: config.locale,
    identity,
    hasInvites: () => chat.invites.isUsed(),
    signInUrl,
  });
  if (config.signInUrl)
    signIn(binding, {
      verify: options.verify,
      cookie: config,
      signInUrl: config.signInUrl,
      basePath,
      frontPage,
    });
  for (const [part, each] of Object.entries({ reads, checkouts }))
    metrics.add(part, () => ({ running: each.inUse, waiting: each.waiting, refused: each.refused }));
  metrics.add('bodies', () => ({ waiting: bodies.waiting, refused: bodies.refused }));
  openApi(binding, api, basePath);
  const folder = options.site ?? path.join(packageRoot, 'dist', 'site');
  const { name, sample } = identity;
  const description = sample ? sampleDescription : name;
  const words = {
    __SHOP_NAME__: name,
    __SHOP_DESCRIPTION__: description,
    __THEME_COLOR__: identity.color ?? defaultColor,
  };
  const facts = {
    'couture-currency': config.currency,
    'couture-shop-name': name,
    ...(config.locale ? { 'couture-locale': config.locale } : {}),
    ...(sample ? { 'couture-sample': 'true' } : {}),
    'couture-brand': JSON.stringify(identity.brand),
    ...(basePath ? { 'couture-base': basePath } : {}),
  };
  const shellOptions = { words, facts, lang: config.locale, style, basePath };
  const { currency, locale, publicUrl } = config;
  const boot = { name, brand: identity.brand, basePath, lang: locale ?? 'en' };
  const built = readShell(path.join(folder, 'index.html'), shellOptions);
  const shell = built && bootShell(built, boot);
  if (identity.storefront) {
    const site = { name, publicUrl, basePath, previewImage: `${basePath}/icons/any-512.png` };
    const pages = shell
      ? new WrittenPages({ shell, name, sample, brand: identity.brand, currency, locale, basePath })
      : undefined;
    const written = pages && { pages, catalogue };
    productPages(binding, storefront, { ...site, currency, shell, written });
    if (pages && shell) {
      homePage(binding, { shop: storefront, catalogue, lists, pages, site, description });
      categoryPages(binding, { catalogue, pages, shell, site });
    }
    sitemap(binding, storefront, { ...config, reads });
    webManifest(binding, { folder, basePath, locale }, identity);
  } else withoutStorefront(binding, name, basePath);
  accessibility(binding, {
    name,
    contact: config.accessibilityContact,
    legalText: identity.brand.legal_text,
    locale,
    basePath,
    shopPage: identity.storefront ? frontPage : (identity.url ?? undefined),
  });
  embedPage(binding, { catalogue, name, publicUrl, basePath });
  pictures(binding, pool);
  if (config.icon) shopIcon(binding, config.icon);
  if (demoLogin) {
    const console = `${basePath}/console`;
    const stories = sample && identity.storefront ? `${basePath}/stories.html` : undefined;
    demoSignIn(binding, {
      storefront,
      cookie: config,
      login: demoLogin,
      frontPage,
      console,
      stories,
      embed: `${basePath}/embed`,
    });
  }
  // Lists are compressed once and cached; this is for pages, pictures and personal responses.
  app.use(uncompressed);
  app.use(compress({ threshold: 1_400, br: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } } }));
  app.use(
    frontEnd({
      folder,
      shell,
      console: readShell(path.join(folder, 'console.html'), shellOptions),
      storefront: identity.storefront,
      demo: demoLogin !== undefined,
      sample,
      awaitClient: (wait) => shedding.awaitClient(wait, 'nothing'),
    }),
  );
  app.use(binding.router.routes());

  return { app, chat, push, webhooks, events: eventBuffer, shedding, metrics };
}

/** `identity;q=0` alone accepts nothing: koa-compress fails on it, RFC 9110 (12.5.3) lets a server send the body as it is. */
function uncompressed(ctx: Context, next: Next): Promise<void> {
  if (ctx.acceptsEncodings('br', 'gzip', 'deflate', 'identity') === false) ctx.compress = false;
  return next();
}

/** CORS for these origins, without cookies, so that browsers never send a session automatically. */
function embedding(origins: readonly string[]): Middleware {
  return cors({
    origin: (ctx) => (origins.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    allowMethods: 'GET,HEAD,POST,DELETE',
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'Chat-Secret',
      'File-Name',
      'X-Couture-Visitor',
    ],
    exposeHeaders: ['ETag', 'Retry-After', 'X-Couture-Build', 'X-Request-Id'],
    maxAge: 600,
  });
}
