// People in a chat: a signed-in customer, the next user of the device, an agent with another tab in front, no agent at all;
// a guest who finds an order before the chat and rates it afterwards.
import type { Page } from 'playwright-core';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { desktop, type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, row, said, take, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser; closed: ShopInBrowser }>('people in a chat');

test.before(async (context) => {
  context.shop = await shopInBrowser({ COUTURE_RETURN_DAYS: '30' });
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(async ({ shop, closed }) => {
  await shop?.close();
  await closed?.close();
});

test('a signed-in customer needs no name, the console shows bag and orders, and signing out leaves nothing', async ({
  shop,
}) => {
  const { page, context, errors } = await shop.visit({ ...desktop, isMobile: false, hasTouch: false });
  // The same person starts a chat before signing in.
  await begin(page, 'Frieda', 'Do you ship to Graz?');
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByRole('button', { name: 'End chat' }).click();
  await page.getByRole('button', { name: 'Start a new chat' }).click();
  await page.locator('couture-chat-start').getByLabel('Your name').waitFor();
  await context.request.post('/demo/sign-in', { form: { sub: '7', role: 'customer' }, maxRedirects: 0 });
  await page.goto('/product/6');
  await page.getByRole('button', { name: 'Add to bag', exact: true }).first().click();
  const form = page.locator('couture-chat-start');
  await form.getByLabel('Your message').waitFor();
  await form.getByLabel('Your name').waitFor({ state: 'detached' });
  await form.getByLabel('Your message').fill('Is it lined?');
  await page.keyboard.press('Enter');
  await said(page, 'Is it lined?').waitFor();

  const { page: desk } = await atDesk(shop, 'staff');
  await desk.locator('couture-console button.chat', { hasText: 'Is it lined?' }).click();
  const panel = desk.locator('couture-shopper-panel');
  await panel.getByText('Signed in to the shop').waitFor();
  await panel.getByText('/product/6').waitFor();
  await panel.getByRole('heading', { name: /^Bag · / }).waitFor();
  await panel.getByRole('heading', { name: 'Orders' }).waitFor();
  assert.ok((await panel.locator('ul li strong').count()) > 0);

  // The next person on this device finds neither the customer's chat nor the guest's.
  await page.goto('/account');
  await said(page, 'Is it lined?').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You’re signed out.').first().waitFor();
  await form.getByLabel('Your name').waitFor();
  assert.is(await said(page, 'Is it lined?').count(), 0);
  assert.is(await form.getByLabel('Your name').inputValue(), '');
  assert.equal(
    await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('couture-chat'))),
    [],
  );
  const { cookies } = await context.storageState();
  assert.equal(cookies, []);
  await page.reload();
  await page.locator('couture-chat .launcher').click();
  await form.getByLabel('Your name').waitFor();

  // The customer's chat is still available on another device.
  const other = await shop.visit();
  await other.context.request.post('/demo/sign-in', {
    form: { sub: '7', role: 'customer' },
    maxRedirects: 0,
  });
  await other.page.goto('/');
  await other.page.locator('couture-chat .launcher').click();
  await said(other.page, 'Is it lined?').waitFor();
  assert.equal([...errors, ...other.errors], []);
});

