// The link of a mail opens its chat in a browser that has never seen it.
import { createHmac } from 'node:crypto';
import { queryDatabase } from '../../fixtures/database.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { type ShopInBrowser, shopInBrowser } from '../test-support/shop-in-browser.ts';
import { said } from '../test-support/two-sides.ts';

const test = suite<{ shop: ShopInBrowser }>('a link in a mail');

const chat = '40000000-0000-4000-8000-000000000001';

test.before(async (context) => {
  // Nothing is sent: no reply is due.
  context.shop = await shopInBrowser({
    COUTURE_SMTP_URL: 'smtp://127.0.0.1:1',
    COUTURE_MAIL_FROM: 'chat@shop.example',
    COUTURE_PUBLIC_URL: 'http://shop.example',
  });
});
test.afterEach(({ shop }) => shop.closeWindows());
test.after(({ shop }) => shop?.close());

test('it shows the chat, and leaves no key in the address', async ({ shop }) => {
  const key = Buffer.alloc(32, 7);
  await queryDatabase(
    shop.databaseUrl,
    `insert into couture.chat_session (session_id, visitor_key, email, name, state, assigned_to, last_seq)
       values ($1, 'guest:elsewhere', 'ida@example.com', 'Ida', 'resolved', null, 1)`,
    [chat],
  );
  await queryDatabase(
    shop.databaseUrl,
    `insert into couture.chat_message (session_id, seq, client_message_id, side, sender, sender_name, kind, body, created_at)
       values ($1, 1, gen_random_uuid(), 'staff', 'anna', 'Anna', 'text', 'We have it in blue.', now())`,
    [chat],
  );
  await queryDatabase(
    shop.databaseUrl,
    'insert into couture.chat_mail (session_id, reply_token, link_key, mailed_seq) values ($1, $2, $3, 1)',
    [chat, 'a'.repeat(20), key],
  );
  const { page } = await shop.visit();
  const claim = `return.${chat}.${Math.floor(Date.now() / 1_000) + 600}`;
  await page.goto(
    `/api/chat-mail/return?token=${claim}.${createHmac('sha256', key).update(claim).digest('base64url')}`,
  );
  await said(page, 'We have it in blue.').waitFor();
  assert.is(new URL(page.url()).hash, '');
  await page.reload();
  await said(page, 'We have it in blue.').waitFor();
  const { page: stranger } = await shop.visit();
  await stranger.goto(`/?chat=open#couture-chat=${chat}`);
  await stranger.locator('couture-chat-start').getByLabel('Your name').waitFor();
});

test('the pages of mail links have the look of the shop’s other pages', async ({ shop }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, errors } = await shop.visit({ viewport: { width: 320, height: 568 }, colorScheme });
    await page.goto('/api/chat-mail/unsubscribe?token=x');
    const { height } = (await page.getByRole('button').boundingBox())!;
    assert.ok(height >= 44, `${height} pixels`);
    const { x } = (await page.getByRole('heading').boundingBox())!;
    assert.ok(x >= 16, `${x} pixels`);
    assert.equal(errors, []);
  }
});
