// Unusual text: pasted control characters, text that the server rejects, stored messages of an older version.
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { atDesk, begin, composer, said, take, write } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('odd text in the browser');

test.before(async (context) => {
  context.shop = await shopInBrowser();
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(({ shop }) => shop?.close());

const slide = 'Slide title\u000bsecond line\u0007\u200b';

test('a pasted control character breaks neither the chat, a note nor the start form', async ({ shop }) => {
  const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };
  const shopper = await shop.visit(clipboard);
  await begin(shopper.page, 'Vera\u000b', 'First\u000bwords');
  assert.is(await said(shopper.page, 'First').innerText(), 'First\nwords');
  const agent = await atDesk(shop, 'staff', clipboard);
  await take(agent.page, 'Vera');
  for (const [writer, reader] of [
    [shopper, agent],
    [agent, shopper],
  ] as const) {
    await writer.page.bringToFront();
    await writer.page.evaluate((text) => navigator.clipboard.writeText(text), slide);
    await composer(writer.page).focus();
    await writer.page.keyboard.press('Control+V');
    await writer.page.keyboard.press('Enter');
    await said(reader.page, 'second line').last().waitFor();
    await write(writer.page, `It goes on, ${writer === agent ? 'agent' : 'shopper'}`);
    await said(reader.page, `It goes on, ${writer === agent ? 'agent' : 'shopper'}`).waitFor();
  }
  assert.match(await said(shopper.page, 'second line').first().innerText(), /^Slide title\nsecond line/);
  await agent.page.getByRole('button', { name: 'Private note' }).click();
  const note = agent.page.locator('couture-chat-composer textarea[aria-label^="Note"]');
  assert.is(await note.getAttribute('maxlength'), '2000');
  await note.fill('A note\u000cof two pages');
  await note.press('Enter');
  await said(agent.page, 'A note').waitFor();
  for (const { page } of [shopper, agent])
    assert.equal(
      await page.evaluate(() =>
        ['couture-chat-unsent', 'couture-console-unsent'].map((key) => localStorage.getItem(key) ?? '[]'),
      ),
      ['[]', '[]'],
    );
  assert.equal([...shopper.errors, ...agent.errors], []);
});

test('invisible text cannot be sent', async ({ shop }) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Zoe', 'Hello');
  await composer(shopper.page).fill('\u200b\u2060 ');
  assert.is(await shopper.page.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
  await composer(shopper.page).press('Enter');
  await write(shopper.page, 'Seen');
  await said(shopper.page, 'Seen').waitFor();
  assert.is(await shopper.page.locator('couture-message-list .bubble').count(), 2);
});

test('invalid messages stored by an older version are repaired, also without a socket', async ({ shop }) => {
  for (const sockets of [true, false]) {
    const shopper = await shop.visit();
    await begin(shopper.page, 'Olga', 'Hello');
    await shopper.page.evaluate(() => {
      const { id } = JSON.parse(localStorage.getItem('couture-chat')!);
      const bodies = ['x'.repeat(4_001), 'poison\u000bheals', 'and the next one'];
      const unsent = bodies.map((body, at) => ({
        session_id: id,
        client_message_id: crypto.randomUUID(),
        content: { body },
        shown: body,
        at,
      }));
      localStorage.setItem('couture-chat-unsent', JSON.stringify(unsent));
    });
    if (!sockets) await shopper.page.routeWebSocket(/\/ws\/chat\//, (socket) => socket.close());
    await shopper.page.reload();
    await said(shopper.page, 'and the next one').waitFor();
    await shopper.page.waitForFunction(
      () => localStorage.getItem('couture-chat-unsent') === '[]',
      undefined,
      {
        timeout: 30_000,
      },
    );
    await shopper.page.getByText('Not sent: the text is too long').waitFor();
    assert.is(await said(shopper.page, 'heals').innerText(), 'poison\nheals');
    await write(shopper.page, 'It goes on');
    await said(shopper.page, 'It goes on').waitFor();
    await shopper.page.getByRole('button', { name: 'Remove' }).click();
    assert.is(await shopper.page.getByText('Not sent').count(), 0);
    assert.is(await shopper.page.getByText('no longer have access').count(), 0);
  }
});

test('a server that closes each socket after a bad frame is retried with backoff', async ({ shop }) => {
  const shopper = await shop.visit();
  await begin(shopper.page, 'Nora', 'Hello');
  const opened: number[] = [];
  await shopper.page.routeWebSocket(/\/ws\/chat\//, (socket) => {
    opened.push(performance.now());
    // As servers of the previous version do.
    socket.onMessage(() => void socket.close({ code: 4400, reason: 'bad_frame' }));
  });
  await shopper.page.reload();
  await shopper.page.getByText('Connection lost').waitFor();
  // Meanwhile messages are sent by plain requests.
  await write(shopper.page, 'By another way');
  await shopper.page.getByText('Sent ·').waitFor();
  await said(shopper.page, 'By another way').waitFor();
  assert.is(await shopper.page.getByText('no longer have access').count(), 0);
  await shopper.page.waitForFunction(() => localStorage.getItem('couture-chat-unsent') === '[]');
  assert.ok(opened.length >= 2);
});
