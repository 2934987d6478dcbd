// The first view of a product page at every size that phones leave for it, in both languages.
import { suite } from '../../fixtures/suite.ts';
import { cases, declareFirstView } from '../test-support/first-view.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('the first view of a product at every size', {
  timeout: 300_000,
});
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

for (const size of [
  { width: 390, height: 664 },
  { width: 375, height: 553 },
  { width: 360, height: 640 },
  { width: 320, height: 568 },
  { width: 390, height: 844 },
  // 1280 × 800 at 200 %, and phones in landscape.
  { width: 640, height: 400 },
  { width: 664, height: 390 },
  { width: 568, height: 320 },
])
  declareFirstView(test, { ...size, cases });
