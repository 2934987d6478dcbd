// What was typed is lost nowhere, and what input methods and clipboards send is taken as it was meant.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, said, take } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('what is typed');

test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(({ shop }) => shop?.close());

const startBody = (page: Page) => page.locator('couture-chat-start').getByLabel('Your message');
const open = (page: Page) => page.locator('couture-chat .launcher').click();

/** Pastes into the field, as the browser does with these contents. */
const paste = (page: Page, contents: { text?: string; html?: string; png?: boolean }) =>
  composer(page).evaluate((field, { text, html, png }) => {
    const data = new DataTransfer();
    if (text) data.setData('text/plain', text);
    if (html) data.setData('text/html', html);
    if (png) {
      const bytes = Uint8Array.from(
        atob(
          'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGM4IScnJ3cCAAcjAgnukg5ZAAAAAElFTkSuQmCC',
        ),
        (letter) => letter.charCodeAt(0),
      );
      data.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
    }
    return field.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, contents);

test('the start form keeps its text over Esc, minimising and reloading, and gives it to a chat begun elsewhere', async ({
  shop,
}) => {
  const { page, context } = await shop.visit();
  await page.goto('/');
  await open(page);
  await page.locator('couture-chat-start').getByLabel('Your name').fill('Dora');
  await startBody(page).fill('Ten minutes of words');
  await page.keyboard.press('Escape');
  await open(page);
  assert.is(await startBody(page).inputValue(), 'Ten minutes of words');
  await page.getByRole('button', { name: 'Minimise chat' }).click();
  await page.reload();
  await open(page);
  assert.is(await startBody(page).inputValue(), 'Ten minutes of words');
  assert.is(await page.locator('couture-chat-start').getByLabel('Your name').inputValue(), 'Dora');
  const other = await context.newPage();
  await begin(other, 'Dora', 'Begun in the other tab');
  await said(page, 'Begun in the other tab').waitFor();
  assert.is(await composer(page).inputValue(), 'Ten minutes of words');
});

test('a long paste stays whole, is counted, and is sent once it is short enough', async ({ shop }) => {
  const { page } = await shop.visit();
  await begin(page, 'Lena', 'Hello');
  const long = 'x'.repeat(5_017);
  const browserPastes = await paste(page, { text: long });
  assert.is(browserPastes, false);
  assert.is((await composer(page).inputValue()).length, 5_017);
  await page
    .getByText('Too long by 1017 characters')
    .or(page.getByText('Too long by 1,017 characters'))
    .waitFor();
  await composer(page).press('Enter');
  assert.is((await composer(page).inputValue()).length, 5_017);
  await composer(page).fill('short');
  await composer(page).press('Enter');
  await said(page, 'short').waitFor();
});

test('a chat that the agent ends keeps what the shopper was writing, and the next one begins with it', async ({
  shop,
}) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Edda', 'Hello');
  const agent = await atDesk(shop, 'staff');
  await take(agent.page, 'Edda');
  await composer(shopper.page).fill('One more question, which is long');
  const { id } = JSON.parse((await shopper.page.evaluate(() => localStorage.getItem('couture-chat')))!);
  await agent.context.request.post(`/api/chat-sessions/${id}/close`, { headers: { Origin: shop.url } });
  await shopper.page.getByText('Your message wasn’t sent').waitFor();
  assert.is(await shopper.page.locator('.unfinished').innerText(), 'One more question, which is long');
  await shopper.page.getByRole('button', { name: 'Start a new chat' }).click();
  assert.is(await startBody(shopper.page).inputValue(), 'One more question, which is long');
});

test('the Enter of an input method sends nothing, in any engine', async ({ shop }) => {
  const { page } = await shop.visit();
  await begin(page, 'Mei', 'Hello');
  await composer(page).fill('漢字');
  const enter = (init: object) =>
    composer(page).evaluate(
      (field, given) =>
        field.dispatchEvent(
          new KeyboardEvent('keydown', {
            key: 'Enter',
            bubbles: true,
            composed: true,
            cancelable: true,
            ...given,
          }),
        ),
      init,
    );
  for (const init of [
    { keyCode: 229 },
    { isComposing: true, keyCode: 229 },
    { isComposing: true, keyCode: 13 },
  ])
    assert.is(await enter(init), true, JSON.stringify(init));
  assert.is(await composer(page).inputValue(), '漢字');
  await enter({ keyCode: 13 });
  await said(page, '漢字').waitFor();
});

test('text of office programs wins over its picture; a pasted picture is shown before it is sent', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  await begin(page, 'Otto', 'Hello');
  assert.is(await paste(page, { text: 'A1\tB1', html: '<table></table>', png: true }), true);
  assert.is(await page.locator('couture-chat-composer .pending').count(), 0);
  await paste(page, { png: true });
  await page.locator('couture-chat-composer .pending img[src^="data:image/png"]').waitFor();
  await page.waitForTimeout(300);
  assert.is(await page.locator('couture-message-list .picture').count(), 0);
  await page.locator('couture-chat-composer').getByRole('button', { name: 'Remove' }).click();
  assert.is(await page.locator('couture-chat-composer .pending').count(), 0);
  await paste(page, { png: true });
  await composer(page).fill('with words');
  await composer(page).press('Enter');
  await page.locator('couture-message-list .picture').waitFor();
  await said(page, 'with words').waitFor();
});

test('text of right-to-left scripts is shown in its own direction', async ({ shop }) => {
  const { page } = await shop.visit();
  await begin(page, 'Lea', 'Hello');
  await composer(page).fill('!أهلا');
  assert.is(await composer(page).evaluate((field) => getComputedStyle(field).direction), 'rtl');
  await composer(page).press('Enter');
  await said(page, 'أهلا').waitFor();
  // An element that is just replaced by the stored message has no style.
  const directions = () =>
    Promise.all(
      ['أهلا', 'Hello'].map((text) =>
        said(page, text).evaluate((element) => getComputedStyle(element).direction),
      ),
    );
  await until(async () => (await directions()).join() === 'rtl,ltr', 'each message in its own direction');
});
