// What a shopper sees in states that are rare while developing, and where the focus is; measured as rectangles.
import type { Locator, Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { desk, scrollToList, settled } from '../test-support/shop-pages.ts';

const test = suite<{ shop: ShopInBrowser }>('what is seen, and where the focus is');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

/** The focused element, through all shadow roots. */
const focused = (page: Page) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at === document.body || !at ? 'body' : `${at.localName} ${at.textContent?.trim() ?? ''}`;
  });

const box = async (each: Locator) => (await each.boundingBox())!;

test('after each navigation the focus is on the heading of the new page', async ({ shop }) => {
  const { page, errors } = await shop.visit(desk);
  await page.goto('/');
  const follow = async (link: Locator, heading: string) => {
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.is(await focused(page), `h1 ${heading}`);
  };
  await follow(page.getByRole('link', { name: 'Dresses', exact: true }).first(), 'Dresses');
  const open = async (card: Locator) => follow(card, (await card.textContent())!.trim());
  await open(page.locator('couture-product-card a').first());
  // A product that is not in memory: its page has a skeleton first.
  await scrollToList(page.locator('couture-similar-products'));
  await open(page.locator('couture-similar-products couture-product-card a').first());
  await follow(page.getByRole('link', { name: 'Bag, empty' }), 'Your bag is empty');
  await follow(page.getByRole('link', { name: 'Watchlist' }).first(), 'Watchlist');
  await follow(page.getByRole('link', { name: 'Account' }).first(), 'Account');
  assert.equal(errors, []);
});

test('a focus that the shopper has moved while a page loads stays there', async ({ shop }) => {
  const { page } = await shop.visit(desk);
  await page.goto('/category/Dresses');
  await settled(page);
  let loads = () => {};
  const held = new Promise<void>((resolve) => (loads = resolve));
  await page.route(/\/api\/products\/\d+$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.locator('couture-product-card a').first().click();
  await page.waitForURL('**/product/*');
  await page.waitForFunction(() => {
    const root = document.querySelector('couture-shop')!.shadowRoot!;
    return root.querySelector('couture-product-page')?.shadowRoot?.activeElement?.localName === 'h1';
  });
  await page.getByRole('button', { name: 'Search' }).focus();
  loads();
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().waitFor();
  assert.match(await page.evaluate(() => document.activeElement?.localName ?? ''), 'couture-shop');
  const inHeader = await page.evaluate(
    () => document.querySelector('couture-shop')!.shadowRoot!.activeElement?.localName,
  );
  assert.is(inHeader, 'couture-shop-header');
});

test('another colour is shown in place: scroll position, focus and history stay', async ({ shop }) => {
  const { page, errors } = await shop.visit({ viewport: { width: 390, height: 664 } });
  await page.goto('/category/Dresses');
  await page.goto('/product/6');
  await page.getByText('Colour: White').waitFor();
  await page.evaluate(() => scrollTo(0, 200));
  const entries = await page.evaluate(() => history.length);
  await page.getByRole('link', { name: 'Butter', exact: true }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Juno Sundress in Butter' }).waitFor();
  await page.getByText('Colour: Butter').waitFor();
  await page.waitForURL('**/product/7');
  await page.waitForLoadState('networkidle');
  assert.is(await page.evaluate(() => Math.round(scrollY)), 200);
  assert.is(await page.evaluate(() => history.length), entries);
  const current = await page.evaluate(() => {
    const root = document.querySelector('couture-shop')!.shadowRoot!;
    const at = root.querySelector('couture-product-page')!.shadowRoot!.activeElement;
    return [at?.getAttribute('aria-label'), at?.getAttribute('aria-current')];
  });
  assert.equal(current, ['Butter', 'true']);
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Dresses' }).waitFor();
  assert.equal(errors, []);
});

test('sizes are text that can be told apart, also without pictures', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 375, height: 553 } });
  await page.route('**/pictures/**', (route) => route.abort());
  await page.goto('/product/341');
  const words = page.locator('couture-product-page .variants .words');
  await words.first().waitFor();
  assert.equal(await words.allInnerTexts(), ['36–38', '39–41']);
  assert.equal(await page.locator('couture-product-page .axis').allInnerTexts(), [
    'Colour: White',
    'Size: 36–38',
  ]);
  await words.nth(1).tap();
  await page.getByText('Size: 39–41').waitFor();
  for (const each of await words.all()) {
    const { width, height } = await box(each);
    assert.ok(width >= 44 && height >= 44, `${width} × ${height}`);
  }
});

