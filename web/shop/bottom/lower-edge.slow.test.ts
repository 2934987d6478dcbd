// The lower edge: messages, prompts, the buy bar and the chat button never overlap, at the sizes that phones leave for a page.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../../fixtures/suite.ts';
import { until } from '../../../fixtures/until.ts';
import { coveredControls } from '../../test-support/covered-controls.ts';
import { type ShopInBrowser, shopInBrowser, withWorker } from '../../test-support/shop-in-browser.ts';
import { desk, fillBagUnread } from '../../test-support/shop-pages.ts';
import { tightButtons } from '../../test-support/tight-buttons.ts';

const test = suite<{ shop: ShopInBrowser }>('the lower edge of the page');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

const fixed = [
  'couture-product-page .bar',
  'couture-shop-message .message',
  'couture-install-prompt aside',
  'couture-chat .launcher',
];

/** The fixed elements that are visible, and the pairs of them that overlap; after their animations. */
async function atTheEdge(page: Page): Promise<{ shown: string[]; overlaps: string[]; outside: string[] }> {
  await page.waitForTimeout(700);
  const boxes: Array<{ name: string; x: number; y: number; width: number; height: number }> = [];
  for (const selector of fixed) {
    const each = page.locator(selector).first();
    const box = (await each.isVisible()) ? await each.boundingBox() : null;
    if (box) boxes.push({ name: selector.split(' ').at(-1)!, ...box });
  }
  const { width, height } = page.viewportSize()!;
  const overlaps = boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      )
      .map((other) => `${one.name} and ${other.name}`),
  );
  const outside = boxes.filter(
    (box) => box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height,
  );
  return { shown: boxes.map((box) => box.name), overlaps, outside: outside.map((box) => box.name) };
}

const offerInstall = (page: Page) =>
  page.evaluate(() =>
    dispatchEvent(
      Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
        prompt: async () => ({ outcome: 'dismissed' }),
      }),
    ),
  );

for (const [width, height] of [
  [375, 553],
  [390, 664],
  [360, 640],
  [320, 568],
  [1280, 800],
] as const) {
  test(`${width} × ${height}: one card at a time, above the buy bar, and the chat button above both`, async ({
    shop,
  }) => {
    const isDesk = width > 1000;
    const { page, errors } = await shop.visit({
      ...withWorker,
      ...(isDesk ? desk : {}),
      viewport: { width, height },
      locale: width === 320 ? 'de-DE' : 'en-GB',
    });
    await page.goto('/product/6');
    await page.locator('couture-install-prompt').waitFor({ state: 'attached' });
    await page.locator('couture-chat .launcher').waitFor();
    await offerInstall(page);
    await page
      .locator(`couture-product-page ${isDesk ? '.actions' : '.bar'} button`)
      .first()
      .click();
    await page.locator('couture-added-to-bag').waitFor();
    const bar = isDesk ? [] : ['.bar'];
    assert.equal(await atTheEdge(page), {
      shown: [...bar, '.message', '.launcher'],
      overlaps: [],
      outside: [],
    });
    // At a desk, the list in the card can be scrolled sideways.
    if (!isDesk) assert.equal(await tightButtons(page), []);
    await page.locator('couture-shop-message .tool').click();
    await page.locator('couture-install-prompt aside').waitFor();
    assert.equal(await atTheEdge(page), { shown: [...bar, 'aside', '.launcher'], overlaps: [], outside: [] });
    // Raised, it would stand over the buttons of the page.
    const { y } = (await page.locator('couture-chat .launcher').boundingBox())!;
    assert.is(y > height - 100, isDesk, 'at a desk, the chat button stays in its corner');
    // The chat covers the edge: the prompt waits, and a message moves to the top.
    await page.locator('couture-chat .launcher').click();
    await page.locator('couture-chat section').waitFor();
    assert.is(await page.locator('couture-install-prompt aside').count(), 0);
    assert.equal(errors, []);
  });
}

