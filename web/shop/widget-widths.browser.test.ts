// Product lists fill the width of their page. Measured, because a list with zero width is still in the document.
import { assert, suite } from '../../fixtures/suite.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { declareWidgetWidths, listPages } from '../test-support/widget-widths.ts';

const test = suite<{ shop: ShopInBrowser }>('widths of product lists');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

// Every other page on a phone, the rest at a desk; widget-widths.slow.test.ts measures each on both.
for (const [at, page] of listPages.entries())
  declareWidgetWidths(test, at % 2 === 0 ? 'phone' : 'desk', page);

test('a widget in a grid or flex row of another site fills the available width', async ({ shop }) => {
  const { page } = await shop.visit({ ...desktop, isMobile: false });
  await page.goto('/');
  await page.locator('couture-trending').first().waitFor();
  const widths = await page.evaluate(async () => {
    const hosts = ['display: grid; justify-items: start', 'display: flex; align-items: center'].map(
      (style) => {
        const host = document.createElement('div');
        host.style.cssText = `${style}; width: 800px`;
        host.append(document.createElement('couture-trending'));
        document.body.append(host);
        return host;
      },
    );
    await Promise.all(
      hosts.map(
        (host) => (host.firstElementChild as unknown as { updateComplete: Promise<void> }).updateComplete,
      ),
    );
    return hosts.map((host) => host.firstElementChild!.getBoundingClientRect().width);
  });
  assert.equal(widths, [800, 800]);
});
