// Lists of products are as wide as the page that shows them: every page, on a phone and at a desk.
import { suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { declareWidgetWidths, listPages } from '../test-support/widget-widths.ts';

const test = suite<{ shop: ShopInBrowser }>('lists of products on every page, measured');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

for (const device of ['phone', 'desk'] as const)
  for (const page of listPages) declareWidgetWidths(test, device, page);
