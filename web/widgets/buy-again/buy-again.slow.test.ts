// <couture-buy-again> in the sample shop: what is due, in the words and the language of the reader.
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../../fixtures/database.ts';
import { assert, suite } from '../../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../../test-support/shop-in-browser.ts';
import { devices } from '../../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser; customer: string }>('buy again in the shop', { timeout: 120_000 });
test.before(async (context) => {
  context.shop = await shopInBrowser();
  const [row] = await queryDatabase<{ customer: string }>(
    context.shop.databaseUrl,
    `select subject as customer from couture.recommendation where kind = 'buy_again'
     and reason like 'you buy this about every % months; last on %' and rank = 1 order by score desc, subject limit 1`,
  );
  context.customer = row!.customer;
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

async function signIn(page: Page, customer: string): Promise<void> {
  await page.goto('/demo/sign-in');
  await page.locator('#sub').fill(customer);
  await page.getByRole('button', { name: /^(Sign in|Anmelden)$/ }).click();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
}

/** Scrolls to the widget, which loads when it comes near. */
async function reach(page: Page) {
  const list = page.locator('couture-buy-again');
  await list.waitFor({ state: 'attached' });
  await list.evaluate((element) => element.scrollIntoView());
  return list;
}

for (const path of ['/', '/account']) {
  test(`${path}: customers see what is due, with the interval and the last day; guests see nothing`, async ({
    shop,
    customer,
  }) => {
    const { page, errors } = await shop.visit(devices.desk);
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    assert.is(await page.locator('couture-buy-again').count(), 0);
    await signIn(page, customer);
    await page.goto(path);
    const list = await reach(page);
    await list.getByRole('heading', { name: 'Time to buy again' }).waitFor();
    const reason = await list.locator('.reason').first().textContent();
    assert.match(reason!, /^You buy this about every \d+ months; last on (\d+ \w+|\w+ \d+)(,? \d{4})?$/);
    assert.equal(errors, []);
  });
}

test('German readers get German words and dates', async ({ shop, customer }) => {
  const { page } = await shop.visit({ ...devices.desk, locale: 'de-DE' });
  await signIn(page, customer);
  await page.goto('/');
  const list = await reach(page);
  await list.getByRole('heading', { name: 'Zeit zum Nachkaufen' }).waitFor();
  const reason = await list.locator('.reason').first().textContent();
  assert.match(reason!, /^Das kaufst du etwa alle \d+ Monate, zuletzt am \d+\. \p{L}+( \d{4})?$/u);
});
