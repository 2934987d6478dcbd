// Lists of products are as wide as the page that shows them: every page, on a phone and at a desk.
import { assert, suite } from '../../fixtures/suite.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { declareWidgetWidths, listPages } from '../test-support/widget-widths.ts';

const test = suite<{ shop: ShopInBrowser }>('lists of products on every page, measured');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

for (const device of ['phone', 'desk'] as const)
  for (const page of listPages) declareWidgetWidths(test, device, page);

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
