// Answers over HTTP: to guests with an order's number and address, to customers, and to agents as suggested replies.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { type Body, ChatServer } from '../test-support/chat-server.ts';
import { ShopAnswers } from './shop-answers.ts';

const test = suite<{ server: ChatServer; order: { id: string; customer: string; email: string } }>(
  'answers from the shop’s data',
);

test.before(async (context) => {
  assert.type(ShopAnswers, 'function');
  const hours = { chatHours: 'Mo-Fr 09:00-18:00, Sa 22:00-02:00', chatTimeZone: 'Europe/Berlin' };
  const returns = { returnDays: 30, returnText: 'Print a label at https://shop.example/returns.' };
  const server = await ChatServer.start({
    ...hours,
    ...returns,
    trustProxy: 1,
    publicUrl: 'https://couture.example',
  });
  context.server = server;
  const { rows } = await server.client.query(
    `select o.order_id::text as id, o.customer_id::text as customer, c.email from shop.orders o join shop.customer c using (customer_id)
     where status = 'shipped' order by o.created_at desc limit 1`,
  );
  context.order = rows[0];
  await server.client.query(
    `insert into shop.product (product_id, name, description, category, price, inventory, group_id, colour, size, image_url, featured, on_sale, tags)
     select 900 + n, 'Linen Dress', '', category, 50, left_over, 900, colour, size, null, false, false, '{}'
     from (values (1, 'Navy', 'M', 3), (2, 'Navy', 'S', 0), (3, 'Red', 'M', 1), (4, 'Red', 'XL', 0), (5, 'Navy', 'L', 2)) v (n, colour, size, left_over),
       (select category from shop.product limit 1) c`,
  );
});
test.after((context) => context.server?.close());

/** Each test asks from an address of its own. */
let addresses = 0;
async function ask(server: ChatServer, body: Body, who = server.guest()) {
  addresses += 1;
  return who.ask('POST /api/chat-answers', body, { 'X-Forwarded-For': `10.1.0.${addresses}` });
}

test('an order is told to a guest with its number and address, in the language asked for', async ({
  server,
  order,
}) => {
  const asked = { topic: 'order', order_number: ` #${order.id}`, email: order.email.toUpperCase() };
  const { status, body } = await ask(server, { ...asked, language: 'de' });
  assert.is(status, 200);
  assert.is(body.orders.length, 1);
  assert.is(body.orders[0].stage, 'shipped');
  assert.match(body.text, new RegExp(`^Deine Bestellung ${order.id} vom .* Sie ist unterwegs\\.$`));
  assert.not.match(JSON.stringify(body), new RegExp(order.email, 'i'));
  assert.equal(Object.keys(body.orders[0]).sort(), [
    'items',
    'number',
    'ordered_at',
    'return_until',
    'stage',
    'status',
    'tracking_url',
  ]);
});

test('a wrong number and a wrong address get the same answer', async ({ server, order }) => {
  const answers = [
    await ask(server, { topic: 'order', order_number: order.id, email: 'else@shop.example' }),
    await ask(server, { topic: 'order', order_number: '99999999', email: order.email }),
    await ask(server, { topic: 'order', order_number: 'not a number', email: order.email }),
    await ask(server, { topic: 'return', order_number: '99999999', email: 'else@shop.example' }),
  ];
  const said = answers.map(({ status, body: { request_id: _, ...rest } }) => ({ status, ...rest }));
  assert.is(said[0]!.code, 'order_unknown');
  for (const each of said) assert.equal(each, said[0]);
});

test('an address that keeps guessing has to wait', async ({ server }) => {
  const guest = server.guest();
  const statuses: number[] = [];
  await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      const body = { topic: 'order', order_number: `7000${n}`, email: `guess${n}@shop.example` };
      const { status } = await guest.ask('POST /api/chat-answers', body, { 'X-Forwarded-For': '10.9.9.9' });
      statuses.push(status);
    }),
  );
  assert.equal(statuses.sort(), [...Array(8).fill(404), ...Array(4).fill(429)]);
});

test('a customer sees the newest own orders and until when they can be returned', async ({
  server,
  order,
}) => {
  const me = await server.signedIn(order.customer);
  const { body } = await ask(server, { topic: 'order', language: 'en' }, me);
  assert.is(body.orders[0].number, order.id);
  const { rows } = await server.client.query(
    `select distinct order_id::text as id from couture_source.order_line where customer_id = $1`,
    [order.customer],
  );
  const own = new Set(rows.map(({ id }) => id));
  for (const { number } of body.orders) assert.ok(own.has(number));
  const returns = await ask(server, { topic: 'return', language: 'en' }, me);
  assert.is(returns.body.days, 30);
  assert.match(returns.body.text, /^You can return items within 30 days of the order\. For order /);
  assert.match(returns.body.text, /Print a label at https:\/\/shop\.example\/returns\.$/);
  const rules = await ask(server, { topic: 'return', language: 'en' });
  assert.is(
    rules.body.text,
    'You can return items within 30 days of the order. Print a label at https://shop.example/returns.',
  );
  assert.is((await ask(server, { topic: 'order' })).status, 401);
  const none = await ask(server, { topic: 'order', language: 'en' }, await server.signedIn('424242'));
  assert.equal(none.body.orders, []);
});

