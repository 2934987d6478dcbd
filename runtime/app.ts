// The middleware stack of the runtime, in call order.
import { constants } from 'node:zlib';
import cors from '@koa/cors';
import Koa, { type Context, type Middleware, type Next } from 'koa';
import compress from 'koa-compress';
import { type Api, apiRoutes } from './api-routes.ts';
import type { AppOptions } from './app-options.ts';
import { auditTrail } from './auth/audit.ts';
import { identifier } from './auth/identify.ts';
import { newBinding } from './http/bind.ts';
import { brandStyle, styleSource } from './http/brand-style.ts';
import { EventBuffer } from './http/event-buffer.ts';
import { Metrics } from './http/metrics.ts';
import { audited } from './http/middleware/audited.ts';
import { frontEnd } from './http/middleware/front-end.ts';
import { inTurn } from './http/middleware/in-turn.ts';
import { LoadShedding } from './http/middleware/load-shedding.ts';
import { matchRoute } from './http/middleware/matched-route.ts';
import { observe } from './http/middleware/observe.ts';
import { problems } from './http/middleware/problem.ts';
import { RateLimits } from './http/middleware/rate-limits.ts';
import { answerHeaders } from './http/middleware/secure-headers.ts';
import { UnfinishedBodies } from './http/middleware/unfinished-bodies.ts';
import { warmAnswers } from './http/middleware/warm-answers.ts';
import { problemPage } from './http/problem-page.ts';
import { sharesOfPool } from './http/shares-of-pool.ts';
import { pageRoutes } from './page-routes.ts';
import { ProxyHints } from './proxy-hints.ts';

/** The application and those of its parts that `startServer` starts and closes. */
export interface RuntimeApp extends Pick<Api, 'chat' | 'push' | 'webhooks'> {
  readonly app: Koa;
  readonly events: EventBuffer;
  readonly shedding: LoadShedding;
  readonly metrics: Metrics;
}

/** Builds the Koa application. Nothing in it listens, polls, subscribes or holds a timer until it is started. */
export async function createApp(options: AppOptions): Promise<RuntimeApp> {
  const { config, log, storefront, phase } = options;
  const { pool } = storefront;
  const limits = new RateLimits(config.rateLimit);
  const shedding = new LoadShedding(pool, config.maxInFlight);
  const bodies = new UnfinishedBodies(Math.max(10, Math.floor(config.maxInFlight / 10)));
  const eventBuffer = new EventBuffer(pool, log, {
    keepDays: config.eventDays,
    known: (ids) => storefront.cards.read(ids),
  });
  const shares = sharesOfPool(pool, config.statementTimeout);
  const metrics = new Metrics({ pool, storefront, shedding, limits, events: eventBuffer });
  for (const [part, each] of Object.entries(shares))
    metrics.add(part, () => ({ running: each.inUse, waiting: each.waiting, refused: each.refused }));
  metrics.add('bodies', () => ({ waiting: bodies.waiting, refused: bodies.refused }));
  const identify = identifier(options.verify, config);
  const binding = newBinding(async (ctx) => {
    const principal = await identify(ctx);
    if (!principal) return principal;
    ctx.state.sub = principal.sub;
    limits.take(principal);
    return principal;
  }, shedding.awaitClient);
  const audit = auditTrail(log);
  const hints = new ProxyHints(log);
  const closing = () => phase() === 'closing';
  const embedded = config.corsOrigins.length > 0;
  const style = brandStyle(options.identity.brand);
  const headers = await answerHeaders(
    {
      https: config.publicUrl?.startsWith('https:') ?? false,
      embedded,
      pictures: storefront.wire.addresses.plainOrigins,
      styles: style ? [styleSource(style)] : [],
    },
    closing,
  );
  const apiHeaders = embedded ? [...headers.api, 'Vary', 'Origin'] : headers.api;

  const { lists, catalogue, ...services } = apiRoutes(binding, {
    ...options,
    limits,
    eventBuffer,
    shares,
    metrics,
    audit,
  });
  const pages = pageRoutes(binding, { ...options, style, shares }, { lists, catalogue });

  const app = new Koa({ proxy: config.trustProxy > 0, maxIpsCount: config.trustProxy });
  app.on('error', (error) => log.debug({ err: error }, 'a connection closed early'));
  services.chat.attach(app, hints);
  app.use(inTurn);
  app.use(observe(log, metrics));
  app.use(warmAnswers(storefront, { headers: apiHeaders, spend: limits.spend, closing }));
  app.use(matchRoute(binding.router));
  app.use(headers.middleware);
  if (embedded) app.use(embedding(config.corsOrigins));
  app.use(audited(audit));
  app.use(
    problems(log, problemPage({ shell: pages.storefront ? pages.shell : undefined, locale: pages.locale })),
  );
  app.use(hints.middleware(config.trustProxy));
  app.use(shedding.middleware);
  app.use(limits.middleware);
  app.use(bodies.middleware);
  // Lists are compressed once and cached; this is for pages, pictures and personal responses.
  app.use(uncompressed);
  app.use(compress({ threshold: 1_400, br: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } } }));
  app.use(frontEnd({ ...pages, awaitClient: (wait) => shedding.awaitClient(wait, 'nothing') }));
  app.use(binding.router.routes());
  return { app, ...services, events: eventBuffer, shedding, metrics };
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
    // With the date, embedded chats know the server's time.
    exposeHeaders: ['Date', 'ETag', 'Retry-After', 'X-Couture-Build', 'X-Request-Id'],
    maxAge: 600,
  });
}
