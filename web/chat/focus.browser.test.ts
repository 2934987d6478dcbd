// The focus through the life of a chat: whatever is removed while it has the focus, something useful has it afterwards.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { desktop, phone, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { begin, composer } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('focus in chats');
test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after((context) => context.shop?.close());

const focused = (page: Page) => page.evaluate(() => deepFocus()?.localName ?? 'nothing');
const lands = (page: Page, on: string) =>
  page.waitForFunction((name) => deepFocus()?.localName === name, on, { timeout: 20_000 });

for (const [name, device] of Object.entries({
  phone,
  desktop: { ...desktop, isMobile: false, hasTouch: false },
})) {
  test(`a shopper's keyboard always goes somewhere (${name})`, async ({ shop }) => {
    const { page } = await shop.visit(device);
    await begin(page, `Fay ${name}`, 'Is it warm?');
    await lands(page, 'textarea');
    await page.keyboard.type('typed on');
    assert.is(await composer(page).inputValue(), 'typed on');
    for (const answer of ['Cancel', 'End chat']) {
      await page.getByRole('button', { name: 'End', exact: true }).click();
      const choice = page.getByRole('button', { name: answer, exact: true });
      await choice.focus();
      await page.keyboard.press('Enter');
      await choice.waitFor({ state: 'detached' });
      await lands(page, answer === 'Cancel' ? 'textarea' : 'button');
    }
    const again = page.getByRole('button', { name: 'Start a new chat' });
    await again.focus();
    await page.keyboard.press('Enter');
    await lands(page, 'input');
  });
}

test('on a phone the focus stays in the panel', async ({ shop }) => {
  const { page } = await shop.visit(phone);
  await begin(page, 'Gil', 'Which one?');
  for (let turn = 0; turn < 12; turn++) {
    await page.keyboard.press(turn < 6 ? 'Tab' : 'Shift+Tab');
    assert.ok(
      await page.evaluate(() => deepFocus()?.getRootNode() !== document),
      'the focus has left the chat',
    );
    assert.is.not(await focused(page), 'body');
  }
});

test('on a phone the panel comes back after a reload, but does not cover the next page', async ({ shop }) => {
  const { page } = await shop.visit(phone);
  await begin(page, 'Hal', 'Is it long?');
  await page.reload();
  await composer(page).waitFor();
  await page.goto('/category/Bags');
  await page.locator('couture-chat .launcher').waitFor();
  assert.is(await composer(page).count(), 0);
});
