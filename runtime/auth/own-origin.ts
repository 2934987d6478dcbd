// The runtime's origin as shoppers see it: from the configuration, else from the request.
import type { Context } from 'koa';
import { CoutureError } from '../core/errors.ts';

/**
 * `https://shop.example`; without a public URL, the scheme and Host of the request, which a proxy may have forwarded.
 * @throws CoutureError `bad_request` for an invalid Host
 */
export function ownOrigin(ctx: Context, publicUrl: string | undefined): string {
  const url = publicUrl ?? `${ctx.protocol}://${ctx.host}`;
  if (URL.canParse(url)) return new URL(url).origin;
  throw new CoutureError('bad_request', `Invalid Host header: ${JSON.stringify(ctx.host.slice(0, 60))}`);
}
