// The shop opens: its parts load under the strict policy, and no error is thrown.
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('the shop opens');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.after((context) => context.shop?.close());

test('the first page shows its heading and throws nothing', async ({ shop }) => {
  const { page, errors } = await shop.visit();
  await page.goto('/');
  await page.locator('h1').first().waitFor();
  assert.match(await page.title(), 'ClassyCouture');
  assert.equal(errors, []);
});
