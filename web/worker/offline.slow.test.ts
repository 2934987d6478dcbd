// Offline at its limits: 20 visited products open, and 2,000 do not overflow the caches.
import { assert, suite } from '../../fixtures/suite.ts';
import { checkVisitedOffline, workerControls } from '../test-support/offline.ts';
import { type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';
import { untilInPage } from '../test-support/until-in-page.ts';

const test = suite<{ shop: ShopInBrowser }>('offline, many products', { timeout: 600_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

test('20 visited products open offline, with their pictures', async ({ shop }) => {
  await checkVisitedOffline(shop, 20);
});

test('pages that only the server has say that they need a network, and open when it is back', async ({
  shop,
}) => {
  const { page, context } = await shop.visit(withWorker);
  await page.goto('/');
  await workerControls(page);
  for (const [path, there] of [
    ['/demo/sign-in?to=%2Faccount', '#sub'],
    ['/console', 'couture-console'],
    ['/accessibility', 'main.text'],
  ] as const) {
    await shop.goOffline(context);
    await page.goto(path);
    await page.getByRole('heading', { level: 1, name: 'You’re offline' }).waitFor();
    await page.getByText('It opens by itself when you’re back online.').waitFor();
    await shop.goOnline(context);
    await page.locator(there).waitFor();
    assert.ok(page.url().endsWith(path), page.url());
  }
});

test('viewing 2,000 products stays within the caches’ limits', async ({ shop }) => {
  const { page } = await shop.visit(withWorker);
  await page.goto('/');
  await workerControls(page);
  await page.evaluate(async () => {
    for (let batch = 0; batch < 100; batch++) {
      const ids = Array.from({ length: 20 }, (_, at) => batch * 20 + at);
      // The shop has fewer products, but each URL is a separate entry.
      await Promise.all(
        ids.map((id) => fetch(`/api/products/${(id % 409) + 1}?visit=${id}`).then((answer) => answer.text())),
      );
    }
  });
  await untilInPage(
    page,
    async () => (await (await caches.open('couture-data')).keys()).length <= 600,
    'at most 600 cached answers',
  );
  const { usage = 0 } = await page.evaluate(() => navigator.storage.estimate());
  assert.ok(usage < 30e6, `${usage} bytes are used`);
});