test('a customer on phone and desktop: one chat, read, rated and ended once, and no draft is lost', async ({
  shop,
}) => {
  const [phone, other] = [
    await shop.visit(),
    await shop.visit({ ...desktop, isMobile: false, hasTouch: false }),
  ];
  for (const { page, context } of [phone, other]) {
    await context.request.post('/demo/sign-in', { form: { sub: '9', role: 'customer' }, maxRedirects: 0 });
    await page.goto('/');
  }
  await phone.page.locator('couture-chat .launcher').click();
  const form = phone.page.locator('couture-chat-start');
  await form.getByLabel('Your message').fill('Is the coat warm?');
  await phone.page.keyboard.press('Enter');
  await said(phone.page, 'Is the coat warm?').waitFor();
  // The desktop had loaded its page before the chat began.
  await other.page.locator('couture-chat .launcher').click();
  await said(other.page, 'Is the coat warm?').waitFor();
  const { page: desk } = await atDesk(shop, 'staff');
  await desk.locator('couture-console button.chat', { hasText: 'Is the coat warm?' }).click();
  await desk.getByRole('button', { name: 'Take', exact: true }).click();

  // What one device has read is unread on no other.
  await other.page.getByRole('button', { name: 'Minimise chat' }).click();
  await phone.page.getByRole('button', { name: 'Minimise chat' }).click();
  await write(desk, 'Very warm.');
  await other.page.getByRole('button', { name: 'Chat with us, 1 new' }).waitFor();
  await phone.page.getByRole('button', { name: 'Chat with us, 1 new' }).click();
  await said(phone.page, 'Very warm.').waitFor();
  await other.page.locator('couture-chat .badge').waitFor({ state: 'detached' });
  await other.page.locator('couture-chat .launcher').click();

  // The customer's own typing is shown to the agent alone; each message is on both devices once.
  await composer(other.page).pressSequentially('A draft on the desk');
  await desk.getByText(/ is typing/).waitFor();
  await write(phone.page, 'I take it.');
  for (const page of [phone.page, other.page, desk]) {
    await said(page, 'I take it.').waitFor();
    assert.is(await said(page, 'I take it.').count(), 1);
  }
  assert.is(await phone.page.locator('couture-chat .typing').count(), 0);
  assert.is(await composer(other.page).inputValue(), 'A draft on the desk');
  assert.is(await composer(phone.page).inputValue(), '');
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGM4IScnJ3cCAAcjAgnukg5ZAAAAAElFTkSuQmCC',
    'base64',
  );
  const file = { name: 'coat.png', mimeType: 'image/png', buffer: pixel };
  await phone.page.locator('couture-chat-composer input[type=file]').setInputFiles(file);
  for (const page of [phone.page, other.page, desk])
    await page.locator('couture-message-list img[alt="coat.png"]').waitFor();

  // Asked on both, rated on one.
  await desk.getByRole('button', { name: 'Resolve', exact: true }).click();
  const rating = (page: Page) => page.locator('couture-chat-rating');
  await rating(other.page).locator('.score').last().waitFor();
  await rating(phone.page).locator('.score').last().click();
  await rating(phone.page).getByRole('button', { name: 'Send rating' }).click();
  for (const page of [phone.page, other.page])
    await rating(page).getByText('Thank you for your rating').waitFor();
  assert.is(await rating(other.page).locator('.score').count(), 0);

  // Ended on the phone, while a text is being written on the desktop.
  await phone.page.getByRole('button', { name: 'End', exact: true }).click();
  await phone.page.getByRole('button', { name: 'End chat' }).click();
  await other.page.getByText('Your message wasn’t sent').waitFor();
  assert.is(await other.page.locator('.unfinished').innerText(), 'A draft on the desk');
  await other.page.getByRole('button', { name: 'Start a new chat' }).click();
  assert.is(
    await other.page.locator('couture-chat-start').getByLabel('Your message').inputValue(),
    'A draft on the desk',
  );
  assert.equal([...phone.errors, ...other.errors], []);
});

