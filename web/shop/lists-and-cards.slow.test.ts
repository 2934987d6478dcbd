// Cards of products in lists: quick add, reductions, counts, the language of the shop's texts; and saving across a sign-in.
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { desk, scrollToList } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('lists and cards');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

test('a card adds its product to the bag, in a category and in a recommendation', async ({ shop }) => {
  const { page, errors } = await shop.visit({ viewport: { width: 390, height: 664 } });
  await page.goto('/category/Dresses');
  const card = page.locator('couture-category-page .grid couture-product-card').first();
  const name = await card.locator('a').innerText();
  const add = card.getByRole('button', { name: `Quick add: ${name}` });
  await add.waitFor();
  const { width, height } = (await add.boundingBox())!;
  assert.ok(width >= 40 && height >= 40);
  await add.tap();
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  await page.getByText(`Added to bag: ${name}`).first().waitFor();
  assert.match(page.url(), '/category/Dresses');
  await page.goto('/product/6');
  const similar = page.locator('couture-similar-products');
  await scrollToList(similar);
  await similar
    .getByRole('button', { name: /^Quick add/ })
    .first()
    .tap();
  await page.getByRole('link', { name: 'Bag, 2 items' }).waitFor();
  assert.equal(errors, []);
});

test('a list says how many items it has, also after a filter', async ({ shop }) => {
  const { page } = await shop.visit(desk);
  const { products } = await (
    await page.request.get('/api/products?category=Dresses&on_sale=1&limit=48')
  ).json();
  await page.goto('/search');
  const status = page.locator('.head [role=status]');
  await status.getByText('More than 24 items').waitFor();
  await page.goto('/category/Dresses');
  await status.getByText(/^\d+ items$/).waitFor();
  await page.getByRole('button', { name: /^Filters/ }).click();
  await page.getByRole('checkbox', { name: 'On sale' }).check();
  await status
    .getByText(products.length === 1 ? '1 item' : `${products.length} items`, { exact: true })
    .waitFor();
});

test('a card states the reduction, and prices stay apart from right to left', async ({ shop }) => {
  const { page } = await shop.visit(desk);
  await page.goto('/search?q=juno');
  const card = page.locator('couture-search-page .grid couture-product-card').first();
  // 69.00 → 47.95
  await card.getByText('-31%').waitFor();
  await card.getByText('3 colours').waitFor();
  await page.goto('/product/6');
  await page.locator('couture-product-page .line .price s').waitFor();
  const gap = await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
    const root = document.querySelector('couture-shop')!.shadowRoot!.querySelector('couture-product-page')!
      .shadowRoot!;
    const now = root.querySelector('.line .now')!.getBoundingClientRect();
    const before = root.querySelector('.line s')!.getBoundingClientRect();
    return Math.max(before.left - now.right, now.left - before.right);
  });
  assert.ok(gap >= 3, `${gap} px between the two prices`);
});

test('on a German page, texts of the shop carry their language', async ({ shop }) => {
  const { page } = await shop.visit({ ...desk, locale: 'de-DE' });
  await page.goto('/product/6');
  const heading = page.getByRole('heading', { level: 1, name: 'Juno Sundress in White' });
  await heading.waitFor();
  assert.is(await heading.getAttribute('lang'), 'en');
  const similar = page.locator('couture-similar-products');
  await scrollToList(similar);
  assert.is(await similar.locator('couture-product-card a').first().getAttribute('lang'), 'en');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
  assert.is(await heading.getAttribute('lang'), null);
});

test('"Sign in to save" leads back to the product and saves it', async ({ shop }) => {
  const { page } = await shop.visit(desk);
  await page.goto('/product/8');
  await page.getByRole('link', { name: 'Sign in to save' }).click();
  await page.waitForURL(/\/demo\/sign-in\?to=/);
  await page.locator('#sub').fill('11');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/product/8');
  await page.getByRole('button', { name: 'Saved' }).waitFor();
  await page.goto('/watchlist');
  await page.locator('couture-watch-list-page couture-product-card').first().waitFor();
  const saved = await page.evaluate(async () => (await (await fetch('/api/watchlist')).json()).products);
  assert.ok(saved.some(({ id }: { id: number }) => id === 8));
});

test('a category shows two items side by side on every phone', async ({ shop }) => {
  for (const width of [320, 360, 375, 390]) {
    const { page, context } = await shop.visit({ viewport: { width, height: 640 }, locale: 'de-DE' });
    await page.goto('/category/Dresses');
    const cards = page.locator('couture-category-page .grid couture-product-card');
    await cards.nth(1).waitFor();
    const [first, second] = [(await cards.nth(0).boundingBox())!, (await cards.nth(1).boundingBox())!];
    assert.is(first.y, second.y, `${width} pixels`);
    assert.is(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await context.close();
  }
});
