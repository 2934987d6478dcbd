// The runtime's origin as shoppers see it: from the configuration, else from the request.
import { isIP } from 'node:net';
import type { Context } from 'koa';
import { CoutureError } from '../core/errors.ts';

/**
 * `https://shop.example`; without a public URL, the scheme and Host of the request, if the Host is an address or a name
 * without a domain: any other could be an attacker's, and would get into pages, sitemaps and caches.
 * @throws CoutureError `bad_request` for another Host
 */
export function ownOrigin(ctx: Context, publicUrl: string | undefined): string {
  const url = publicUrl ?? `${ctx.protocol}://${ctx.host}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && (publicUrl !== undefined || isLocalName(parsed.hostname))) return parsed.origin;
  throw new CoutureError(
    'bad_request',
    `Invalid Host header: ${JSON.stringify(ctx.host.slice(0, 60))}`,
    'Without COUTURE_PUBLIC_URL, only addresses and names without a domain are accepted. Set it to the URL of the shop.',
  );
}

function isLocalName(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  return isIP(name) > 0 || /^[^.]+$/.test(name) || /\.localhost$/.test(name);
}
