// One log line per fault of the reverse proxy in front, and a plain answer where it drops the upgrade of a WebSocket.
import type { Middleware } from 'koa';
import { CoutureError } from './core/errors.ts';
import type { Log } from './core/log.ts';

export type ProxyFault = 'upgrade' | 'forwarded' | 'handshake';

const hints: Readonly<Record<ProxyFault, string>> = {
  upgrade:
    'A request for a WebSocket arrived without its Upgrade header, so chats fall back to polling. Let the reverse proxy pass Upgrade and Connection on for /ws/ (nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade").',
  forwarded:
    'X-Forwarded-For arrives, but no proxy is trusted, so all visitors share the rate limits of one address. Set COUTURE_TRUST_PROXY to the number of reverse proxies in front.',
  handshake:
    'A WebSocket was refused. If a reverse proxy is in front, let it pass Host, Origin and Sec-WebSocket-Protocol on unchanged, and set COUTURE_PUBLIC_URL.',
};

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
      if (trustProxy === 0 && ctx.get('X-Forwarded-For') !== '') this.write('forwarded');
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
}
