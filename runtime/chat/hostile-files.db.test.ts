// Hostile content: files with scripts, other people's files, links, page addresses, and carts with forged prices.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type Body, ChatServer, type Person } from '../test-support/chat-server.ts';
import { acceptedType } from './files/attachment-file.ts';

const test = suite<{ server: ChatServer }>('hostile content');
test.before(async (context) => {
  assert.type(acceptedType, 'function');
  context.server = await ChatServer.start({ corsOrigins: 'https://shop.example' });
});
test.after((context) => context.server?.close());

test('the type of a file comes from its bytes: only pictures and PDF are accepted', async ({ server }) => {
  const shopper = server.guest();
  const { id } = await shopper.begin();
  const png = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
    Buffer.alloc(40).fill(1, 8),
  ]);
  const pdf = Buffer.from('%PDF-1.7\n');
  const upload = (content: Buffer, type: string, name = 'a.png') =>
    shopper.ask(`POST /api/chat-sessions/${id}/attachments`, content, {
      'Content-Type': type,
      'File-Name': encodeURIComponent(name),
    });
  for (const hostile of [
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<?xml version="1.0"?><svg/>',
    '<!doctype html><script>alert(1)</script>',
    'GIF8<script>',
    'MZ\x90\0',
    '',
  ]) {
    const refused = await upload(Buffer.from(hostile, 'latin1'), 'image/png');
    assert.equal([refused.status, refused.body.code], [415, 'attachment_refused'], hostile);
  }
  const picture = await upload(png, 'text/html', '../../<b>x</b>.html');
  assert.equal([picture.status, picture.body.type, picture.body.name], [201, 'image/png', 'b.png']);
  const document = (await upload(pdf, 'image/png', 'bill.exe')).body;
  assert.equal([document.type, document.name], ['application/pdf', 'bill.pdf']);
  const shown = await shopper.ask(`GET ${picture.body.url}`);
  assert.is(shown.headers.get('content-type'), 'image/png');
  assert.is(shown.headers.get('x-content-type-options'), 'nosniff');
  assert.is(shown.headers.get('content-disposition'), 'inline');
  assert.match(shown.headers.get('content-security-policy')!, 'sandbox');
  assert.match(shown.headers.get('cache-control')!, 'no-store');
  const saved = await shopper.ask(`GET ${document.url}`);
  assert.match(saved.headers.get('content-disposition')!, /^attachment; filename="[0-9a-f-]{36}\.pdf"$/);
  const large = await upload(Buffer.concat([png, Buffer.alloc(5 * 1_024 * 1_024)]), 'image/png');
  assert.is(large.status, 413);
});

test('only participants of its chat can read a file, and its uploader can send it once', async ({
  server,
}) => {
  const [shopper, other] = [server.guest(), server.guest()];
  const [{ id }, { id: elsewhere }] = [await shopper.begin(), await other.begin()];
  const gif = Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(20, 1)]);
  const { body: file } = await shopper.ask(`POST /api/chat-sessions/${id}/attachments`, gif);
  assert.is((await other.ask(`GET ${file.url}`)).status, 404);
  assert.is((await other.ask(`GET ${file.url.replace(id, elsewhere)}`)).status, 404);
  const agent = await server.agent();
  assert.is((await agent.ask(`GET ${file.url}`)).status, 404, 'agents cannot read it before it is sent');
  const send = (person: Person, session_id: string) =>
    person.ask('POST /api/chat-messages', {
      session_id,
      message: { client_message_id: randomUUID(), attachment_id: file.id },
    });
  assert.is((await send(other, elsewhere)).status, 400);
  const sent = await send(shopper, id);
  assert.equal([sent.status, sent.body.kind, sent.body.attachment.id], [201, 'attachment', file.id]);
  assert.is((await send(shopper, id)).status, 400);
  assert.is((await agent.ask(`GET ${file.url}`)).status, 200);
});

test('links are plain text, and page addresses are stored without query and fragment', async ({ server }) => {
  const shopper = server.guest();
  const text = '<a href="javascript:alert(1)">x</a> javascript:alert(2) https://evil.example';
  const begun = await shopper.begin(text, { page: `${server.url}/product/3?token=secret#here` });
  assert.is(begun.messages[0].body, text, 'stored unchanged, to be shown as text');
  const agent = await server.agent();
  const { body } = await agent.ask(`GET /api/chat-sessions/${begun.id}/shopper`);
  assert.is(body.current_page, `${server.url}/product/3`);
  for (const page of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd']) {
    await shopper.ask(`POST /api/chat-sessions/${begun.id}/context`, { page });
    await delay(1_100);
    const now = await agent.ask(`GET /api/chat-sessions/${begun.id}/shopper`);
    assert.is(now.body.current_page, `${server.url}/product/3`);
  }
});

test('a reported cart supplies ids and quantities; names and prices come from the shop', async ({
  server,
}) => {
  const shopper = await server.signedIn('7');
  const { id } = await shopper.begin('Hi', { cart: [{ product_id: 3, quantity: 2 }] });
  const priced = await shopper.ask(`POST /api/chat-sessions/${id}/context`, {
    cart: [{ product_id: 4, quantity: 1, price: 0.01 }],
  });
  assert.is(priced.status, 204);
  const agent = await server.agent();
  const body = await until(async () => {
    const { body: seen } = await agent.ask(`GET /api/chat-sessions/${id}/shopper`);
    return seen.cart[0]?.product.id === 4 && seen;
  }, 'the agent to see the new cart');
  const { body: product } = await shopper.ask('GET /api/products/4');
  assert.equal(
    body.cart.map((line: Body) => [line.product.id, line.quantity, line.product.price]),
    [[4, 1, product.price]],
  );
  assert.is(body.verified, true);
  assert.ok(body.orders.length > 0, 'the customer’s own orders');
});
