// Another shop's page: the example of the documentation, at / and, with a strict policy, at /strict.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type ShopInBrowser, shopInBrowser } from './shop-in-browser.ts';

export interface EmbeddingHost {
  readonly origin: string;
  /** URL of the runtime, which starts after the host because it has to allow its origin. */
  runtime: string;
  close(): void;
}

/** Relative to dist/web/test-support. */
const example = readFileSync(
  path.resolve(import.meta.dirname, '../../../web/widgets/embed-example.html'),
  'utf8',
);

export async function embeddingHost(): Promise<EmbeddingHost> {
  const server = createServer((request, response) => {
    const { runtime } = host;
    // Only its own scripts and those of the couture server.
    const strict = `default-src 'self'; script-src 'self' ${runtime}; connect-src ${runtime} ${runtime.replace('http', 'ws')}; img-src ${runtime} blob:; require-trusted-types-for 'script'; trusted-types lit-html`;
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (request.url === '/strict') response.setHeader('Content-Security-Policy', strict);
    response.end(example.replaceAll('https://couture.example', runtime));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host: EmbeddingHost = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    runtime: '',
    close: () => void server.close(),
  };
  return host;
}

export interface EmbeddedShop {
  host: EmbeddingHost;
  shop: ShopInBrowser;
  close(): Promise<void>;
}

/** The host, and a shop whose runtime allows it. */
export async function embeddedShop(env: Readonly<Record<string, string>>): Promise<EmbeddedShop> {
  const host = await embeddingHost();
  const shop = await shopInBrowser({ COUTURE_CORS_ORIGINS: host.origin, ...env });
  host.runtime = shop.url;
  return {
    host,
    shop,
    async close() {
      host.close();
      await shop.close();
    },
  };
}
