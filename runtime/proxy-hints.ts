// One log line per fault of the reverse proxy in front, and a plain answer where it drops the upgrade of a WebSocket.
import type { Context, Middleware } from 'koa';
import { CoutureError } from './core/errors.ts';
import type { Log } from './core/log.ts';
import { addressGroup } from './http/address-group.ts';

export type ProxyFault = 'upgrade' | 'forwarded' | 'otherHeader' | 'moreProxies' | 'handshake';

const hints: Readonly<Record<ProxyFault, string>> = {
  upgrade:
    'A request for a WebSocket arrived without its Upgrade header, so chats fall back to polling. Let the reverse proxy pass Upgrade and Connection on for /ws/ (nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade").',
  forwarded:
    'X-Forwarded-For arrives, but no proxy is trusted, so all visitors share the rate limits of one address. Set COUTURE_TRUST_PROXY to the number of reverse proxies in front.',
  otherHeader:
    'A proxy names the visitor in a header that is not read, so all visitors share the rate limits of one address. Let the proxy in front of couture send X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $remote_addr), and set COUTURE_TRUST_PROXY.',
  moreProxies:
    'The visitor’s address is one of a private network, and X-Forwarded-For has more addresses, so all visitors may share the rate limits of an inner proxy. Set COUTURE_TRUST_PROXY to the number of reverse proxies in front.',
  handshake:
    'A WebSocket was refused. If a reverse proxy is in front, let it pass Host, Origin and Sec-WebSocket-Protocol on unchanged, and set COUTURE_PUBLIC_URL.',
};

/** Headers of proxies and CDNs that name the visitor instead of X-Forwarded-For. */
const otherHeaders = ['forwarded', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip'];

/** Writes the hint for each kind of fault once per process. */
export class ProxyHints {
  readonly #log: Log;
  readonly #written = new Set<ProxyFault>();

  constructor(log: Log) {
    this.#log = log;
  }

  write(fault: ProxyFault, facts: Readonly<Record<string, unknown>> = {}): void {
    if (this.#written.has(fault)) return;
    this.#written.add(fault);
    this.#log.warn(facts, hints[fault]);
  }

  /** @param trustProxy number of reverse proxies whose headers are trusted */
  middleware(trustProxy: number): Middleware {
    return (ctx, next) => {
      this.#checkAddress(ctx, trustProxy);
      if (!/^\/ws\//.test(ctx.path)) return next();
      this.write('upgrade', { path: ctx.path });
      ctx.set('Upgrade', 'websocket');
      throw new CoutureError(
        'upgrade_required',
        'This path takes WebSockets, and the request has no Upgrade header',
        'Let the reverse proxy pass Upgrade and Connection on for /ws/.',
      );
    };
  }

  #checkAddress({ headers, request }: Context, trustProxy: number): void {
    const forwarded = headers['x-forwarded-for'];
    if (forwarded === undefined) {
      const header = otherHeaders.find((name) => headers[name] !== undefined);
      if (header) this.write('otherHeader', { header });
    } else if (trustProxy === 0) this.write('forwarded');
    else if (String(forwarded).split(',').length > trustProxy && isPrivate(addressGroup(request.ip)))
      this.write('moreProxies', { trust_proxy: trustProxy });
  }
}

/** Addresses of a machine or a local network (RFC 1918, 4193, 6598), as groups. */
function isPrivate(group: string): boolean {
  return /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][\da-f]{2}:|fe80:|0:0:0:0::)/.test(
    group,
  );
}
