// Running below a path of the shop's own host: a reverse proxy passes /recs/… through → the runtime's own paths.
import type { IncomingMessage, Server } from 'node:http';
import { CoutureError } from '../core/errors.ts';
import type { Config } from '../core/options.ts';

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

/** `/recs/api/shop?x` → `/api/shop?x`; `/recs` → `/`; `/recsx` stays. */
export function withoutBase(url: string, basePath: string): string {
  if (!url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}

/** @throws CoutureError `bad_option` if the storefront is on: its pages link to each other from the root of their host */
export function requireNoStorefront({ basePath, storefront }: Pick<Config, 'basePath' | 'storefront'>): void {
  if (basePath === undefined || !storefront) return;
  throw new CoutureError(
    'bad_option',
    `--base-path is ${basePath}, but couture’s storefront only works at the root of a host`,
    'Add --no-storefront: the API, widgets, chat and console work below the path, next to the shop’s own pages.',
  );
}
