// Where the runtime is, as shoppers see it: the setting, else what the request says.
import type { Context } from 'koa';

/** `https://shop.example`; without a public URL the scheme and Host of the request, which a proxy may have forwarded. */
export function ownOrigin(ctx: Context, publicUrl: string | undefined): string {
  return publicUrl ? new URL(publicUrl).origin : `${ctx.protocol}://${ctx.host}`;
}
