// The runtime in this process over a shop of a few products, for tests of the catalogue's routes.
import { request } from 'node:http';
import { openWares, type Wares } from '../../sql/store/catalogue.test.shop.ts';
import { refreshCatalogue } from '../../sql/store/catalogue-refresh.ts';
import { loadConfig } from '../core/config.ts';
import { openLog } from '../core/log.ts';
import { startServer } from '../server.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked at by the tests, field by field
  readonly body: any;
}

export interface CatalogueServer {
  readonly wares: Wares;
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** As `get`, with a Host header of one's own; the status and the text. */
  getAs(host: string, path: string): Promise<[number, string]>;
  /** Brings the catalogue up to the shop, as the runtime does every minute. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** @param flags settings of the runtime; cards are read anew for each request unless they say otherwise */
export async function catalogueServer(
  fill: (wares: Wares) => Promise<void>,
  { type = 'bigint', ...flags }: Record<string, unknown> & { type?: string } = {},
): Promise<CatalogueServer> {
  const wares = await openWares(type);
  await fill(wares);
  const { config } = loadConfig({
    directory: '/',
    env: {},
    flags: { port: 0, rateLimit: 1e6, drain: 0, cardAge: 0, ...flags },
  });
  const server = await startServer({ config, databaseUrl: wares.url, log: openLog('silent') });
  return {
    wares,
    url: server.url,
    async get(path, headers = {}) {
      const response = await fetch(server.url + path, { headers });
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
        const asking = request(server.url + path, { headers: { Host: host } }, async (response) => {
          let text = '';
          for await (const part of response.setEncoding('utf8')) text += part;
          resolve([response.statusCode ?? 0, text]);
        });
        asking.on('error', reject).end();
      }),
    refresh: async () => void (await refreshCatalogue(wares.pool)),
    async close() {
      await server.close();
      await wares.close();
    },
  };
}
