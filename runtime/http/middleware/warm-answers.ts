// The fast path: sends a response that is cached for this exact URL without routing and validating the request again, since
// an identical one was valid before. Only public routes cache responses by URL.
import type { Context, Next } from 'koa';
import { visitorOf } from '../../shop/arms.ts';
import { takesGzip } from '../../shop/rendered.ts';
import type { Storefront } from '../../shop/storefront.ts';

export interface WarmAnswersOptions {
  /** Headers of every API response, in the form of `writeHead`. */
  readonly headers: readonly string[];
  /** Uses a rate-limit point of the sender. Returns whether there was one at hand. */
  readonly spend: (ctx: Context) => boolean;
  /** Whether the server is closing its connections. */
  readonly closing: () => boolean;
}

/**
 * Responds with one call of `writeHead`: setting ten headers one by one, and the layers in between, cost a third of such a
 * request. Everything else (a validator, another origin, nothing cached) takes the normal path and gets the same response.
 */
export function warmAnswers(shop: Storefront, { headers, spend, closing }: WarmAnswersOptions) {
  return (ctx: Context, next: Next): Promise<void> | undefined => {
    const { url, method, headers: asked } = ctx.req;
    if (method !== 'GET' || closing()) return next();
    // Only responses of the standard arm are cached by plain URL.
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
