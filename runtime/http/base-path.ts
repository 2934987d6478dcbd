// Running below a path of the shop's own host: a reverse proxy passes /recs/… through → the runtime's own paths.
import type { IncomingMessage, Server } from 'node:http';
import type { Binding } from './bind.ts';

/**
 * Removes the base path from the URLs of requests and of WebSocket handshakes, before anything else reads them. Requests
 * without it are answered too: those of proxies that remove it themselves, and health checks.
 */
export function removeBasePath(server: Server, basePath: string | undefined): void {
  if (basePath === undefined) return;
  const remove = (request: IncomingMessage) => {
    request.url = withoutBase(request.url ?? '/', basePath);
  };
  server.prependListener('request', remove);
  server.prependListener('upgrade', remove);
}

/** `/recs/api/shop?x` → `/api/shop?x`; `/recs` and `/recsx` stay. */
export function withoutBase(url: string, basePath: string): string {
  return url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url;
}

/** Redirects `/recs` to `/recs/`: the scope of the service worker and of the installed shop ends with the slash. */
export function redirectToSlash({ router }: Pick<Binding, 'router'>, basePath: string): void {
  router.get(basePath, (ctx) => {
    ctx.redirect(`${basePath}/${ctx.search}`);
    ctx.status = 308;
  });
}
