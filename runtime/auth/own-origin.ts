// The runtime's origin as shoppers see it: from the configuration, else from the request.
import { isIP } from 'node:net';
import type { Context } from 'koa';
import { CoutureError } from '../core/errors.ts';

/**
 * The origin of a page that sent this request, `https://shop.example`: to compare with `Origin` and for paths, not for
 * texts that others read, since clients choose the Host.
 * @throws CoutureError `bad_request` for an invalid Host
 */
export function requestOrigin(ctx: Context, publicUrl: string | undefined): string {
  const url = publicUrl ?? `${ctx.protocol}://${ctx.host}`;
  if (URL.canParse(url)) return new URL(url).origin;
  throw new CoutureError('bad_request', `Invalid Host header: ${JSON.stringify(ctx.host.slice(0, 60))}`);
}

/**
 * The origin to write into pages: the public URL; without it, that of the request, if the Host is an address or a name of
 * a local network. Undefined for any other Host, which could be an attacker's and would get into caches.
 */
export function writtenOrigin(ctx: Context, publicUrl: string | undefined): string | undefined {
  const origin = requestOrigin(ctx, publicUrl);
  return publicUrl !== undefined || isLocalName(new URL(origin).hostname) ? origin : undefined;
}

function isLocalName(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  return (
    isIP(name) > 0 || /^[^.]+$/.test(name) || /\.(?:localhost|local|lan|internal|home\.arpa|test)$/.test(name)
  );
}