test('an agent with two chats: the inactive one is counted; a hidden page plays a tone and notifies', async ({
  shop,
}) => {
  const [one, two] = await Promise.all([shop.visit(), shop.visit()]);
  const { page: desk, errors } = await atDesk(shop, 'admin', { permissions: ['notifications'] });
  await desk.evaluate(() => {
    const noticed: string[] = [];
    // A headless browser has neither notifications nor sound, so the test records both.
    class Shown extends EventTarget {
      static permission = 'granted';
      constructor(title: string) {
        super();
        noticed.push(title);
      }
      close() {}
    }
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
      noticed.push('tone');
      start.call(this, at);
    };
    Object.assign(globalThis, { Notification: Shown, noticed });
  });
  await begin(one.page, 'Gitti', 'Hello from Gitti');
  await begin(two.page, 'Hanna', 'Hello from Hanna');
  await take(desk, 'Gitti');
  await desk.getByRole('button', { name: /^Queue/ }).click();
  await take(desk, 'Hanna');
  await desk.getByRole('button', { name: /^Mine/ }).click();
  await row(desk, 'Gitti').waitFor();
  await desk.evaluate(() => {
    Object.defineProperty(document, 'hasFocus', { value: () => false });
    (globalThis as unknown as { noticed: string[] }).noticed.length = 0;
  });
  await write(one.page, 'Still there?');
  await row(desk, 'Gitti').locator('.count', { hasText: '1' }).waitFor();
  // The tone starts a little later: the windows first agree on which one plays it.
  const heard = () => (globalThis as unknown as { noticed: string[] }).noticed.includes('tone');
  await desk.waitForFunction(heard);
  const noticed = await desk.evaluate(() => (globalThis as unknown as { noticed: string[] }).noticed);
  assert.ok(noticed.includes('Gitti writes: Still there?'), noticed.join(', '));
  assert.match(await desk.title(), /^\(\d+\) /);
  await row(desk, 'Gitti').click();
  await said(desk, 'Still there?').waitFor();
  await row(desk, 'Gitti').locator('.count').waitFor({ state: 'detached' });
  // A resolved chat is listed under all chats, no longer under mine.
  await desk.getByRole('button', { name: 'Resolve', exact: true }).click();
  await row(desk, 'Gitti').waitFor({ state: 'detached' });
  await desk.getByRole('button', { name: 'All', exact: true }).click();
  await row(desk, 'Gitti').getByText('resolved').waitFor();
  // Only an admin can reassign another agent's chat.
  const { page: colleague } = await atDesk(shop, 'staff');
  await colleague.getByRole('button', { name: 'All', exact: true }).click();
  await row(colleague, 'Gitti').click();
  await colleague.getByRole('button', { name: 'Reopen' }).click();
  await composer(colleague).waitFor();
  await row(colleague, 'Hanna').click();
  await colleague.getByText('Ada Admin is handling this chat.').waitFor();
  assert.is(await colleague.getByRole('button', { name: 'Return', exact: true }).count(), 0);
  await desk.getByText('Sam Staff is handling this chat.').waitFor();
  await desk.getByRole('button', { name: 'Return', exact: true }).click();
  await desk.getByRole('button', { name: 'Take', exact: true }).waitFor();
  assert.equal(errors, []);
});

test('a guest finds an order, goes on to a chat with the question, gets a suggested reply, and rates the chat', async ({
  shop,
}) => {
  const [order] = (await queryDatabase<{ id: string; email: string }>(
    shop.databaseUrl,
    `select o.order_id::text as id, c.email from shop.orders o join shop.customer c using (customer_id)
     where o.status = 'shipped' order by o.created_at desc limit 1`,
  )) as [{ id: string; email: string }];
  const { page, errors } = await shop.visit();
  await page.goto('/product/6');
  await page.locator('couture-chat .launcher').click();
  const answers = page.locator('couture-chat-answers');
  await answers.getByRole('button', { name: 'Where is my order?' }).click();
  await answers.getByLabel('Order number').fill(order.id);
  await answers.getByLabel('Email address of the order').fill('someone@else.example');
  await page.keyboard.press('Enter');
  await answers.getByText('We can’t find an order').waitFor();
  assert.is(await answers.getByLabel('Order number').inputValue(), order.id);
  await answers.getByLabel('Email address of the order').fill(order.email);
  await page.keyboard.press('Enter');
  await answers.getByText(`You placed order ${order.id} on`).waitFor();
  await answers.getByRole('button', { name: 'Back' }).click();
  await answers.getByRole('button', { name: 'Is it in stock in my size?' }).click();
  await answers.getByText(/ is in stock in /).waitFor();
  await answers.getByRole('button', { name: 'Ask us in a chat' }).click();
  const form = page.locator('couture-chat-start');
  assert.match(await form.getByLabel('Your message').inputValue(), /^Is it in stock in my size\? /);
  await form.getByLabel('Your name').fill('Jutta');
  await form.getByRole('button', { name: /^(Start chat|Send message)$/ }).click();
  await said(page, 'Is it in stock in my size?').waitFor();

  const { page: desk, errors: atTheDesk } = await atDesk(shop, 'staff');
  await take(desk, 'Jutta');
  const suggested = desk.getByRole('region', { name: 'Suggested replies' });
  await suggested.getByText(/From the current stock of /).waitFor();
  await composer(desk).fill('One moment.');
  await desk.keyboard.press('Alt+1');
  assert.match(await composer(desk).inputValue(), /^One moment\.\n.* is in stock in /);
  assert.is(await said(page, 'is in stock in').count(), 0, 'nothing is sent by itself');
  await desk.keyboard.press('Enter');
  await said(page, 'is in stock in').waitFor();
  await suggested.waitFor({ state: 'detached' });
  await desk.getByRole('button', { name: 'Resolve', exact: true }).click();

  const rating = page.locator('couture-chat-rating');
  await rating.getByLabel('Very bad').focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown');
  await rating.getByLabel('Comment (optional)').fill('Quick answer');
  await rating.getByRole('button', { name: 'Send rating' }).click();
  await rating.getByText('Thank you for your rating: Good').waitFor();
  await desk.locator('couture-shown-rating').getByText('Quick answer').waitFor();
  assert.equal([...errors, ...atTheDesk], []);
});

