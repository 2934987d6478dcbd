// The install prompt: shown after the shopper has used the shop, opened by a gesture, and a "no" is remembered; on iOS it
// explains the share sheet.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser, withWorker } from '../../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('the install prompt');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

/** Simulates Chromium's install event; counts how often the page prompts. */
const offer = (page: Page, outcome: string) =>
  page.evaluate((answer) => {
    const asked = window as unknown as { prompted?: number };
    const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
      prompt: async () => {
        asked.prompted = (asked.prompted ?? 0) + 1;
        return { outcome: answer };
      },
    });
    dispatchEvent(event);
    return event.defaultPrevented;
  }, outcome);

async function showValue(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
}

test('is offered after a product was added to the bag, and a "no" is remembered', async ({ shop }) => {
  const { page, errors } = await shop.visit(withWorker);
  await page.goto('/product/6');
  await page.locator('couture-install-prompt').waitFor({ state: 'attached' });
  assert.ok(await offer(page, 'dismissed'), 'the browser does not prompt by itself');
  await page.waitForTimeout(300);
  assert.is(await page.getByRole('heading', { name: 'Get the shop app' }).count(), 0);
  await showValue(page);
  const install = page.getByRole('button', { name: 'Install', exact: true });
  await install.waitFor();
  await install.click();
  await install.waitFor({ state: 'detached' });
  assert.is(await page.evaluate(() => (window as unknown as { prompted: number }).prompted), 1);
  await page.reload();
  await page.locator('couture-install-prompt').waitFor({ state: 'attached' });
  await offer(page, 'accepted');
  await showValue(page);
  await page.waitForTimeout(300);
  assert.is(await install.count(), 0);
  assert.equal(errors, []);
});

test('explains how to install on an iPhone, where no browser can prompt', async ({ shop }) => {
  const { page } = await shop.visit({
    ...withWorker,
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  });
  await page.goto('/product/6');
  await page.locator('couture-install-prompt').waitFor({ state: 'attached' });
  await showValue(page);
  await page.getByText('“Share” in your browser’s toolbar').waitFor();
  await page.getByRole('button', { name: 'Got it' }).click();
  await page.getByText('“Share” in your browser’s toolbar').waitFor({ state: 'detached' });
});
