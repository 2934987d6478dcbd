// A shopper on a phone and an agent on a desktop, in real browsers, in the sample shop.
import type { Page } from 'playwright-core';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { letsAxeIn, violations } from '../test-support/axe.ts';
import { desktop, type ShopInBrowser, shopInBrowser, withWorker } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, row, said, take, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('chat in the browser');

test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(({ shop }) => shop?.close());

/** A PNG of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

test('a conversation: messages, typing, read receipts, a product, files, a private note, and its end', async ({
  shop,
}) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Axel', 'Do you have the trench coat in blue?');
  const agent = await atDesk(shop, 'staff');
  const desk = agent.page;
  // The queue shows the waiting shopper.
  await row(desk, 'Axel').waitFor();
  assert.match(await desk.title(), /^\(\d+\) Console/);
  await row(desk, 'Axel').click();
  await said(desk, 'Do you have the trench coat in blue?').waitFor();
  await shopper.page.getByText('Seen').waitFor();
  await desk.keyboard.press('t');
  await composer(desk).waitFor();
  await shopper.page.getByText('You’re chatting with Sam Staff').waitFor();

  // The typing indicator appears, and ends with the message.
  await desk.waitForFunction(() => deepFocus()?.localName === 'textarea');
  await desk.keyboard.type('We do. ');
  await shopper.page.getByText('Sam Staff is typing').waitFor();
  await desk.keyboard.press('Shift+Enter');
  await desk.keyboard.type('In <b>two</b> sizes: javascript:alert(1)');
  await desk.keyboard.press('Enter');
  const answer = said(shopper.page, 'We do.');
  await answer.waitFor();
  assert.is(await answer.innerText(), 'We do. \nIn <b>two</b> sizes: javascript:alert(1)');
  assert.is(await shopper.page.getByText('is typing').count(), 0);
  assert.is(await shopper.page.locator('couture-message-list .bubble a').count(), 0);

  // The agent sends a product from the shopper panel.
  await desk.locator('couture-shopper-panel').getByRole('button', { name: /^Send/ }).first().click();
  const card = shopper.page.locator('couture-message-list a.card');
  await card.waitFor();
  assert.match((await card.getAttribute('href')) ?? '', /^\/product\//);

  // The shopper sends a picture; an unsupported file is refused with a message.
  await shopper.page
    .locator('couture-chat-composer input[type=file]')
    .setInputFiles({ name: 'coat.png', mimeType: 'image/png', buffer: png });
  const picture = desk.locator('couture-message-list img[alt="coat.png"]');
  await picture.waitFor();
  await desk.waitForFunction(
    (image) => (image as HTMLImageElement).naturalWidth === 1,
    await picture.elementHandle(),
  );
  await shopper.page
    .locator('couture-chat-composer input[type=file]')
    .setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') });
  await shopper.page.getByText('SVG drawings can’t be sent. Send the drawing as PNG, JPEG or PDF.').waitFor();
  await shopper.page
    .locator('couture-chat-composer input[type=file]')
    .setInputFiles({ name: 'receipt.pdf', mimeType: 'application/pdf', buffer: pdf });
  const file = desk.locator('couture-message-list').getByRole('link', { name: /receipt\.pdf/ });
  await file.waitFor();
  const fetched = await desk.request.get((await file.getAttribute('href')) ?? '');
  assert.equal(await fetched.body(), pdf);
  assert.match(fetched.headers()['content-disposition'] ?? '', /^attachment/);

  // The agent sees the shopper typing, too.
  await composer(shopper.page).pressSequentially('An');
  await desk.getByText('Axel is typing').waitFor();
  await composer(shopper.page).fill('');

  // Only agents see a private note.
  await desk.keyboard.press('n');
  await desk.waitForFunction(() => deepFocus()?.localName === 'textarea');
  await desk.keyboard.type('Wants it for Saturday');
  await desk.keyboard.press('Enter');
  await said(desk, 'Wants it for Saturday').waitFor();

  // Resolved, then reopened by a message.
  await desk.keyboard.press('Escape');
  await desk.keyboard.press('e');
  await shopper.page.getByText('The chat was marked as resolved').waitFor();
  await write(shopper.page, 'One more thing');
  await shopper.page.getByText('An agent will be with you in a moment').waitFor();
  assert.is(await said(shopper.page, 'Wants it for Saturday').count(), 0);

  // The agent ends the chat.
  await shopper.page.getByRole('button', { name: 'End', exact: true }).click();
  await shopper.page.getByRole('button', { name: 'End chat' }).click();
  await shopper.page.getByText('This chat has ended.').waitFor();
  await desk.locator('couture-message-list').getByText('The chat has ended').waitFor();
  await shopper.page.getByRole('button', { name: 'Start a new chat' }).click();
  await shopper.page.locator('couture-chat-start').waitFor();
  assert.equal([...shopper.errors, ...agent.errors], []);
});

test('both sides stay at the end of a chat with a tall picture, and keep their place when scrolled up', async ({
  shop,
}) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Portia', 'Look at this:');
  const agent = await atDesk(shop, 'staff');
  await take(agent.page, 'Portia');
  const log = (page: Page) => page.locator('[role=log]');
  const hidden = (page: Page) =>
    log(page).evaluate((each) => Math.round(each.scrollHeight - each.scrollTop - each.clientHeight));
  const atEnd = async (page: Page, what: string) => {
    await page.waitForTimeout(300);
    assert.is(await hidden(page), 0, what);
  };
  // 100 × 700 pixels, drawn by the browser.
  const tall = await shopper.page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 100, height: 700 });
    canvas.getContext('2d')!.fillRect(0, 0, 100, 700);
    return canvas.toDataURL().split(',')[1]!;
  });
  for (let at = 0; at < 3; at += 1)
    await shopper.page.locator('couture-chat-composer input[type=file]').setInputFiles({
      name: `tall${at}.png`,
      mimeType: 'image/png',
      buffer: Buffer.from(tall, 'base64'),
    });
  for (const { page } of [shopper, agent])
    await page.locator('couture-message-list img[alt="tall2.png"]').waitFor();
  await atEnd(shopper.page, 'the shopper, after sending pictures');
  await atEnd(agent.page, 'the agent, after receiving pictures');
  await write(agent.page, 'Very tall.');
  await said(shopper.page, 'Very tall.').waitFor();
  await atEnd(agent.page, 'the agent, after answering');
  await atEnd(shopper.page, 'the shopper, after the answer');
  await shopper.page.reload();
  await shopper.page.locator('couture-message-list img[alt="tall2.png"]').waitFor();
  await atEnd(shopper.page, 'the shopper, after a reload');
  // The shopper scrolls up, and stays there when a message arrives.
  await log(shopper.page).evaluate((each) => each.scrollTo(0, 0));
  await shopper.page.waitForTimeout(300);
  await write(agent.page, 'Are you there?');
  const more = shopper.page.getByRole('button', { name: 'New messages' });
  await more.waitFor();
  assert.is(await log(shopper.page).evaluate((each) => each.scrollTop), 0);
  await more.click();
  await atEnd(shopper.page, 'the shopper, after "New messages"');
  assert.is(await more.count(), 0);
  assert.equal([...shopper.errors, ...agent.errors], []);
});

test('messages take the room between the head of the panel and the field', async ({ shop }) => {
  for (const size of [
    { viewport: { width: 360, height: 640 } },
    { viewport: { width: 390, height: 664 } },
    desktop,
  ]) {
    const { page } = await shop.visit(size);
    await begin(page, 'Ines', 'Is it lined?');
    const [panel, log, field] = await Promise.all(
      ['section', '.log', 'couture-chat-composer'].map(async (part) => {
        const element = page.locator(`couture-chat ${part}`).first();
        return (await element.boundingBox())!;
      }),
    );
    assert.ok(log!.height > panel!.height * 0.6, `${log!.height} of ${panel!.height} px`);
    assert.ok(Math.abs(panel!.y + panel!.height - field!.y - field!.height) < 3, 'nothing below the field');
    const said = await page.locator('couture-message-list .bubble').first().boundingBox();
    assert.ok(
      said!.y >= log!.y && said!.y + said!.height <= log!.y + log!.height,
      'the message is seen whole',
    );
  }
});

test('a chat continues after a reload and on the next page, and counts unread messages', async ({ shop }) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Berta', 'Is it warm?');
  const agent = await atDesk(shop, 'staff');
  await take(agent.page, 'Berta');
  await write(agent.page, 'Very.');
  await said(shopper.page, 'Very.').waitFor();
  await shopper.page.reload();
  await said(shopper.page, 'Very.').waitFor();
  // Escape minimises the chat and moves the focus to the button that opens it.
  await composer(shopper.page).focus();
  await shopper.page.keyboard.press('Escape');
  await shopper.page.waitForFunction(() => deepFocus()?.className === 'launcher');
  await shopper.page.goto('/category/Dresses');
  await shopper.page.locator('couture-chat .launcher').waitFor();
  await write(agent.page, 'And light.');
  await shopper.page.getByRole('button', { name: 'Chat with us, 1 new' }).click();
  await said(shopper.page, 'And light.').waitFor();
  // The agent sees which page the shopper is on.
  await agent.page.locator('couture-shopper-panel').getByText('/category/Dresses').waitFor();
  await shopper.page.keyboard.press('Escape');
  assert.is(await shopper.page.locator('couture-chat .badge').count(), 0);
});

test('messages written offline survive a reload and are sent once', async ({ shop }) => {
  const shopper = await shop.visit(withWorker);
  await begin(shopper.page, 'Carla', 'Hello');
  await shopper.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await shop.goOffline(shopper.context);
  await shopper.page.getByText('Your messages will be sent').waitFor();
  await write(shopper.page, 'Are you there?');
  await shopper.page.getByText('Sending …').waitFor();
  await shopper.page.reload();
  await shop.goOnline(shopper.context);
  await shopper.page.waitForFunction(() => localStorage.getItem('couture-chat-unsent') === '[]', undefined, {
    timeout: 60_000,
  });
  await shopper.page.reload();
  await said(shopper.page, 'Are you there?').waitFor();
  assert.is(await said(shopper.page, 'Are you there?').count(), 1);
  assert.is(await shopper.page.getByText('Sending …').count(), 0);
});

test('agents: one takes the chat, others see who is viewing, it is transferred with a note and found by search', async ({
  shop,
}) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Doris', 'Where is my parcel?');
  const [first, second] = await Promise.all([atDesk(shop, 'staff'), atDesk(shop, 'admin')]);
  await row(first.page, 'Doris').click();
  await row(second.page, 'Doris').click();
  await first.page.getByText('Also viewing: Ada Admin').waitFor();
  await Promise.all([
    first.page.getByRole('button', { name: 'Take', exact: true }).click(),
    second.page
      .getByRole('button', { name: 'Take', exact: true })
      .click({ timeout: 2_000 })
      .catch(() => {}),
  ]);
  // The second agent sees who has the chat, and has no composer.
  await Promise.race([composer(first.page).waitFor(), composer(second.page).waitFor()]);
  const [owner, other] = (await composer(first.page).isVisible()) ? [first, second] : [second, first];
  const otherName = other === first ? 'Sam Staff' : 'Ada Admin';
  await other.page
    .getByText(`${owner === first ? 'Sam Staff' : 'Ada Admin'} is handling this chat.`)
    .waitFor();

  // A canned reply, created in the console.
  await owner.page.getByRole('button', { name: 'Replies' }).click();
  await owner.page.locator('couture-replies-dialog').getByLabel('Shortcut').fill('parcel');
  await owner.page.locator('couture-replies-dialog').getByLabel('Text').fill('It is on its way.');
  await owner.page.locator('couture-replies-dialog').getByRole('button', { name: 'Save' }).click();
  await owner.page.locator('couture-replies-dialog').getByText('/parcel').waitFor();
  await owner.page.locator('couture-replies-dialog').getByRole('button', { name: 'Close' }).click();
  await composer(owner.page).focus();
  await owner.page.keyboard.type('/par');
  await owner.page.getByRole('option', { name: /parcel/ }).waitFor();
  await owner.page.keyboard.press('Enter');
  await owner.page.keyboard.press('Enter');
  await said(shopper.page, 'It is on its way.').waitFor();

  // The chat is transferred, to an agent who comes back while the dialog is open.
  const isNow = (state: string) =>
    until(
      () =>
        other.page.evaluate(async (now) => {
          const headers = { 'Content-Type': 'application/json' };
          const body = JSON.stringify({ state: now });
          return (await fetch('/api/chat-agents/me', { method: 'POST', headers, body })).ok;
        }, state),
      `the server to take ${state}`,
    );
  await isNow('away');
  const to = owner.page.locator('couture-transfer-dialog select');
  await until(async () => {
    // A busy server may refuse to list the agents; the console says so, and another click asks again.
    // It may open between the look and the click, and cover the button.
    if (!(await to.isVisible()))
      await owner.page
        .getByRole('button', { name: 'Transfer', exact: true })
        .click({ timeout: 2_000 })
        .catch(() => {});
    return to.isVisible();
  }, 'the dialog of the transfer');
  await to.getByText(`${otherName} · away`).waitFor({ state: 'attached' });
  await isNow('available');
  // Chats of earlier tests may have been assigned to them meanwhile; the option counts them.
  const free = to.locator('option', { hasText: `${otherName} · available` });
  await free.waitFor({ state: 'attached' });
  await to.selectOption(await free.getAttribute('value'));
  await owner.page.getByLabel('Private note').fill('Knows the carrier');
  await owner.page.getByRole('button', { name: 'Transfer chat', exact: true }).click();
  await composer(other.page).waitFor();
  await said(other.page, 'Knows the carrier').waitFor();
  await shopper.page.getByText(`You’re chatting with ${otherName}`).waitFor();

  // A search by a word of the chat finds it, and it can be downloaded.
  await other.page.getByRole('button', { name: 'Return' }).click();
  await shopper.page.getByText('An agent will be with you in a moment').waitFor();
  const [download] = await Promise.all([
    other.page.waitForEvent('download'),
    other.page.getByRole('link', { name: 'Transcript' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^chat-.+\.txt$/);
  await other.page.getByPlaceholder('Search all chats').fill('nothing has these words');
  await other.page.getByText('No chats match your search.').waitFor();
  await other.page.getByPlaceholder('Search all chats').fill('parcel');
  await row(other.page, 'Doris').waitFor();
  await other.page.getByPlaceholder('Search all chats').press('Escape');
  assert.equal([...first.errors, ...second.errors], []);
});

test('the console works on a phone and by keyboard alone; both are accessible', async ({ shop }) => {
  const shopper = await shop.visit(letsAxeIn);
  await begin(shopper.page, 'Emil', 'Hello');
  await shopper.page.waitForTimeout(500);
  assert.equal(await violations(shopper.page, 'couture-shop'), []);
  const agent = await atDesk(shop, 'staff', { viewport: { width: 390, height: 844 }, ...letsAxeIn });
  await row(agent.page, 'Emil').waitFor();
  assert.equal(await violations(agent.page), []);
  const names = await agent.page.locator('couture-console .chat strong').allInnerTexts();
  for (let at = 0; at <= names.findIndex((name) => name.includes('Emil')); at++)
    await agent.page.keyboard.press('j');
  await said(agent.page, 'Hello').waitFor();
  // One pane at a time, and nothing wider than the screen.
  assert.not(await row(agent.page, 'Emil').isVisible());
  assert.ok(await agent.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await agent.page.keyboard.press('t');
  await composer(agent.page).waitFor();
  assert.equal(await violations(agent.page), []);
  await agent.page.keyboard.press('Escape');
  await agent.page.keyboard.press('p');
  await agent.page.locator('couture-shopper-panel').getByText('Guest (unverified)').waitFor();
  assert.equal(await violations(agent.page), []);
  await agent.page.keyboard.press('p');
  await agent.page.keyboard.press('Escape');
  await agent.page.locator('couture-console nav').waitFor();
  await agent.page.keyboard.press('?');
  await agent.page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
  assert.equal(await violations(agent.page), []);
});

test('the chat button covers no control that shoppers need to buy a product', async ({ shop }) => {
  for (const width of [320, 390, 1280]) {
    const { page } = await shop.visit({ viewport: { width, height: 800 } });
    await page.goto('/product/6');
    const actions = page.locator('couture-product-page .actions .button');
    await actions.first().waitFor();
    const launcher = (await page.locator('couture-chat .launcher').boundingBox())!;
    for (const action of await actions.all()) {
      const box = (await action.boundingBox())!;
      const apart = launcher.y >= box.y + box.height || launcher.y + launcher.height <= box.y;
      assert.ok(apart || launcher.x >= box.x + box.width, `${width}: ${JSON.stringify({ launcher, box })}`);
    }
  }
});

test('accounts without staff access see no console', async ({ shop }) => {
  const { page } = await shop.visit(desktop);
  // A shop that fails for a moment has not said that nobody is signed in.
  await page.route('**/api/session', (route) => route.fulfill({ status: 503, body: '' }));
  await page.goto('/console');
  await page.getByText('No response. Check your connection.').waitFor();
  const words = page.getByText('Sign in with a staff account.');
  assert.is(await words.count(), 0);
  await page.unroute('**/api/session');
  await words.waitFor();
  assert.is(await page.locator('couture-console nav').count(), 0);
  const [title, text] = await Promise.all([
    page.getByRole('heading', { name: 'Console' }).boundingBox(),
    words.boundingBox(),
  ]);
  assert.ok(title!.y + title!.height <= text!.y, 'the text is below the title');
});