test('what was added is shown with the subtotal and the ways on, and leaves with the page', async ({
  shop,
}) => {
  const { page, errors } = await shop.visit(desk);
  await page.goto('/product/6');
  // The prompts come with the code of the card.
  await page.locator('couture-install-prompt').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  const card = page.locator('couture-added-to-bag');
  await card.getByText('Subtotal (1 item)').waitFor();
  await card.getByText('€47.95').first().waitFor();
  await card.locator('couture-for-cart couture-product-card').first().waitFor();
  await card.getByRole('link', { name: 'Check out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor();
  assert.is(await card.count(), 0);
  assert.equal(errors, []);
});

test('the chat button that leaves while the page is read is out of sight, above a bar as well', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  const launcher = page.locator('couture-chat .launcher');
  for (const path of ['/product/6', '/category/Dresses']) {
    await page.goto(path);
    await launcher.waitFor();
    for (let at = 100; at <= 900; at += 100) await page.evaluate((top) => scrollTo(0, top), at);
    await page.locator('couture-chat[away]').waitFor({ state: 'attached' });
    await until(async () => {
      const { y } = (await launcher.boundingBox())!;
      return y >= (await page.evaluate(() => innerHeight));
    }, `the button to leave ${path}`);
  }
});

test('at rest, the chat button covers no control at any width, in both directions', async ({ shop }) => {
  for (const locale of ['en-GB', 'ar-EG'])
    for (const width of [768, 820, 1024, 1280]) {
      const { page } = await shop.visit({ ...desk, viewport: { width, height: 800 }, locale });
      const launcher = page.locator('couture-chat .launcher');
      for (const path of ['/category/Dresses', '/product/6']) {
        await page.goto(path);
        await launcher.waitFor();
        for (const top of [0, 110, 330]) {
          await page.evaluate((to) => scrollTo(0, to), top);
          await until(
            async () => (await coveredControls(launcher)).length === 0,
            `${path} in ${locale}, ${width} px, at ${top}: nothing below the button`,
          );
          assert.ok((await launcher.boundingBox())!.y > 300, 'and the button near its corner');
        }
      }
      await shop.closeWindows();
    }
});

test('the chat button keeps clear of links that are pictures, and stays where there is no free place', async ({
  shop,
}) => {
  const { page } = await shop.visit({ ...desk, viewport: { width: 1024, height: 800 } });
  await page.goto('/product/6');
  const launcher = page.locator('couture-chat .launcher');
  await launcher.waitFor();
  const picture = page.locator('couture-product-page .variants a:has(couture-product-picture)').last();
  await picture.evaluate((link: HTMLElement) => {
    Object.assign(link.style, { position: 'fixed', insetInlineEnd: '1.5rem', insetBlockEnd: '1.5rem' });
    dispatchEvent(new Event('scroll'));
  });
  await until(async () => (await coveredControls(launcher)).length === 0, 'the button above the picture');
  assert.ok((await launcher.boundingBox())!.y < (await picture.boundingBox())!.y);
  await page.evaluate(() => {
    for (const top of [20, 270, 520]) {
      const button = document.body.appendChild(document.createElement('button'));
      Object.assign(button.style, { position: 'fixed', zIndex: '99', insetInlineEnd: '1rem' });
      Object.assign(button.style, { top: `${top}px`, width: '60px', height: '230px' });
    }
    dispatchEvent(new Event('scroll'));
  });
  const chat = page.locator('couture-chat');
  const rise = () =>
    chat.evaluate(({ style }: HTMLElement) => style.getPropertyValue('--couture-chat-clear'));
  await until(async () => (await rise()) === '0px', 'the button in its corner');
});

test('what was added covers no choice of the product, and leaves with the next press beside it', async ({
  shop,
}) => {
  for (const locale of ['en-GB', 'ar-EG'])
    for (const width of [768, 1024, 1280]) {
      const { page } = await shop.visit({ ...desk, viewport: { width, height: 800 }, locale });
      await page.goto('/product/6');
      await page.locator('couture-product-page .actions button').first().click();
      const card = page.locator('couture-shop-message .message.bag');
      await card.locator('couture-for-cart couture-product-card').first().waitFor();
      const { x, width: wide } = (await card.boundingBox())!;
      for (const each of await page.locator('couture-product-page .facts :is(a, button)').all()) {
        const box = (await each.boundingBox())!;
        assert.ok(
          box.x >= x + wide || box.x + box.width <= x,
          `${locale}, ${width} px: ${await each.textContent()}`,
        );
      }
      const other = page.locator('couture-product-page .variants a:not([aria-current])').last();
      const address = await other.getAttribute('href');
      await other.click();
      await page.waitForURL((url) => url.pathname === address);
      await card.waitFor({ state: 'detached' });
      await page.locator('couture-product-page .actions button').first().click();
      await card.waitFor();
      await page.locator('couture-product-page .actions button').first().click();
      await card.getByText('3').first().waitFor();
      await shop.closeWindows();
    }
});

test('a phone in landscape: the chat button covers no control of the bag, and leaves while the page is read', async ({
  shop,
}) => {
  for (const locale of ['en-GB', 'ar-EG']) {
    const { page } = await shop.visit({ viewport: { width: 844, height: 390 }, locale });
    await fillBagUnread(page);
    await page.goto('/cart');
    const launcher = page.locator('couture-chat .launcher');
    await launcher.waitFor();
    const last = page.locator('couture-cart-page .text-button').last();
    for (const top of [0, 60, 100]) {
      await page.evaluate((to) => scrollTo(0, to), top);
      const covers = (await launcher.boundingBox())!;
      for (const each of await page.locator('couture-cart-page .line :is(button, input, a)').all()) {
        const box = (await each.boundingBox())!;
        const apart =
          box.x >= covers.x + covers.width ||
          box.x + box.width <= covers.x ||
          box.y >= covers.y + covers.height ||
          box.y + box.height <= covers.y;
        assert.ok(apart, `${locale}, at ${top}: ${await each.innerText()}`);
      }
    }
    await last.scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollBy(0, 120));
    await page.locator('couture-chat[away]').waitFor({ state: 'attached' });
    await until(async () => (await launcher.boundingBox())!.y >= 390, 'the button to leave');
    await shop.closeWindows();
  }
});

test('a small phone: at rest, the chat button covers neither a control nor the total of the bag', async ({
  shop,
}) => {
  for (const locale of ['de-DE', 'ar-EG']) {
    const { page } = await shop.visit({ viewport: { width: 390, height: 664 }, locale });
    await fillBagUnread(page);
    await page.goto('/cart');
    const launcher = page.locator('couture-chat .launcher');
    await launcher.waitFor();
    const total = page.locator('couture-cart-page .total dd');
    for (const below of [20, 60, 100]) {
      // The total near the lower edge, where the button has its place; scrolling back up brings the button again.
      await page.evaluate(() => scrollTo(0, 600));
      const y = (await total.boundingBox())!.y + (await page.evaluate(() => scrollY));
      await page.evaluate((to) => scrollTo(0, to), y - 664 + below);
      // The button comes back, and looks for its place.
      await page.waitForTimeout(700);
      assert.equal(await coveredControls(launcher), [], `${locale}, the total ${below} px above the edge`);
    }
    await shop.closeWindows();
  }
});
