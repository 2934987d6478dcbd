// Every page and every widget recovers by itself: opened without a server, and again when it is back.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { emptyForGuests, hostPage, lists } from '../test-support/host-pages.ts';
import { workerControls } from '../test-support/offline.ts';
import { desktop, type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';
import { pages } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser; host: Server; origin: string }>('recovery', { timeout: 300_000 });
const tall = { viewport: { width: 1280, height: 5_000 }, isMobile: false, hasTouch: false };

test.before(async (context) => {
  context.host = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(hostPage(context.shop.url, { body: lists.join('') }));
  });
  await new Promise<void>((resolve) => context.host.listen(0, '127.0.0.1', resolve));
  context.origin = `http://127.0.0.1:${(context.host.address() as AddressInfo).port}`;
  context.shop = await shopInBrowser({ COUTURE_CORS_ORIGINS: context.origin });
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => {
  context.host?.close();
  return context.shop?.close();
});

test('the first page of a first visit opens without a network, with its pictures', async ({ shop }) => {
  for (const path of ['/product/61', '/', '/category/Bags']) {
    const { page, context } = await shop.visit({ ...withWorker, ...desktop });
    await page.goto(path);
    await workerControls(page);
    const kept = (shelf: string) =>
      page.evaluate(async (name) => (await (await caches.open(name)).keys()).length, shelf);
    await until(async () => (await kept('couture-pictures')) > 2, 'the pictures of the first page');
    await until(async () => (await kept('couture-data')) > 2, 'the data of the first page');
    await page.waitForTimeout(1_000);
    await shop.goOffline(context);
    await page.reload();
    await page.waitForFunction(() => {
      const find = (root: ParentNode): HTMLImageElement[] =>
        [...root.querySelectorAll('*')].flatMap((each) => [
          ...(each.localName === 'img' ? [each as HTMLImageElement] : []),
          ...(each.shadowRoot ? find(each.shadowRoot) : []),
        ]);
      return find(document).some((image) => image.naturalWidth > 0);
    });
    assert.is(await page.getByText('This page isn’t saved on your device yet.').count(), 0, path);
    await shop.goOnline(context);
    await context.close();
  }
});

test('every page that was opened without a network loads when it returns', async ({ shop }) => {
  const { page, context, errors } = await shop.visit({ ...withWorker, ...tall });
  await page.goto('/offline');
  await workerControls(page);
  for (const path of pages) {
    await shop.goOffline(context);
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await shop.goOnline(context);
    await page
      .waitForFunction(
        (sad) => {
          const text = (root: ParentNode): string =>
            [...root.querySelectorAll('*')]
              .map((each) =>
                each.shadowRoot ? text(each.shadowRoot) + (each.shadowRoot.textContent ?? '') : '',
              )
              .join(' ');
          const shown = text(document);
          const bones = (root: ParentNode): number =>
            [...root.querySelectorAll('*')].reduce(
              (sum, each) =>
                sum +
                (each.matches('main .bone, .bone') ? 1 : 0) +
                (each.shadowRoot ? bones(each.shadowRoot) : 0),
              0,
            );
          return !sad.some((words) => shown.includes(words)) && bones(document) === 0;
        },
        [
          'You’re offline',
          'couldn’t be loaded',
          'Couldn’t load',
          'couldn’t load',
          'isn’t saved on your device',
          'Loading …',
        ],
        { timeout: 45_000 },
      )
      .catch(() => assert.unreachable(`${path} did not recover`));
  }
  assert.equal(errors, []);
});

test('every list on a page of another shop loads when the runtime is back', async ({ shop, origin }) => {
  const { page } = await shop.visit(tall);
  let isDown = true;
  await page.route('**/api/**', (route) => (isDown ? route.abort() : route.continue()));
  await page.goto(origin);
  await page.locator('couture-similar-products').getByText('You’re offline').waitFor();
  isDown = false;
  for (const list of lists) {
    const tag = /couture-[\w-]+/.exec(list)![0];
    if (!emptyForGuests.includes(tag))
      await page.locator(tag).locator('a').first().waitFor({ timeout: 45_000 });
  }
  await until(async () => (await page.getByText('You’re offline').count()) === 0, 'no list to be offline');
});

test('a page whose code was never loaded says so in a tunnel, and opens when the network is back', async ({
  shop,
}) => {
  for (const knows of [true, false]) {
    const { page, context } = await shop.visit();
    const exceptions: string[] = [];
    page.on('pageerror', ({ message }) => exceptions.push(message));
    await page.goto('/product/6');
    await page.locator('couture-shop[page] couture-shop-header').waitFor();
    // The browser knows of the loss, or claims to be online.
    if (knows) await context.setOffline(true);
    else await context.route('**/*', (route) => route.abort('connectionreset'));
    await page.locator('couture-shop-header a.bag').click();
    await page.getByText('This page isn’t saved on your device yet.').waitFor();
    assert.match(page.url(), '/cart');
    if (knows) await context.setOffline(false);
    else await context.unroute('**/*');
    await page.getByRole('heading', { level: 1, name: 'Your bag is empty' }).waitFor();
    // What can wait, and was waited for in vain, comes as well.
    await page.locator('couture-chat .launcher').waitFor();
    assert.equal(exceptions, []);
  }
});