test('icons are drawn in full, in the middle of their buttons', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 390, height: 664 } });
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.context().setOffline(true);
  await page.locator('couture-shop-header .offline').waitFor();
  const wrong = await page.evaluate(() => {
    const header = document.querySelector('couture-shop')!.shadowRoot!.querySelector('couture-shop-header')!;
    return [...header.shadowRoot!.querySelectorAll('svg')].flatMap((svg) => {
      if (!svg.checkVisibility()) return [];
      const { width, height, left } = svg.getBoundingClientRect();
      const style = getComputedStyle(svg);
      const around = svg.parentElement!.getBoundingClientRect();
      const off = Math.abs(left + width / 2 - (around.left + around.width / 2));
      const isTool = svg.parentElement!.classList.contains('tool');
      const fits = width === height && width >= 16 && style.padding === '0px' && (!isTool || off < 1);
      return fits ? [] : [`${svg.getAttribute('class')} ${width}×${height}, ${off} off`];
    });
  });
  assert.equal(wrong, []);
});

test('a search without results shows trending products at their full width', async ({ shop }) => {
  for (const width of [320, 390, 1280]) {
    const { page, context } = await shop.visit({ viewport: { width, height: 664 } });
    await page.goto('/search?q=zzzz');
    const cards = page.locator('couture-trending couture-product-card');
    await cards.first().waitFor();
    for (const card of await cards.all()) assert.ok((await box(card)).width > 120);
    await context.close();
  }
});

test('missing pages and categories say so, with their status and a way on', async ({ shop }) => {
  const { page } = await shop.visit(desk);
  for (const [path, heading] of [
    ['/nowhere', 'Page not found'],
    ['/category/Nope', 'Category not found'],
  ] as const) {
    const response = await page.goto(path);
    assert.is(response!.status(), 404);
    const title = page.getByRole('heading', { level: 1, name: heading });
    await title.waitFor();
    const header = await box(page.locator('couture-shop-header'));
    assert.ok((await box(title)).y - (header.y + header.height) >= 24, 'the heading has room above it');
    await page.locator('couture-trending couture-product-card').first().waitFor();
    await page.getByRole('link', { name: 'Go to homepage' }).waitFor();
    assert.is(await page.getByRole('combobox', { name: 'Sort by' }).count(), 0);
    await page.waitForFunction((words) => document.title.startsWith(words), heading);
  }
  const known = await page.goto('/category/Jeans%20%26%20Trousers');
  assert.is(known!.status(), 200);
});

test('the quantity field shows what the bag holds, and a removal can be undone', async ({ shop }) => {
  const { page } = await shop.visit(desk);
  await page.goto('/product/20');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  await page.goto('/cart');
  const field = page.getByRole('spinbutton', { name: /^Quantity of/ });
  const type = async (text: string) => {
    await field.fill(text);
    await field.blur();
    return field.inputValue();
  };
  assert.is(await type('1.5'), '1');
  assert.is(await type('1000'), '99');
  assert.is(await type('two'), '99', 'what is no number changes nothing');
  // Keyboards of Japan, Egypt, Iran and India, and a pasted no-break space.
  for (const [text, quantity] of Object.entries({
    '１２': '12',
    '٣': '3',
    '۴': '4',
    '५': '5',
    '\u00a06\u202f': '6',
  }))
    assert.is(await type(text), quantity, text);
  await field.press('ArrowUp');
  assert.is(await field.inputValue(), '7');
  assert.is(await type(''), '7');
  assert.is(await type('3'), '3');
  await field.fill('0');
  await field.blur();
  await page.getByRole('heading', { level: 1, name: 'Your bag is empty' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await field.waitFor();
  assert.is(await field.inputValue(), '3');
  assert.is(await focused(page), 'h1 Your bag');
  for (const name of [/^Remove/, 'Decrease quantity']) {
    if (name === 'Decrease quantity') await type('1');
    const button = page.locator('couture-cart-page').getByRole('button', { name });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('h1:focus', { hasText: 'Your bag is empty' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await field.waitFor();
  }
});

test('the quantity field has the digits of the visitor, as the rest of the page', async ({ shop }) => {
  const { page } = await shop.visit({ ...desk, locale: 'ar-EG' });
  await page.goto('/product/20');
  await page.locator('couture-product-page .actions button').first().click();
  await page.locator('couture-shop .message').waitFor();
  await page.goto('/cart');
  const field = page.getByRole('spinbutton');
  assert.is(await field.inputValue(), '١');
  for (const text of ['٣', '3', '۳']) {
    await field.fill(text);
    await field.blur();
    assert.equal([await field.inputValue(), await field.getAttribute('aria-valuenow')], ['٣', '3'], text);
  }
  await page.locator('couture-cart-page .line').getByRole('button', { name: 'زيادة' }).click();
  assert.is(await field.inputValue(), '٤');
});

test('pages with little on them keep their distances', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 320, height: 568 } });
  const gapBetween = async (above: string, below: string) => {
    const one = await box(page.locator(above).first());
    return (await box(page.locator(below).first())).y - one.y - one.height;
  };
  const isBetween = (gap: number, least: number, most: number) =>
    assert.ok(gap >= least && gap <= most, `${gap} pixels`);
  await page.goto('/offline');
  await page.locator('couture-offline-page .none').waitFor();
  isBetween(await gapBetween('couture-offline-page .row', 'couture-offline-page .none'), 24, 40);
  for (const path of ['/nowhere', '/category/Nope', '/search?q=zzzz', '/product/999999']) {
    await page.goto(path);
    await page.locator('couture-trending couture-product-card').first().waitFor();
    isBetween(await gapBetween('main h1', 'main .state > p'), 16, 48);
    // Also from what is above it to the list.
    const list = await box(page.locator('couture-trending'));
    const above = page.locator('main .state > :is(p, a)').last();
    const { y, height } = await box(above);
    isBetween(list.y - y - height, 40, 128);
  }
});

