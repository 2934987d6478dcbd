// Push notifications on a page of another origin: the shop's own worker, subscribed for the customer of the page's token.
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { pusher, standIn } from '../test-support/push-service.ts';
import { desktop, type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';

interface Setting {
  host: Server;
  origin: string;
  shop: ShopInBrowser;
  page: {
    /** Elements in the head of the document. */
    head: string;
  };
}

const secret = 'a secret that only this test knows, of 32 and more';
const test = suite<Setting>('push on another origin');

test.before(async (context) => {
  context.page = { head: '' };
  let runtime = '';
  context.host = createServer((request, response) => {
    if (request.url === '/couture-worker.js') {
      response.setHeader('Content-Type', 'text/javascript');
      response.end(`importScripts('${runtime}/embed/couture-push-worker.js');\ncouturePush('${runtime}');\n`);
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><head><title>A shop</title><link rel="icon" href="data:,">${context.page.head}
      <script type="module" src="${runtime}/embed/couture-widgets.js"></script></head><body>
      <button onclick="couture.enablePush({ serviceWorker: '/couture-worker.js' }).then((state) => (this.textContent = state), (error) => (this.textContent = String(error)))">Notify me</button>
      </body></html>`);
  });
  await new Promise<void>((resolve) => context.host.listen(0, '127.0.0.1', resolve));
  context.origin = `http://127.0.0.1:${(context.host.address() as AddressInfo).port}`;
  context.shop = await shopInBrowser({
    COUTURE_CORS_ORIGINS: context.origin,
    COUTURE_SHOP_URL: context.origin,
    COUTURE_JWT_SECRET: secret,
    COUTURE_PUSH_HOSTS: 'localhost:9',
    COUTURE_PUSH_PRIVATE: 'true',
  });
  runtime = context.shop.url;
});
test.beforeEach(async ({ page, shop }) => {
  page.head = '';
  await queryDatabase(shop.databaseUrl, 'delete from couture.push_subscription');
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => {
  context.host?.close();
  return context.shop?.close();
});

const desk = { ...desktop, isMobile: false, hasTouch: false, permissions: ['notifications'] };

function token(sub: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, roles: ['customer'], exp })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const meta = (sub: string) => `<meta name="couture-token" content="${token(sub)}">`;

function rows(shop: ShopInBrowser) {
  return queryDatabase(
    shop.databaseUrl,
    'select customer_id, topics, key_id is not null as key from couture.push_subscription',
  );
}

async function turnOn(page: Page): Promise<void> {
  await page.waitForFunction('window.couture?.enablePush');
  await page.getByRole('button').click();
  await page.getByRole('button', { name: 'on', exact: true }).waitFor();
}

const state = (page: Page) => page.evaluate('couture.pushState()');

/** Opens the page and subscribes the customer of its head. */
async function subscribed(shop: ShopInBrowser, origin: string) {
  const window = await shop.visit({ ...desk, ...withWorker });
  await standIn(window.page);
  await window.page.goto(origin);
  await turnOn(window.page);
  return window;
}

test('a signed-in customer subscribes, a reload keeps it, and signing out removes it here and on the server', async ({
  shop,
  origin,
  page: shopPage,
}) => {
  shopPage.head = meta('7');
  const { page, errors } = await subscribed(shop, origin);
  const stored = [{ customer_id: '7', topics: ['orders', 'prices', 'stock'], key: true }];
  assert.equal(await rows(shop), stored);
  await page.reload();
  await page.waitForFunction('window.couture?.enablePush');
  assert.is(await state(page), 'on');
  assert.equal(await rows(shop), stored);
  await page.evaluate('couture.setToken(null)');
  await until(async () => (await rows(shop)).length === 0, 'the subscription to be removed');
  await until(async () => (await state(page)) === 'off', 'the browser to unsubscribe');
  const kept = await page.evaluate(() => Object.keys(localStorage));
  assert.not.ok(kept.includes('couture-push') || kept.includes('couture-push-place'), kept.join());
  assert.equal(errors, []);
});

test('another customer on the same browser gets none of the former’s messages', async ({
  shop,
  origin,
  page: shopPage,
}) => {
  shopPage.head = meta('7');
  const { page } = await subscribed(shop, origin);
  await page.evaluate(`couture.setToken('${token('8')}')`);
  await until(async () => (await rows(shop)).length === 0, 'the subscription to be removed');
  await until(async () => (await state(page)) === 'off', 'the browser to unsubscribe');
  // Also where the other customer signs in on a page of its own.
  await page.goto(origin);
  await turnOn(page);
  assert.is((await rows(shop))[0]!.customer_id, '7');
  shopPage.head = meta('8');
  await page.goto(origin);
  await page.waitForFunction('window.couture?.enablePush');
  await until(async () => (await state(page)) === 'off', 'the browser to unsubscribe');
});

test('a page without a token keeps the subscription, and one that says that nobody is signed in ends it', async ({
  shop,
  origin,
  page: shopPage,
}) => {
  shopPage.head = meta('7');
  const { page } = await subscribed(shop, origin);
  shopPage.head = '';
  const asked = page.waitForResponse((each) => each.url().endsWith('/api/session'));
  await page.goto(origin);
  await asked;
  assert.is(await state(page), 'on');
  shopPage.head = '<script>window.couture = { token: null };</script>';
  await page.goto(origin);
  await page.waitForFunction('window.couture?.enablePush');
  await until(async () => (await state(page)) === 'off', 'the browser to unsubscribe');
});

test('the shop’s worker shows a message, opens only pages of the shop, and reports the click', async ({
  shop,
  origin,
  page: shopPage,
}) => {
  shopPage.head = meta('7');
  const { page, context } = await subscribed(shop, origin);
  const push = await pusher(page, `${origin}/couture-push/`);
  const [worker] = context.serviceWorkers();
  await worker!.evaluate(() => {
    Object.assign(globalThis, { opened: [], sent: [] });
    const scope = globalThis as unknown as {
      clients: object;
      opened: string[];
      sent: string[];
      fetch: typeof fetch;
    };
    Object.assign(scope.clients, { openWindow: async (url: string) => void scope.opened.push(url) });
    const send = scope.fetch;
    scope.fetch = async (url, init) => {
      const response = await send(url, init);
      scope.sent.push(`${response.status} ${String(url)} ${String(init?.body ?? '')}`);
      return response;
    };
  });
  const links = [`${origin}/products/6?a=1`, '/cart', 'https://evil.example/', 'javascript:alert(1)'];
  for (const navigate of links)
    await push(JSON.stringify({ notification: { title: 'Back', navigate, data: { beacon: '1.1.x' } } }));
  await until(
    async () =>
      (await worker!.evaluate(() => (globalThis as unknown as { shown: unknown[] }).shown.length)) ===
      links.length,
    'the notifications',
  );
  await worker!.evaluate(() => {
    const scope = globalThis as unknown as EventTarget & { shown: Array<{ data: unknown }> };
    for (const { data } of scope.shown)
      scope.dispatchEvent(
        Object.assign(new Event('notificationclick'), { notification: { data, close() {} }, waitUntil() {} }),
      );
  });
  const facts = () =>
    worker!.evaluate(() => {
      const { opened, sent } = globalThis as unknown as { opened: string[]; sent: string[] };
      return {
        opened,
        clicks: sent.filter((each) => each.includes('push-events') && each.includes('"click"')),
      };
    });
  await until(async () => (await facts()).clicks.length >= links.length, 'the clicks to be reported');
  // The other two lead to the front page, which is open.
  await until(async () => (await facts()).opened.length >= 2, 'the pages to be opened');
  const { opened, clicks } = await facts();
  assert.equal(opened.sort(), ['/cart', '/products/6?a=1']);
  assert.ok(
    clicks.every((each) => each.startsWith(`204 ${shop.url}/api/push-events `)),
    clicks.join(),
  );
});

test('a worker of another origin is refused with what to do', async ({ shop, origin }) => {
  const { page } = await shop.visit({ ...desk, ...withWorker });
  await page.goto(origin);
  await page.waitForFunction('window.couture?.enablePush');
  const refused = await page.evaluate(
    `couture.enablePush({ serviceWorker: '${shop.url}/service-worker.js' }).catch((error) => error.message)`,
  );
  assert.match(String(refused), `must be the URL of a worker on ${origin}`);
});
