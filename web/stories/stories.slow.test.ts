// axe over every widget in every state, on a phone and at a desk.
import { suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { declareAxeOverStories, variants } from '../test-support/stories-page.ts';

const test = suite<{ shop: ShopInBrowser }>('accessible widgets');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

for (const variant of variants) declareAxeOverStories(test, variant);
