// Colours and sizes: chosen by keyboard in filters that fit any phone and language, kept in the address; and on a product page.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';

const test = suite<{ shop: ShopInBrowser }>('colours and sizes in the browser');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

const narrow = { viewport: { width: 320, height: 640 } };

test('several colours and sizes are chosen by keyboard, counted, kept by a reload, and cleared', async ({
  shop,
}) => {
  const { page, errors } = await shop.visit(narrow);
  await page.goto('/category/Dresses');
  await page.getByRole('button', { name: 'Filters', exact: true }).press('Enter');
  const size = (name: string) =>
    page
      .getByRole('group', { name: 'Size' })
      .getByRole('checkbox', { name: new RegExp(`^${name} \\(\\d+\\)$`) });
  await size('XS').focus();
  await page.keyboard.press('Space');
  await page.waitForURL(/size=XS/);
  assert.ok(await size('XS').evaluate((input) => input.matches(':focus')), 'the focus stays');
  await size('XL').press('Space');
  const rust = page.getByRole('group', { name: 'Colour' }).getByRole('checkbox', { name: /^Rust/ });
  await rust.press('Space');
  await page.waitForURL(
    (url) => url.searchParams.getAll('size').join() === 'XS,XL' && url.searchParams.get('colour') === 'Rust',
  );
  const { products } = await (
    await page.request.get('/api/products?category=Dresses&limit=48&size=XS&size=XL&colour=Rust')
  ).json();
  const words = products.length === 1 ? '1 item' : `${products.length} items`;
  const status = page.locator('.head [role=status]');
  await status.getByText(words, { exact: true }).waitFor();
  await page.reload();
  await status.getByText(words, { exact: true }).waitFor();
  // Closed filters are chips, each with its own way out; the focus goes on to the next one.
  const chips = page.getByRole('list', { name: 'Active filters' });
  assert.equal(await chips.getByRole('listitem').allInnerTexts(), ['Rust', 'XS', 'XL']);
  await chips.getByRole('button', { name: 'Remove filter: XL' }).press('Enter');
  await page.waitForURL((url) => url.searchParams.getAll('size').join() === 'XS');
  await page.waitForFunction(() => {
    const root = document.querySelector('couture-shop')!.shadowRoot!.querySelector('couture-category-page')!;
    return root.shadowRoot!.activeElement?.matches('.chip');
  });
  await page.goBack();
  await page.goto('/category/Dresses?size=XS&size=XL&colour=Rust&max_price=500');
  await chips.getByRole('button', { name: 'Remove filter: Up to €500' }).click();
  await page.getByRole('button', { name: 'Filters (3)' }).click();
  assert.is(await chips.count(), 0);
  assert.ok((await rust.isChecked()) && (await size('XS').isChecked()) && !(await size('M').isChecked()));
  const order = await page.getByRole('group', { name: 'Size' }).locator('label > span').allInnerTexts();
  assert.equal(order, ['XS', 'S', 'M', 'L', 'XL']);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await page.waitForURL((url) => url.search === '');
  assert.equal(errors, []);
});

test('the back button leaves a page with a half-typed price for good', async ({ shop }) => {
  const { page } = await shop.visit();
  await page.goto('/');
  await page.locator('couture-home-page a[href="/category/Dresses"]').first().click();
  await page.getByRole('heading', { name: 'Dresses', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Filters', exact: true }).click();
  await page.getByLabel('Price from').pressSequentially('20');
  await page.goBack();
  await page.locator('couture-home-page').waitFor();
  assert.is(new URL(page.url()).pathname, '/');
});

test('a search without hits for its filters offers to clear them', async ({ shop }) => {
  const { page } = await shop.visit(narrow);
  await page.goto('/search?q=dress&size=Giant');
  await page.getByText('No items match these filters.').waitFor();
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await page.waitForURL((url) => url.search === '?q=dress');
  await page.locator('couture-search-page .grid couture-product-card').first().waitFor();
});

for (const locale of ['de-DE', 'ar-EG']) {
  test(`in ${locale} the filters of all items fit into 320 pixels, and their targets are large enough`, async ({
    shop,
  }) => {
    const { page } = await shop.visit({ ...narrow, locale });
    await page.goto('/search');
    await page.locator('.controls button').click();
    await page.locator('.facet input').nth(20).waitFor({ state: 'attached' });
    const measured = await page.evaluate(() => {
      const root = document.querySelector('couture-shop')!.shadowRoot!.querySelector('couture-search-page')!
        .shadowRoot!;
      const boxes = [...root.querySelectorAll('.facet label')].map((each) => each.getBoundingClientRect());
      return {
        sideways: document.documentElement.scrollWidth - innerWidth,
        outside: boxes.filter(({ left, right }) => left < 0 || right > innerWidth).length,
        lowest: Math.min(...boxes.map(({ height }) => height)),
      };
    });
    assert.equal({ ...measured, lowest: measured.lowest >= 40 }, { sideways: 0, outside: 0, lowest: true });
    const directions = (values: string) =>
      page
        .locator(values)
        .evaluateAll((each) => [...new Set(each.map((value) => getComputedStyle(value).direction))]);
    assert.equal(await directions('.facet label > span > *'), ['ltr']);
    await page.goto('/product/341');
    const sizes = page.locator('.variants .words > *');
    await sizes.first().waitFor();
    assert.match(await sizes.first().innerText(), /^\d+–\d+$/);
    assert.equal(await directions('.variants .words > *'), ['ltr'], 'not 38–36');
  });
}

test('a size is chosen in place by keyboard, a sold-out one says so, and the bag names what was chosen', async ({
  shop,
}) => {
  const { page } = await shop.visit(narrow);
  const [out, other] = await soldOutSize(page);
  await page.goto(out.url);
  const sizes = page.getByRole('list', { name: /^Size/ });
  const sold = sizes.getByRole('link', { name: `${out.size}, sold out` });
  await sold.waitFor();
  assert.is(await sold.getAttribute('aria-current'), 'true');
  assert.match(await sold.evaluate((link) => getComputedStyle(link).textDecorationLine), 'line-through');
  await sizes.getByRole('link', { name: other.size, exact: true }).press('Enter');
  await page.waitForURL(new RegExp(`${other.url}$`));
  await page.getByText(`Size: ${other.size}`).waitFor();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.goto('/cart');
  await page.getByText(`Size: ${other.size}`, { exact: true }).waitFor();
});

interface Size {
  readonly url: string;
  readonly colour: string;
  readonly size: string;
  readonly in_stock: boolean;
}

/** A dress in a size that is sold out, and one of the same colour that isn't. */
async function soldOutSize(page: Page): Promise<[Size, Size]> {
  for (let id = 1; id <= 36; id++) {
    const { variants }: { variants: Size[] } = await (await page.request.get(`/api/products/${id}`)).json();
    for (const out of variants.filter((each) => !each.in_stock)) {
      const other = variants.find((each) => each.in_stock && each.colour === out.colour);
      if (other) return [out, other];
    }
  }
  throw new Error('no dress has a size that is sold out');
}
