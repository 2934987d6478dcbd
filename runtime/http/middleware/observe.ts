// Gives every request an id, measures it, and logs it at level info.
import { randomBytes } from 'node:crypto';
import type { Context, Next } from 'koa';
import type { Log } from '../../core/log.ts';
import type { Metrics } from '../metrics.ts';

/** Route label of unmatched requests, so that arbitrary paths create no further metrics. */
const noRoute = '(none)';

export function observe(log: Log, metrics: Metrics) {
  const prefix = randomBytes(6).toString('base64url');
  let count = 0;
  return async (ctx: Context, next: Next): Promise<void> => {
    const started = performance.now();
    const given = ctx.headers['x-request-id'];
    const id =
      typeof given === 'string' && /^[\w.-]{1,64}$/.test(given)
        ? given
        : `${prefix}-${(++count).toString(36)}`;
    ctx.state.requestId = id;
    await next();
    const milliseconds = performance.now() - started;
    const route = String(ctx._matchedRoute ?? noRoute);
    metrics.observe(ctx.method, route, ctx.status, milliseconds / 1_000);
    log.info({ request_id: id, method: ctx.method, route, status: ctx.status, ms: milliseconds }, 'request');
  };
}
