// Requests as the clients of the original specification send them: the six lists, a chat, its names for fields.
import { assert, suite } from '../../fixtures/suite.ts';
import { type Body, type SampleServer, sampleServer } from '../test-support/sample-server.ts';

const test = suite<{ shop: SampleServer }>('original clients');
test.before(async (context) => {
  context.shop = await sampleServer();
});
test.after((context) => context.shop?.close());

test('the lists have the fields that the original components read', async ({ shop }) => {
  const fields = ['id', 'name', 'price', 'discounted_price', 'image_url', 'rating', 'on_sale'];
  for (const path of ['similar/6/', 'bought-together/6/', 'trending/', 'you-may-like/6/']) {
    const list = await shop.json(`/api/recommendations/${path}`);
    assert.ok(list.length > 0, path);
    for (const product of list) for (const field of fields) assert.ok(field in product, `${path} ${field}`);
  }
  const bundle = await shop.json('/api/recommendations/bundle/6/');
  assert.equal(
    Object.keys(bundle)
      .filter((key) => key !== 'discount')
      .sort(),
    ['bundle_price', 'original_price', 'products', 'savings'],
  );
  assert.is((await shop.get('/api/recommendations/similar/6/?limit=100')).status, 400, 'at most 24');
});

test('a chat starts with guest_name and current_page, and has an id', async ({ shop }) => {
  const body = { guest_name: 'Ada', subject: 'A size', current_page: `${shop.url}/product/6` };
  const response = await shop.post('/api/chat-sessions/', body);
  assert.is(response.status, 201);
  const session: Body = await response.json();
  assert.match(session.id, /^[0-9a-f-]{36}$/);
  assert.equal([session.name, session.subject], ['Ada', 'A size']);
  const { rows } = await shop.client.query(
    'select name, current_page from couture.chat_session where session_id = $1',
    [session.id],
  );
  assert.equal(rows, [{ name: 'Ada', current_page: `${shop.url}/product/6` }]);
  const empty = await fetch(`${shop.url}/api/chat-sessions`, { method: 'POST' });
  assert.is(empty.status, 201, 'a chat needs no body');
  const both = await shop.post('/api/chat-sessions', { name: 'Grace', guest_name: 'Ada' });
  assert.is(((await both.json()) as Body).name, 'Grace', 'the current name goes first');
});
