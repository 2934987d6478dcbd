// Below a path of the shop's own host: a reverse proxy passes /recs/ through, and serves the shop itself at all other paths.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../fixtures/browser.ts';
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopHost, shopHost } from '../test-support/shop-host.ts';
import { addressOf, newHome, run } from '../test-support/shop-in-browser.ts';

interface Setting {
  host: ShopHost;
  origin: string;
  database: TestDatabase;
  home: string;
  runtime: ChildProcess;
  browser: Browser;
}

const secret = 'a secret that only this test knows, of 32 and more';
const bridge = path.resolve(import.meta.dirname, '../../../fixtures/bridges/node/couture-bridge.js');
const test = suite<Setting>('below a base path');

test.before(async (context) => {
  const { coutureToken, coutureSignIn } = await import(bridge);
  context.host = await shopHost((asked, answer) => {
    if (asked.url!.startsWith('/api/')) {
      // The shop has an API of its own.
      answer.writeHead(418).end('the shop’s own');
      return;
    }
    answer.setHeader('Content-Type', 'text/html');
    if (asked.url!.startsWith('/couture-sign-in')) {
      const state = new URL(asked.url!, context.origin).searchParams.get('couture_state');
      const token = coutureToken({ id: 'agent-1', name: 'Ann', staff: true }, secret);
      answer.end(coutureSignIn(token, state, `${context.origin}/recs`));
      return;
    }
    answer.end(`<!doctype html><title>Shop page ${asked.url}</title><link rel="icon" href="data:,">
<script type="module" src="/recs/embed/couture-widgets.js"></script>
<couture-bought-together product-id="10" api="/recs"></couture-bought-together>
<couture-chat api="/recs"></couture-chat>`);
  });
  context.origin = context.host.origin;
  context.database = await testDatabase();
  context.home = newHome();
  context.runtime = run(['dist/cli/test-support/real-shop.js', context.database.url], {
    home: context.home,
    env: {
      COUTURE_BASE_PATH: '/recs',
      COUTURE_STOREFRONT: 'false',
      COUTURE_SHOP_URL: context.origin,
      COUTURE_PUBLIC_URL: `${context.origin}/recs`,
      COUTURE_JWT_SECRET: secret,
      COUTURE_LOGIN: 'oscar',
      COUTURE_SIGN_IN_URL: '/couture-sign-in',
      COUTURE_DRAIN: '0',
    },
  });
  [context.host.upstream, context.browser] = await Promise.all([addressOf(context.runtime), openBrowser()]);
});
test.after(async ({ host, runtime, browser, database, home }) => {
  await browser?.close();
  host?.close();
  if (runtime?.exitCode === null && runtime.kill('SIGTERM')) await once(runtime, 'exit');
  await database?.drop();
  if (home) rmSync(home, { recursive: true, force: true });
});

test('widgets and chat work on the shop’s own host, next to an API of the shop', async ({
  browser,
  origin,
  host,
}) => {
  const page = await browser.newPage();
  const failed: string[] = [];
  page.on('response', (response) => response.status() >= 400 && failed.push(response.url()));
  await page.goto(`${origin}/products/10`);
  const link = page.locator('couture-bought-together a').first();
  await link.waitFor();
  assert.match((await link.getAttribute('href'))!, new RegExp(`^${origin}/products/\\d+$`));
  await page.locator('couture-chat .launcher').click();
  await page.locator('couture-chat-start').getByLabel('Your name').fill('Greta');
  await page.locator('couture-chat-start').getByLabel('Your message').fill('Is it washable?');
  await page.keyboard.press('Enter');
  const said = page.locator('couture-message-list .bubble').getByText('Is it washable?');
  await said.waitFor();
  await page.getByText('Sent ·').first().waitFor();
  await page.reload();
  await said.waitFor();
  assert.ok(
    host.passed.some((path) => path.startsWith('/recs/ws/chat/')),
    'the socket goes through the base path',
  );
  assert.equal(failed, []);
  await page.close();
});

test('the console of the agents loads, signs in and receives chats below the base path', async ({
  browser,
  origin,
}) => {
  const context = await browser.newContext({ baseURL: origin });
  const page = await context.newPage();
  const failed: string[] = [];
  page.on('response', (response) => response.status() >= 400 && failed.push(response.url()));
  await page.goto('/recs/console');
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/recs/console');
  await page.locator('couture-console button.chat', { hasText: 'Greta' }).waitFor();
  assert.equal(failed, []);
  const description = await (await context.request.get('/recs/api/openapi.json')).json();
  assert.equal(description.servers, [{ url: '/recs' }]);
  const refused = await context.request.post('/recs/sign-in/return', { form: { token: 'x', state: 'y' } });
  assert.match(await refused.text(), 'href="/recs/sign-in"');
  await context.close();
});
