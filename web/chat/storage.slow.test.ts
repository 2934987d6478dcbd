// Storage in every state in which browsers leave it, and no cookies: no message is lost.
import type { Locator } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { shopHost } from '../test-support/shop-host.ts';
import { type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, row, said, take, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('chat without storage');

test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(({ shop }) => shop?.close());

/** Runs in the page. */
const failures: Readonly<Record<string, () => void>> = {
  full: () => {
    let chunk = 'x'.repeat(1_000_000);
    for (let n = 0; chunk; n++) {
      try {
        localStorage.setItem(`filler-${n}`, chunk);
        sessionStorage.setItem(`filler-${n}`, chunk);
      } catch {
        chunk = chunk.slice(0, chunk.length / 2);
      }
    }
  },
  blocked: () => {
    const denied = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    for (const area of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, area, { configurable: true, get: denied });
  },
  absent: () => {
    for (const area of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, area, { configurable: true, value: null });
  },
  'that drops what it accepts': () => {
    Storage.prototype.setItem = () => {};
  },
  'of rubbish': () => {
    Storage.prototype.getItem = () => '{"rubbish';
  },
};

for (const [name, failure] of Object.entries(failures)) {
  test(`storage ${name}: every message arrives, also those written offline`, async ({ shop }) => {
    const shopper = await shop.visit(withWorker);
    const { page } = shopper;
    await page.goto('/');
    // Storage fails from the start, or from the time it is full.
    if (name === 'full') await page.evaluate(failure);
    else await page.addInitScript(failure);
    await begin(page, 'Rita', 'first');
    for (const words of ['second', 'third']) await write(page, words);
    for (const words of ['second', 'third']) await said(page, words).waitFor();
    await page.getByText('Sending …').first().waitFor({ state: 'detached' });

    await shop.goOffline(shopper.context);
    await page.getByText('Your messages will be sent').waitFor();
    for (const words of ['fourth', 'fifth']) await write(page, words);
    for (const words of ['fourth', 'fifth']) await said(page, words).waitFor();
    assert.is(await page.getByText('Keep this page open until your message is sent').count(), 2);
    // A draft is still there when the panel is reopened. What the page lets go of meanwhile is no room for it.
    await until(async () => {
      if (name === 'full') await page.evaluate(failure);
      await composer(page).fill('half-wr');
      return page.getByText('Your browser can’t keep this draft.').isVisible();
    }, 'the warning that the draft is not kept');
    await page.keyboard.press('Escape');
    await page.locator('couture-chat .launcher').click();
    assert.is(await composer(page).inputValue(), 'half-wr');
    await shop.goOnline(shopper.context);
    await page.getByText('Keep this page open').first().waitFor({ state: 'detached', timeout: 60_000 });
    const bubbles = await page.locator('couture-message-list .bubble').allInnerTexts();
    assert.equal(bubbles, ['first', 'second', 'third', 'fourth', 'fifth']);
    assert.equal(
      shopper.errors.filter((each) => !/WebSocket|ERR_|net::/.test(each)),
      [],
    );
  });
}

test('storage that is emptied between two writes: every message arrives', async ({ shop }) => {
  const { page, context } = await shop.visit(withWorker);
  await begin(page, 'Vanja', 'first');
  await shop.goOffline(context);
  for (const words of ['second', 'third']) {
    await write(page, words);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
  }
  await composer(page).fill('half-wr');
  await page.evaluate(() => sessionStorage.clear());
  await page.keyboard.press('Escape');
  await page.locator('couture-chat .launcher').click();
  assert.is(await composer(page).inputValue(), 'half-wr');
  await shop.goOnline(context);
  await page.getByText('Sending …').first().waitFor({ state: 'detached', timeout: 60_000 });
  assert.equal(await page.locator('couture-message-list .bubble').allInnerTexts(), [
    'first',
    'second',
    'third',
  ]);
});

test('what is typed into any form stays with what it is about, over Esc, reloading and a change of chat', async ({
  shop,
}) => {
  const [vera, berta] = [await shop.visit(), await shop.visit()];
  await begin(vera.page, 'Vera', 'Hello');
  await begin(berta.page, 'Berta', 'Hello');
  await (await atDesk(shop, 'staff')).context.close();
  const { page: desk, errors } = await atDesk(shop, 'admin');
  const list = (name: string) => desk.locator('couture-list-tabs').getByRole('button', { name }).click();
  const look = async (name: string) => {
    await row(desk, name).click();
    await desk.locator('couture-console-chat .titles h2', { hasText: name }).waitFor();
  };
  await take(desk, 'Vera');
  await list('Queue');
  await take(desk, 'Berta');
  const pending = desk.locator('couture-chat-composer .pending li');
  await composer(desk).evaluate(pastePicture);
  await pending.waitFor();

  const replies = desk.locator('couture-replies-dialog');
  const invites = desk.locator('couture-invites-dialog');
  const forms: Readonly<
    Record<string, readonly [open: () => Promise<void>, fields: Readonly<Record<string, Locator>>]>
  > = {
    transfer: [
      () => desk.getByRole('button', { name: 'Transfer', exact: true }).click(),
      { note: desk.locator('couture-transfer-dialog textarea') },
    ],
    reply: [
      () => desk.getByRole('button', { name: 'Replies', exact: true }).click(),
      { shortcut: replies.locator('[name=shortcut]'), body: replies.locator('[name=body]') },
    ],
    invitation: [
      async () => {
        await desk.getByRole('button', { name: 'Invitations', exact: true }).click();
        await invites.getByRole('button', { name: 'New invitation' }).click();
      },
      {
        id: invites.locator('[name=id]'),
        text: invites.locator('.text'),
        path: invites.locator('[name=path]'),
      },
    ],
  };
  const typed = (form: string, field: string) => `${form}-${field}`;
  for (const [form, [openForm, fields]] of Object.entries(forms)) {
    await openForm();
    for (const [field, locator] of Object.entries(fields)) await locator.fill(typed(form, field));
    await desk.keyboard.press('Escape');
  }
  await look('Vera');
  assert.is(await pending.count(), 0, 'a picture for one shopper is not sent to another');
  await forms.transfer![0]();
  assert.is(await forms.transfer![1].note!.inputValue(), '');
  await desk.keyboard.press('Escape');
  await look('Berta');
  await pending.waitFor();
  await desk.reload();
  await desk.locator('couture-console nav').waitFor();
  await list('Mine');
  await look('Berta');
  for (const [form, [openForm, fields]] of Object.entries(forms)) {
    await openForm();
    for (const [field, locator] of Object.entries(fields))
      assert.is(await locator.inputValue(), typed(form, field));
    await desk.keyboard.press('Escape');
  }

  // A reply that is changed meanwhile has its own draft; the new one comes back.
  const { shortcut, body } = forms.reply![1] as Record<string, Locator>;
  await forms.reply![0]();
  await shortcut!.fill('नमस्ते');
  await replies.getByRole('button', { name: 'Save reply' }).click();
  await replies.locator('li', { hasText: 'नमस्ते' }).waitFor();
  await until(async () => (await body!.inputValue()) === '', 'the saved reply leaves the form');
  await body!.fill('Half a reply');
  await replies.getByRole('button', { name: 'Edit' }).click();
  await until(async () => (await body!.inputValue()) === 'reply-body', 'the reply to change');
  await body!.fill('Changed');
  await replies.getByRole('button', { name: 'Save reply' }).click();
  await replies.locator('li', { hasText: 'Changed' }).waitFor();
  await until(async () => (await body!.inputValue()) === 'Half a reply', 'the new reply comes back');
  await desk.keyboard.press('Escape');
  await composer(desk).fill('／नम');
  await desk.locator('couture-chat-composer #reply-0').waitFor();

  await composer(desk).fill('Gladly');
  await composer(desk).press('Enter');
  const { page } = berta;
  await said(page, 'Gladly').waitFor();
  await desk.getByRole('button', { name: 'Resolve' }).click();
  const rating = page.locator('couture-chat-rating');
  await rating.locator('.score').nth(4).click();
  await rating.locator('textarea').fill('Very kind');
  await page.getByRole('button', { name: 'Minimise chat' }).click();
  await page.locator('couture-chat .launcher').click();
  assert.is(await rating.locator('textarea').inputValue(), 'Very kind');
  await page.reload();
  await rating.locator('textarea').waitFor();
  assert.is(await rating.locator('textarea').inputValue(), 'Very kind');
  await rating.getByRole('button', { name: 'Send rating' }).click();
  await rating.getByText('Thank you for your rating').waitFor();
  assert.is(
    await page.evaluate(() => Object.keys(sessionStorage).some((key) => key.includes('rating'))),
    false,
  );
  assert.equal([...errors, ...vera.errors, ...berta.errors], []);
});

function pastePicture(field: HTMLElement | SVGElement): void {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(['png'], 'image.png', { type: 'image/png' }));
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}

test('a browser that keeps no cookies can chat, and finds its chat after a reload', async ({ shop }) => {
  const host = await shopHost(undefined, ['cookie', 'set-cookie']);
  host.upstream = shop.url;
  try {
    const { page, errors } = await shop.visit({ baseURL: host.origin });
    await begin(page, 'Clara', 'without cookies');
    await write(page, 'second');
    await page.getByText('Sending …').first().waitFor({ state: 'detached' });
    await page.reload();
    await said(page, 'second').waitFor();
    await write(page, 'third');
    await said(page, 'third').waitFor();
    await page.getByText('Sending …').first().waitFor({ state: 'detached' });
    assert.ok(host.passed.some((path) => path.startsWith('/ws/chat/')));
    assert.equal(await page.locator('couture-message-list .bubble').allInnerTexts(), [
      'without cookies',
      'second',
      'third',
    ]);
    assert.is(await page.getByText('no longer have access').count(), 0);
    assert.equal(errors, []);
  } finally {
    host.close();
  }
});
