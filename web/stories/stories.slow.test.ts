// axe over every widget in every state at a desk; stories.browser.test.ts checks phones.
import { suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { declareAxeOverStories, variants } from '../test-support/stories-page.ts';

const test = suite<{ shop: ShopInBrowser }>('widgets at a desk');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

for (const variant of variants.slice(2)) declareAxeOverStories(test, variant);
