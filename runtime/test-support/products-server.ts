// The catalogue's routes behind a real socket, over a shop of a few products.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { openWares, type Wares } from '../../fixtures/catalogue-shop.ts';
import type { IdType } from '../../sql/id-types.ts';
import { refreshCatalogue } from '../../sql/store/shop/catalogue-refresh.ts';
import { openLog } from '../core/log.ts';
import { newBinding } from '../http/bind.ts';
import { cataloguePoller, startCataloguePoller } from '../http/catalogue-poller.ts';
import { problems } from '../http/middleware/problem.ts';
import { products } from '../http/routes/products.ts';
import { sitemap } from '../http/routes/sitemap.ts';
import { sharesOfPool } from '../http/shares-of-pool.ts';
import { Storefront } from '../shop/storefront.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests inspect bodies field by field
  readonly body: any;
}

export interface CatalogueServer {
  readonly wares: Wares;
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** As `get`, with a Host header of one's own; the status and the text. */
  getAs(host: string, path: string): Promise<[number, string]>;
  /** Brings the catalogue up to the shop, as is done every minute. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

interface Settings {
  /** Of the shop's ids. */
  readonly type?: IdType;
  readonly publicUrl?: string;
  /** Milliseconds; 0 where nothing is said: cards are read for each request. */
  readonly cardAge?: number;
}

export async function catalogueServer(
  fill: (wares: Wares) => Promise<void>,
  { type = 'bigint', publicUrl, cardAge = 0 }: Settings = {},
): Promise<CatalogueServer> {
  const wares = await openWares(type);
  await fill(wares);
  const log = openLog('silent');
  const ids = { product: type, customer: 'bigint' } as const;
  const storefront = new Storefront({
    pool: wares.pool,
    url: wares.url,
    ids,
    cardAge,
    cacheMemory: 1e7,
    log,
  });
  await storefront.start();
  const catalogue = cataloguePoller(wares.pool, log);
  await startCataloguePoller(catalogue);
  const binding = newBinding(async () => undefined);
  const { reads } = sharesOfPool(wares.pool, 2_000);
  products(binding, storefront, reads);
  sitemap(binding, storefront, { publicUrl, reads });
  const app = new Koa().use(problems(log)).use(binding.router.routes());
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    wares,
    url,
    refresh: async () => void (await refreshCatalogue(wares.pool)),
    async get(path, headers = {}) {
      const response = await fetch(url + path, { headers });
      const text = await response.text();
      const json = response.headers.get('Content-Type')?.includes('json') ?? false;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: json && text ? JSON.parse(text) : undefined,
      };
    },
    getAs: (host, path) =>
      new Promise((resolve, reject) => {
        const asking = request(url + path, { headers: { Host: host } }, async (response) => {
          let text = '';
          for await (const part of response.setEncoding('utf8')) text += part;
          resolve([response.statusCode ?? 0, text]);
        });
        asking.on('error', reject).end();
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await catalogue.close();
      await storefront.close();
      await wares.close();
    },
  };
}