test('a tracking link is told once the view has one', async ({ server, order }) => {
  const { rows } = await server.client.query(`select pg_get_viewdef('couture_source.order_line') as text`);
  const view = rows[0].text.replace(/;$/, '');
  await server.client.query(
    `create or replace view couture_source.order_line as select v.*, 'https://parcels.example/' || order_id as tracking_url from (${view}) v`,
  );
  const { body } = await ask(server, {
    topic: 'order',
    order_number: order.id,
    email: order.email,
    language: 'en',
  });
  assert.match(body.text, new RegExp(`Track it here: https://parcels\\.example/${order.id}$`));
});

test('sizes in stock come from the live stock of all variants', async ({ server }) => {
  const stock = async (more: Body) =>
    (await ask(server, { topic: 'stock', product_id: 901, language: 'en', ...more })).body;
  // The catalogue learns of new products within a minute; until then, a variant stands alone.
  await server.client.query(
    `insert into couture.catalogue (lead_id, variants, category, name, price_cents, featured_key, rating_key, words, hash, on_sale, in_stock)
     values ('901', '{901,902,903,904,905}', '', 'Linen Dress', 5000, 0, 0, '', '\\x00', false, true) on conflict do nothing`,
  );
  assert.is((await stock({})).text, 'Linen Dress is in stock in Navy (M, L), Red (M). Sold out: S, XL.');
  assert.is((await stock({ size: 'm' })).text, 'Yes, Linen Dress is in stock in size M, in Navy, Red.');
  assert.is(
    (await stock({ size: 'xl' })).text,
    'Linen Dress is sold out in size XL at the moment. In stock: M, L.',
  );
  assert.is((await stock({ size: '46' })).text, 'Linen Dress doesn’t come in size 46. In stock: M, L.');
  await server.client.query('update shop.product set inventory = 0 where product_id between 901 and 905');
  await until(async () => (await stock({})).text.includes('sold out in all sizes'), 'the sale shows');
  await server.client.query('update shop.product set inventory = 4 where product_id = 901');
});

test('opening hours say when the shop is back', async ({ server }) => {
  const { body } = await ask(server, { topic: 'hours', language: 'en' });
  assert.match(
    body.text,
    /^You can reach us Mon–Fri 9:00.AM–6:00.PM; Sat 10:00.PM–2:00.AM \(Europe\/Berlin\)\. We’re /,
  );
});

test('an agent gets replies to what the shopper wrote, and orders only of a verified shopper', async ({
  server,
  order,
}) => {
  const anna = await server.agent();
  const suggestions = async (id: string) => (await anna.ask(`GET /api/chat-sessions/${id}/suggestions`)).body;
  const shopper = await server.signedIn(order.customer);
  const { id } = await shopper.begin('Wo ist meine Bestellung?', {
    page: '/product/901',
    email: 'me@shop.example',
  });
  const own = await suggestions(id);
  assert.equal(
    own.suggestions.map(({ topic, asked }: Body) => [topic, asked]),
    [
      ['order', true],
      ['stock', false],
    ],
  );
  assert.is(own.suggestions[0].about, order.id);
  assert.match(own.suggestions[0].text, /^Deine Bestellung/);
  assert.equal(own.not_verified, []);
  // A guest who calls themselves by the customer's address is still nobody.
  const guest = await server.guest().begin('Where is my order?', { name: 'Me', email: order.email });
  const others = await suggestions(guest.id);
  assert.equal(others, { suggestions: [], not_verified: ['order'] });
  assert.is((await shopper.ask(`GET /api/chat-sessions/${id}/suggestions`)).status, 403);
});

test('once the agent has replied, earlier questions are not suggested again', async ({ server }) => {
  const anna = await server.agent();
  const guest = server.guest();
  const { id } = await guest.begin('What are your opening hours?', { email: 'guest@shop.example' });
  const topics = async () =>
    (await anna.ask(`GET /api/chat-sessions/${id}/suggestions`)).body.suggestions.map(
      ({ topic }: Body) => topic,
    );
  assert.equal(await topics(), ['hours']);
  await anna.ask(`POST /api/chat-sessions/${id}/assign`);
  const message = { client_message_id: crypto.randomUUID(), body: 'From nine to six.' };
  await anna.ask('POST /api/chat-messages', { session_id: id, message });
  assert.equal(await topics(), []);
});
