// What tests of the worker share: waiting until it controls the page, and visited products that open offline.
import type { Page } from 'playwright-core';
import { assert } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, withWorker } from './shop-in-browser.ts';

/** Waits for the worker; after a failed installation, the browser retries it when the page is reloaded. */
export async function workerControls(page: Page): Promise<void> {
  const controls = () => page.evaluate(() => navigator.serviceWorker.controller !== null);
  const states = () =>
    page.evaluate(async () => {
      const { installing, waiting, active } = (await navigator.serviceWorker.getRegistration()) ?? {};
      return [installing, waiting, active].map((worker) => worker?.state ?? 'none').join();
    });
  await until(controls, 'the worker', 30_000).catch(async () => {
    console.log(`No worker after 30 s (installing, waiting, active: ${await states()}); reloading.`);
    await page.reload();
    await until(controls, 'the worker');
  });
}

/** Visits products and a category, goes offline, and checks that these open with their pictures, and only these. */
export async function checkVisitedOffline(shop: ShopInBrowser, count: number): Promise<void> {
  const { page, context, errors } = await shop.visit(withWorker);
  await page.goto('/');
  await workerControls(page);
  const names = new Map<number, string>();
  for (let id = 40; id < 40 + count; id++) {
    await page.goto(`/product/${id}`);
    await page.locator('couture-product-page .picture img').waitFor();
    names.set(id, (await page.getByRole('heading', { level: 1 }).textContent())!);
    await page.waitForFunction(() => document.readyState === 'complete');
  }
  await page.goto('/category/Bags');
  await page.locator('couture-product-card').first().waitFor();
  await shop.goOffline(context);
  for (const [id, name] of names) {
    await page.goto(`/product/${id}`);
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const picture = page.locator('couture-product-page .picture img');
    await picture.waitFor();
    await page.waitForFunction(
      (image) => (image as HTMLImageElement).naturalWidth > 0,
      await picture.elementHandle(),
    );
  }
  await page.goto('/category/Bags');
  await page.locator('couture-product-card').first().waitFor();
  await page.goto('/product/300');
  await page.getByRole('heading', { level: 1, name: 'You’re offline' }).waitFor();
  await page.getByText('This page isn’t saved on your device yet.').waitFor();
  await page.getByRole('link', { name: 'See what’s available offline' }).click();
  await page.getByRole('heading', { level: 1, name: 'You’re offline' }).waitFor();
  await page.getByText('These are the items you viewed earlier.').waitFor();
  await page
    .getByRole('link', { name: names.get(41)!, exact: true })
    .first()
    .waitFor();
  assert.is(await page.locator('couture-offline-page couture-product-card').count(), count);
  await page.goto('/nowhere-at-all');
  await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor();
  await shop.goOnline(context);
  assert.equal(errors, []);
}
