// The routes of shoppers behind a real socket, over a small shop with a published build; who asks is said by a header.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { type TestDatabase, templateDatabase, testDatabase } from '../../fixtures/database.ts';
import { generateShop } from '../../fixtures/generate/generate-shop.ts';
import { migrate } from '../../sql/migrate.ts';
import { type Client, openClient, openPool } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import type { Principal } from '../auth/principal.ts';
import { openLog } from '../core/log.ts';
import { type Binding, newBinding } from '../http/bind.ts';
import { EventBuffer } from '../http/event-buffer.ts';
import { problems } from '../http/middleware/problem.ts';
import { bag } from '../http/routes/bag.ts';
import { events } from '../http/routes/events.ts';
import { orders } from '../http/routes/orders.ts';
import { watchList } from '../http/routes/watch-list.ts';
import { sharesOfPool } from '../http/shares-of-pool.ts';
import { Storefront } from '../shop/storefront.ts';

export interface Reply {
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests inspect bodies field by field
  readonly body: any;
}

export interface Asking {
  /** The customer who is signed in. */
  readonly as?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface ShopServer {
  readonly url: string;
  readonly client: Client;
  readonly storefront: Storefront;
  readonly buffer: EventBuffer;
  ask(request: string, asking?: Asking): Promise<Reply>;
  close(): Promise<void>;
}

/**
 * Products 1 to 4 at 20.00, 29.95, 10.00 and 5.00, ten of each; 4 is a variant of 2. The bundle of 1 is 2 and 3.
 * Nothing is on anybody's watch list. Customers are 1 to 30.
 */
export async function shopServer(): Promise<ShopServer> {
  const database = await testDatabase({ template: await templateDatabase('shopper routes', fillShop) });
  return serve(database);
}

async function fillShop(url: string): Promise<void> {
  const client = await openClient(url);
  try {
    await generateShop(client, { orders: 200, products: 20, customers: 30, seed: 3 });
    await initPreset(client, 'sample');
    await migrate(client);
    await client.query(`
      delete from shop.watchlist;
      update shop.product p set price = n.price, discounted_price = null, on_sale = false, inventory = 10,
        group_id = case when product_id in (2, 4) then 2 end
      from (values (1, 20.00), (2, 29.95), (3, 10.00), (4, 5.00)) as n (id, price) where product_id = n.id;
      insert into couture.product_key values (0, 1, 0), (1, 2, 1), (2, 3, 2), (3, 4, 1);
      insert into couture.build (state) values ('published');
      create table couture.product_list_b1 partition of couture.product_list for values in (1);
      create table couture.customer_list_b1 partition of couture.customer_list for values in (1);
      create table couture.trending_list_b1 partition of couture.trending_list for values in (1);
      insert into couture.product_list values (1, 'bundle', 0, '{1,2}', '{2,1}', '{5,4}');
      insert into couture.published (build_id) values (1)`);
  } finally {
    await client.end();
  }
}

async function serve(database: TestDatabase): Promise<ShopServer> {
  const log = openLog('silent');
  const client = await openClient(database.url);
  const pool = openPool(database.url, { max: 6, statementTimeout: 2_000 });
  const ids = { product: 'bigint', customer: 'bigint' } as const;
  const options = { pool, url: database.url, ids, cardAge: 500, cacheMemory: 1e7, log };
  const storefront = new Storefront(options);
  await storefront.start();
  const buffer = new EventBuffer(pool, log, {
    gather: 20,
    known: (products) => storefront.cards.read(products),
  });
  const binding = newBinding(async (ctx) => principalOf(ctx.get('X-Signed-In')));
  register(binding, storefront, buffer);
  const app = new Koa().use(problems(log)).use(binding.router.routes());
  const server = http.createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: database.url,
    client,
    storefront,
    buffer,
    ask: (request, asking) => ask(port, request, asking),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await buffer.close();
      await storefront.close();
      await pool.end();
      await client.end();
      await database.drop();
    },
  };
}

function register(binding: Binding, storefront: Storefront, buffer: EventBuffer): void {
  orders(binding, storefront, {
    bundleDiscount: 0.1,
    checkouts: sharesOfPool(storefront.pool, 2_000).checkouts,
  });
  watchList(binding, storefront);
  bag(binding, storefront);
  events(binding, storefront, { buffer, take: async () => {} });
}

function principalOf(header: string): Principal | undefined {
  if (!header) return undefined;
  const customerId = /^\d+$/.test(header) ? header : undefined;
  const expiresAt = Date.now() + 60_000;
  return { sub: header, customerId, name: undefined, email: undefined, roles: [], via: 'bearer', expiresAt };
}

async function ask(port: number, request: string, { as, body, headers }: Asking = {}): Promise<Reply> {
  const [method, path] = request.split(' ') as [string, string];
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(as === undefined ? {} : { 'X-Signed-In': as }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('Content-Type') ?? '',
    body: text ? JSON.parse(text) : undefined,
  };
}
