// Updates of a running shop: a newer worker, pages with outdated code, and the kill switch.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';
import { untilInPage } from '../test-support/until-in-page.ts';

const test = suite<{ shop: ShopInBrowser }>('updates');

/**
 * A copy of dist/site. A server that another test file starts while the worker is exchanged would keep the length of the
 * exchanged file, and send only as much of the built one until it is restarted.
 */
const site = mkdtempSync(path.join(os.tmpdir(), 'couture-site-'));
test.before(async (context) => {
  cpSync(path.resolve(import.meta.dirname, '../../site'), site, { recursive: true });
  context.shop = await shopInBrowser({}, site);
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(async (context) => {
  await context.shop?.close();
  rmSync(site, { recursive: true });
});

const file = path.join(site, 'service-worker.js');
const current = () => readFileSync(file, 'utf8');
const workerControls = (page: Page) => page.waitForFunction(() => navigator.serviceWorker?.controller);

/** Deploys another worker while `during` runs. */
async function deployed(shop: ShopInBrowser, worker: string, during: () => Promise<void>): Promise<void> {
  const built = current();
  const deploy = async (content: string) => {
    writeFileSync(file, content);
    // The precompressed files belong to the built worker.
    for (const compressed of [`${file}.gz`, `${file}.br`]) rmSync(compressed, { force: true });
    await shop.stop();
    await shop.start();
  };
  try {
    await deploy(worker);
    await during();
  } finally {
    await deploy(built);
  }
}

test('an update is offered, not forced: the page stays until the shopper reloads', async ({ shop }) => {
  const { page, errors } = await shop.visit(withWorker);
  await page.goto('/product/6');
  await workerControls(page);
  await deployed(shop, `${current()}\n// newer`, async () => {
    await page.evaluate(() => navigator.serviceWorker.getRegistration().then((found) => found!.update()));
    const reload = page.getByRole('button', { name: 'Reload' });
    await reload.waitFor();
    await page.evaluate(() => Object.assign(window, { stayed: true }));
    await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
    assert.is(await page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed), true);
    await Promise.all([page.waitForEvent('load'), reload.click()]);
    await workerControls(page);
    assert.is(await page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed), undefined);
    const waiting = () => navigator.serviceWorker.getRegistration().then((found) => found!.waiting === null);
    assert.ok(await page.evaluate(waiting));
    await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  });
  assert.equal(errors, []);
});

test('a failed installation of the worker is retried without a reload', async ({ shop }) => {
  const { page, context } = await shop.visit(withWorker);
  const broken =
    "self.addEventListener('install', (event) => event.waitUntil(Promise.reject(new Error('lost'))));";
  await deployed(shop, broken, async () => {
    const started = context.waitForEvent('serviceworker');
    await page.goto('/product/6');
    await page.evaluate(() => Object.assign(window, { stayed: true }));
    await started;
    await untilInPage(
      page,
      async () => !(await navigator.serviceWorker.getRegistration()),
      'the broken worker to go',
    );
  });
  await workerControls(page);
  assert.is(await page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed), true);
});

const bagLink = (page: Page) => page.getByRole('link', { name: /^Bag/ }).first();
const stayed = (page: Page) => page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed);

/** Opens the home page; its document is recognised by `stayed`. */
async function atHome(page: Page): Promise<void> {
  await page.goto('/');
  await page.locator('couture-shop[page]').waitFor();
  await page.evaluate(() => Object.assign(window, { stayed: true }));
}

for (const [what, isEntryThere] of [
  ['a page whose code a deployment has removed reloads the document at once', false],
  ['a page whose code cannot be loaded reloads the document once', true],
] as const)
  test(what, async ({ shop }) => {
    const { page } = await shop.visit();
    await atHome(page);
    await page.route(/\/assets\/cart-page.*\.js/, async (route) => {
      const old = await stayed(page).catch(() => undefined);
      return old ? route.fulfill({ status: 404, body: '' }) : route.continue();
    });
    let asked = 0;
    await page.route(/\/assets\/shop-.*\.js/, (route) => {
      if (route.request().method() !== 'HEAD') return route.continue();
      asked += 1;
      return isEntryThere ? route.continue() : route.fulfill({ status: 404, body: '' });
    });
    await bagLink(page).click();
    await until(async () => (await stayed(page).catch(() => true)) === undefined, 'a new document');
    await bagLink(page).click();
    await page.getByRole('heading', { level: 1, name: 'Your bag is empty' }).waitFor();
    assert.is(asked, 1);
  });

test('imports that end because the shopper leaves do not bring them back', async ({ shop }) => {
  const { page } = await shop.visit();
  await atHome(page);
  let leaving = false;
  await page.route(/\/category\//, async (route) => {
    leaving = true;
    await delay(700);
    await route.continue();
  });
  // As Firefox does: the import ends once the next document is asked for.
  await page.route(/\/assets\/cart-page.*\.js/, async (route) => {
    await until(async () => leaving, 'the way to another page');
    await route.abort();
  });
  await bagLink(page).click();
  await page.goto('/category/Bags');
  await page.locator('couture-product-card').first().waitFor();
  assert.match(page.url(), '/category/Bags');
});

test('code that the server no longer has is a 404, not the shell', async ({ shop }) => {
  const response = await fetch(`${shop.url}/assets/cart-page.element-00000000.js`);
  assert.is(response.status, 404);
});

test('the kill switch removes the worker and its caches', async ({ shop }) => {
  const { page } = await shop.visit(withWorker);
  await page.goto('/product/6');
  await workerControls(page);
  // As `COUTURE_KILL_WORKER=1 npm run build` writes it.
  const killer = `self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', (event) => event.waitUntil((async () => {
      await self.registration.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
      for (const client of await self.clients.matchAll()) if (client instanceof WindowClient) client.navigate(client.url);
    })()));`;
  await deployed(shop, killer, async () => {
    await page.evaluate(() =>
      navigator.serviceWorker.getRegistration().then((found) => found?.update().catch(() => {})),
    );
    await untilInPage(page, async () => (await caches.keys()).length === 0, 'the caches to be empty');
  });
});
