// The focus through the life of a chat: whatever is removed while it has the focus, something useful has it afterwards. And an
// invitation to it, which takes neither focus nor place.
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { desktop, phone, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, row } from '../test-support/two-sides.ts';

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

test('an invitation appears beside the button of who hesitates, takes neither focus nor place, and leaves by Escape', async ({
  shop,
}) => {
  // Nobody is invited while others wait.
  await queryDatabase(shop.databaseUrl, 'delete from couture.chat_session');
  await queryDatabase(
    shop.databaseUrl,
    `insert into couture.chat_invite (invite_id, path, idle, holdout, texts)
     values ('sizes', '/product/*', 5, 0, '{"en": "<b>Need</b> help with your size?", "de": "Fragen zur Größe?"}')`,
  );
  const agent = await atDesk(shop, 'staff');
  const small = { ...phone, viewport: { width: 390, height: 664 } };
  const { page, errors, context } = await shop.visit(small);
  await page.goto('/');
  await page.waitForFunction(async () => (await (await fetch('/api/shop')).json()).chat_invites);
  await page.goto('/product/6');
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('chat-invites') && asked.push(request.url()));
  await page.getByRole('heading', { level: 1 }).waitFor();
  const field = page.getByRole('button', { name: /^Add to bag/ }).first();
  await field.focus();
  const before = await page.evaluate(() => [document.activeElement?.localName, scrollY]);
  const box = page.locator('couture-chat .invitation');
  await box.waitFor();
  assert.equal(await page.evaluate(() => [document.activeElement?.localName, scrollY]), before);
  assert.is((await box.locator('.words').innerText()).trim(), '<b>Need</b> help with your size?');
  assert.is(
    await box.evaluate((each) => getComputedStyle(each).position),
    'fixed',
    'out of the flow: it shifts nothing',
  );
  const covers = await page.evaluate(() => {
    const find = (selector: string, root: ParentNode = document): Element | undefined => {
      for (const each of root.querySelectorAll('*')) {
        if (each.matches(selector)) return each;
        const inner = each.shadowRoot && find(selector, each.shadowRoot);
        if (inner) return inner;
      }
      return undefined;
    };
    const [one, bar] = [find('.invitation')!, find('.buy-bar, .bar')].map((each) =>
      each?.getBoundingClientRect(),
    );
    return {
      inside: one!.left >= 0 && one!.right <= innerWidth && one!.top >= 0,
      overlaps: bar !== undefined && bar.height > 0 && one!.bottom > bar.top && one!.top < bar.bottom,
    };
  });
  assert.equal(covers, { inside: true, overlaps: false });
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'detached' });
  // Once in a week, on every page.
  const stored = `select count(*)::int as n from couture.chat_invitation`;
  assert.equal(await queryDatabase(shop.databaseUrl, stored), [{ n: 1 }]);
  assert.is(asked.filter((url) => url.includes('/showings')).length, 1);
  assert.not.ok(
    asked.some((url) => url.includes('product')),
    'neither page nor cart is sent',
  );
  assert.equal(errors, []);
  await context.close();

  // In the shopper's language; the chat begins with what the shop asked.
  const german = await shop.visit({ ...desktop, isMobile: false, hasTouch: false, locale: 'de-DE' });
  await german.page.goto('/product/6');
  const words = german.page.locator('couture-chat .invitation .words');
  await words.waitFor();
  assert.equal([await words.innerText(), await words.getAttribute('lang')], ['Fragen zur Größe?', 'de']);
  await words.click();
  await german.page.locator('couture-chat .asked', { hasText: 'Fragen zur Größe?' }).waitFor();
  await german.page.locator('couture-chat-start input').first().fill('Gerda');
  await german.page.locator('couture-chat-start textarea').fill('Ja, bitte');
  await german.page.keyboard.press('Enter');
  await row(agent.page, 'Gerda').waitFor();
  const subjects = await queryDatabase(shop.databaseUrl, 'select subject from couture.chat_session');
  assert.equal(subjects, [{ subject: 'Fragen zur Größe?' }]);
  assert.equal(german.errors, []);
  // Who opts out has no id, and is left alone.
  const quiet = await shop.visit();
  await quiet.page.addInitScript(() =>
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
  );
  await quiet.page.goto('/product/6');
  await quiet.page.locator('couture-chat .launcher').waitFor();
  assert.is(await quiet.page.evaluate(() => localStorage.getItem('couture-visitor')), null);
});