test('without an agent at the console the chat promises no quick answer, and says when one is there', async ({
  shop,
}) => {
  const { page, errors } = await shop.visit();
  await page.clock.install();
  await page.goto('/');
  await page.locator('couture-chat .launcher').click();
  await page.getByText('Leave a message, and we’ll answer as soon as an agent is back.').waitFor();
  const form = page.locator('couture-chat-start');
  await form.getByLabel('Your name').fill('Wanda');
  await form.getByLabel('Your message').fill('Is anybody there?');
  await form.getByRole('button', { name: 'Send message' }).click();
  await page.getByText('Message received. We’ll answer as soon as an agent is back.').waitFor();
  const { page: desk } = await atDesk(shop, 'staff');
  const later = async () => {
    await page.clock.runFor(31_000);
  };
  const words = page.locator('couture-chat .sub');
  await until(async () => {
    await later();
    return (await words.innerText()) === 'An agent will be with you in a moment';
  }, 'the news of an agent');
  // Away at lunch, with the console open.
  await desk.getByRole('button', { name: 'Available' }).click();
  await desk.getByRole('button', { name: 'Away' }).waitFor();
  await until(async () => {
    await later();
    return (await words.innerText()).startsWith('Message received.');
  }, 'the news of the agent’s absence');
  await desk.getByRole('button', { name: 'Away' }).click();
  await take(desk, 'Wanda');
  await page.getByText('You’re chatting with Sam Staff').waitFor();
  assert.equal(errors, []);
});

test('outside business hours the form requires an email address and takes the message', async (context) => {
  const days = ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'];
  // Closed today and tomorrow, so closed in every time zone.
  const open = days[(new Date().getUTCDay() + 3) % 7];
  context.closed = await shopInBrowser({ COUTURE_CHAT_HOURS: `${open} 10:00-11:00` });
  const { page, errors } = await context.closed.visit();
  await page.goto('/');
  await page.locator('couture-chat .launcher').click();
  const form = page.locator('couture-chat-start');
  await page.getByText('We’re offline right now').waitFor();
  await form.getByLabel('Your name').fill('Ida');
  await form.getByLabel('Your message').fill('Call me back');
  await form.getByRole('button', { name: 'Send message' }).click();
  // The browser requires the address; nothing was sent.
  assert.is(
    await form.getByLabel('Email').evaluate((input: HTMLInputElement) => input.validity.valueMissing),
    true,
  );
  assert.is(await said(page, 'Call me back').count(), 0);
  await form.getByLabel('Email').fill('ida@example.org');
  await form.getByRole('button', { name: 'Send message' }).click();
  await page.getByText('Message received.').waitFor();
  const { page: desk } = await atDesk(context.closed, 'staff');
  await row(desk, 'Ida').click();
  await desk.getByText('ida@example.org (not verified) · left a message').waitFor();
  assert.ok(await composer(page).isVisible());
  assert.equal(errors, []);
});
