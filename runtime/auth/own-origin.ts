// Where the runtime is, as shoppers see it: the setting, else what the request says.
import type { Context } from 'koa';
import { CoutureError } from '../core/errors.ts';

/**
 * `https://shop.example`; without a public URL the scheme and Host of the request, which a proxy may have forwarded.
 * @throws CoutureError `bad_request` where the request names no host
 */
export function ownOrigin(ctx: Context, publicUrl: string | undefined): string {
  const url = publicUrl ?? `${ctx.protocol}://${ctx.host}`;
  if (URL.canParse(url)) return new URL(url).origin;
  throw new CoutureError('bad_request', `Invalid Host header: ${JSON.stringify(ctx.host.slice(0, 60))}`);
}
