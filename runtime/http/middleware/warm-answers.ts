// The short way: an answer that is held for this very URL goes out before the request is routed and checked again, since
// it fitted the last time. Only public routes hold answers by URL.
import type { Context, Next } from 'koa';
import { visitorOf } from '../../shop/arms.ts';
import { takesGzip } from '../../shop/rendered.ts';
import type { Storefront } from '../../shop/storefront.ts';

export interface WarmAnswersOptions {
  /** Headers of every answer of the API, as `writeHead` takes them. */
  readonly headers: readonly string[];
  /** Whether the sender of this request has still a point in hand, which is then used. */
  readonly spend: (ctx: Context) => boolean;
  /** Whether connections are being brought to their end. */
  readonly closing: () => boolean;
}

/**
 * Answers in one call of `writeHead`, since setting ten headers one by one and the layers between cost a third of such a
 * request. Whatever is not plain (a validator, a page of another origin, nothing held) goes the long way and gets the
 * same there.
 */
export function warmAnswers(shop: Storefront, { headers, spend, closing }: WarmAnswersOptions) {
  return (ctx: Context, next: Next): Promise<void> | undefined => {
    const { url, method, headers: asked } = ctx.req;
    if (method !== 'GET' || closing()) return next();
    // What is held by URL is what most see.
    if (shop.hasArms && (shop.armOf(visitorOf(asked)) ?? 'standard') !== 'standard') return next();
    const held = shop.held(url!);
    if (!held || asked['if-none-match'] !== undefined || asked.origin !== undefined) return next();
    const out = held.rendered.atOnce(takesGzip(ctx));
    if (!out || !spend(ctx)) return next();
    ctx._matchedRoute = held.route;
    ctx.respond = false;
    ctx.res.writeHead(200, [...headers, ...out.headers, 'X-Request-Id', ctx.state.requestId as string]);
    ctx.res.end(out.bytes);
    return undefined;
  };
}
