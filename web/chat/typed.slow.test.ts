// What was typed is lost nowhere, and what input methods and clipboards send is taken as it was meant.
import type { Locator, Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
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
const paste = (
  page: Page,
  contents: { text?: string; html?: string; png?: boolean },
  into: Locator = composer(page),
) =>
  into.evaluate((field, { text, html, png }) => {
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

test('a message that began a chat by Enter stands in no field after a reload', async ({ shop }) => {
  const { page } = await shop.visit();
  await page.goto('/');
  await open(page);
  await page.locator('couture-chat-start').getByLabel('Your name').fill('Nele');
  await startBody(page).pressSequentially('Sent already');
  await page.keyboard.press('Enter');
  await said(page, 'Sent already').waitFor();
  await page.reload();
  await said(page, 'Sent already').waitFor();
  assert.is(await composer(page).inputValue(), '');
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
  // More than a browser can show in a field is refused in words, and takes nothing from the field.
  assert.is(await paste(page, { text: 'y'.repeat(50_001) }), false);
  const refusal = () => composer(page).evaluate((field) => (field as HTMLTextAreaElement).validationMessage);
  assert.match(await refusal(), /^This text is too long to paste \(50,001 characters\)/);
  assert.is(await composer(page).inputValue(), long);
  await composer(page).fill('short');
  assert.is(await refusal(), '');
  await composer(page).press('Enter');
  await said(page, 'short').waitFor();
});

test('no rating, note, label or saved reply cuts a long paste: it is said, and sent once it is short enough', async ({
  shop,
}) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Lotte', 'Hello');
  const { page: desk } = await atDesk(shop, 'staff');
  await take(desk, 'Lotte');
  await desk.getByRole('button', { name: 'Add a label' }).click();
  const label = desk.getByRole('combobox', { name: 'Add a label' });
  await pasteLong(label);
  await label.press('Enter');
  assert.is(await desk.locator('couture-chat-labels .label').count(), 0);
  await label.fill('Parcel');
  await label.press('Enter');
  await desk.locator('couture-chat-labels .label', { hasText: 'Parcel' }).waitFor();

  await desk.getByRole('button', { name: 'Replies' }).click();
  const replies = desk.locator('couture-replies-dialog');
  await pasteLong(replies.getByLabel('Text'));
  assert.is(await replies.getByRole('button', { name: 'Save reply' }).isDisabled(), true);
  await replies.getByLabel('Text').fill('On its way.');
  assert.is(await replies.getByRole('button', { name: 'Save reply' }).isDisabled(), false);
  await replies.getByRole('button', { name: 'Close' }).click();

  await desk.getByRole('button', { name: 'Private note' }).click();
  await pasteLong(desk.locator('couture-chat-composer textarea[aria-label^="Note"]'));
  // Agents are listed once they have been there.
  await atDesk(shop, 'admin');
  await desk.getByRole('button', { name: 'Transfer', exact: true }).click();
  await pasteLong(desk.getByLabel('Private note (optional)'));
  assert.is(await desk.getByRole('button', { name: 'Transfer chat', exact: true }).isDisabled(), true);
  await desk.getByRole('button', { name: 'Not now' }).click();
  await desk.getByRole('button', { name: 'Reply', exact: true }).click();
  await composer(desk).fill('It is on its way.');
  await composer(desk).press('Enter');
  await desk.getByRole('button', { name: 'Resolve', exact: true }).click();

  const { page } = shopper;
  const rating = page.locator('couture-chat-rating');
  await rating.locator('.score', { hasText: 'Good' }).last().click();
  const comment = rating.getByLabel('Comment (optional)');
  const long = await pasteLong(comment);
  assert.is(await rating.getByRole('button', { name: 'Send rating' }).isDisabled(), true);
  // The next page of a shop that loads whole pages has it, too.
  await page.reload();
  await rating.locator('.score', { hasText: 'Good' }).last().click();
  assert.is(await comment.inputValue(), long);
  await comment.fill('Quick');
  await rating.getByRole('button', { name: 'Send rating' }).click();
  await rating.getByText('Thank you for your rating').waitFor();
});

/** Pastes more than any field takes, and waits until the page says so. @returns the text */
async function pasteLong(field: Locator): Promise<string> {
  const text = 'y'.repeat(9_017);
  await paste(field.page(), { text }, field);
  await field
    .page()
    .getByText(/^Too long by [\d,]+ characters/)
    .last()
    .waitFor();
  assert.is(await field.inputValue(), text);
  return text;
}

test('copied messages are their text, without blank lines between their lines', async ({ shop }) => {
  const { page, context } = await shop.visit({ ...desktop, isMobile: false, hasTouch: false });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await begin(page, 'Kopie', 'First');
  const lines = 'Line one\nLine two\n\nLine four';
  await composer(page).fill(lines);
  await composer(page).press('Enter');
  await said(page, 'Line four').waitFor();
  await page.getByText('Sent ·').waitFor();
  await said(page, 'Line four').evaluate((bubble) => {
    const root = bubble.getRootNode() as ShadowRoot & { getSelection?: () => Selection };
    (root.getSelection?.() ?? getSelection())!.selectAllChildren(bubble);
  });
  await page.keyboard.press('Control+c');
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  assert.is(await copied(), lines);
  // With the mouse, from the first message to the last.
  const [from, to] = [
    (await said(page, 'First').boundingBox())!,
    (await said(page, 'Line four').boundingBox())!,
  ];
  await page.mouse.move(from.x + 2, from.y + 4);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width - 4, to.y + to.height - 4, { steps: 8 });
  await page.mouse.up();
  await page.keyboard.press('Control+c');
  assert.is(await copied(), `First\n${lines}`);
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

test('the keys of an input method send and close nothing, in any engine', async ({ shop }) => {
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
  for (const key of ['Escape', 'Tab', 'ArrowDown'])
    for (const init of [{ keyCode: 229 }, { isComposing: true }]) await enter({ key, ...init });
  assert.is(await composer(page).inputValue(), '漢字', 'Escape chooses among candidates');
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

test('a copied file counts for more than its name; no field ignores a file without a word', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  await page.goto('/');
  await open(page);
  assert.is(await paste(page, { png: true }, startBody(page)), false);
  await page.getByText('Start the chat first. Then you can send your file.').waitFor();
  await startBody(page).fill('Hello');
  assert.is(await page.getByText('Start the chat first.').count(), 0);
  await page.locator('couture-chat-start').getByLabel('Your name').fill('Fina');
  await startBody(page).press('Enter');
  await said(page, 'Hello').waitFor();
  const pending = page.locator('couture-chat-composer .pending li');
  for (const text of ['image.png', 'file:///home/f/image.png\r\n', ' \r\n', '\ufffc'])
    assert.is(await paste(page, { text, png: true }), false, text);
  assert.is(await pending.count(), 4);
  assert.is(await paste(page, { text: 'image.png is the dress', png: true }), true);
  const agent = await atDesk(shop, 'staff');
  await take(agent.page, 'Fina');
  await agent.page.getByRole('button', { name: 'Private note' }).click();
  const note = agent.page.locator('couture-chat-composer textarea[aria-label^="Note"]');
  await paste(agent.page, { png: true }, note);
  await agent.page.getByText('Files can’t be added to a note.').waitFor();
});

test('files that are dropped beside the field are taken, and wait while the panel is minimised', async ({
  shop,
}) => {
  const { page } = await shop.visit();
  const drop = (on: Locator) =>
    on.evaluate((element) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'a.png', { type: 'image/png' }));
      const init = { dataTransfer, bubbles: true, cancelable: true, composed: true };
      return ['dragover', 'drop'].map((type) => element.dispatchEvent(new DragEvent(type, init)));
    });
  await page.goto('/');
  await open(page);
  assert.equal(await drop(page.locator('couture-chat .head')), [false, false]);
  await page.getByText('Start the chat first.').waitFor();
  await begin(page, 'Dana', 'Hello');
  for (const part of ['.head', '.log'])
    assert.equal(await drop(page.locator(`couture-chat ${part}`)), [false, false]);
  const pending = page.locator('couture-chat-composer .pending li');
  await until(async () => (await pending.count()) === 2, 'both files');
  await page.getByRole('button', { name: 'Minimise chat' }).click();
  await open(page);
  await until(async () => (await pending.count()) === 2, 'both files again');
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
        said(page, text)
          .locator('.text')
          .evaluate((element) => getComputedStyle(element).direction),
      ),
    );
  await until(async () => (await directions()).join() === 'rtl,ltr', 'each message in its own direction');
});