test('a button that was tapped does not stay in its hover colour', async ({ shop }) => {
  const { page } = await shop.visit({ viewport: { width: 390, height: 664 } });
  await page.goto('/product/6');
  const button = page.locator('couture-product-page .bar .button');
  await button.waitFor();
  const colour = () => button.evaluate((each) => getComputedStyle(each).backgroundColor);
  const before = await colour();
  await button.tap();
  await page.getByRole('link', { name: 'Bag, 1 item' }).waitFor();
  await page.waitForTimeout(400);
  assert.is(await colour(), before);
});

test('search forgives: synonyms, misspelt words, and ideas before anything is typed', async ({ shop }) => {
  const { page, errors } = await shop.visit(desk);
  const names = async (words: string) => {
    await page.goto(`/search?q=${words}`);
    const links = page.locator('couture-search-page .grid couture-product-card a');
    await links.first().waitFor();
    return links.allInnerTexts();
  };
  for (const words of ['t-shirt', 'tshirt', 'tee'])
    assert.ok(
      (await names(words)).some((name) => / Tee /.test(name)),
      words,
    );
  assert.ok((await names('trainers')).some((name) => /Sneakers/.test(name)));
  assert.ok((await names('sweater')).some((name) => /Jumper/.test(name)));
  assert.ok((await names('jakcet')).some((name) => /Jacket/.test(name)));
  await page.getByText('No matches for your spelling. Showing results for').waitFor();
  await page.getByRole('link', { name: 'jacket', exact: true }).click();
  await page.waitForURL('**/search?q=jacket');
  const search = page.getByRole('button', { name: 'Search', exact: true });
  await search.click();
  const panel = page.getByRole('dialog', { name: 'Search' });
  await panel.getByRole('region', { name: 'Popular now' }).getByRole('link').first().waitFor();
  assert.is(await panel.getByRole('region', { name: 'Recent searches' }).count(), 0);
  await page.keyboard.type('silk scarf');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=silk(\+|%20)scarf/);
  await search.click();
  await panel.getByRole('combobox').fill('');
  await panel
    .getByRole('region', { name: 'Recent searches' })
    .getByRole('link', { name: 'silk scarf' })
    .click();
  await panel.waitFor({ state: 'hidden' });
  await search.click();
  await panel.getByRole('combobox').fill('');
  await panel.getByRole('region', { name: 'Categories' }).getByRole('link', { name: 'Shoes' }).click();
  await page.getByRole('heading', { level: 1, name: 'Shoes' }).waitFor();
  assert.equal(errors, []);
});

test('a long name of the shop leaves every button of the header in the window', async ({ shop }) => {
  for (const locale of ['de-DE', 'ar-EG']) {
    const { page } = await shop.visit({ viewport: { width: 320, height: 640 }, locale });
    const name = 'Süddeutsche Bekleidungsgesellschaft Müller & Söhne';
    await page.route('**/api/shop', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), name } });
    });
    await page.goto('/product/6');
    const header = page.locator('couture-shop-header');
    await header.locator('.name').getByText(name).waitFor();
    for (const button of await header.locator('header > .tool, .tools > .tool').all()) {
      if (!(await button.isVisible())) continue;
      const { x, width } = (await button.boundingBox())!;
      assert.ok(x >= 0 && x + width <= 320, `${await button.getAttribute('aria-label')} at ${x}`);
    }
    assert.is(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  }
});
