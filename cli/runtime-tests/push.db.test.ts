// What a serving runtime does about push by itself: answers in chats, watched products, campaigns whose time has come; and
// whose a browser is. Against a push service that verifies and decrypts.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { Role } from '../../runtime/auth/principal.ts';
import { signToken } from '../../runtime/auth/verify-token.ts';
import { chatSubprotocol } from '../../runtime/contract/chat-protocol.ts';
import { Socket } from '../../runtime/test-support/chat-server.ts';
import type { Got } from '../../runtime/test-support/push-server.ts';
import { ChatProcess } from '../test-support/chat-processes.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';
import { type Body, secret } from '../test-support/sample-server.ts';

interface Setting {
  shop: PushShop;
  runtimes: [ChatProcess, ChatProcess];
}

const test = suite<Setting>('push of the runtime');
test.before(async (context) => {
  const shop = await pushShop();
  context.shop = shop;
  context.runtimes = [new ChatProcess(shop.url, shop.env), new ChatProcess(shop.url, shop.env)];
});
test.beforeEach(async ({ shop }) => {
  await shop.client.query(
    'truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_watched, couture.push_told',
  );
  shop.server.answer = () => ({ status: 201 });
});
test.afterEach(async ({ runtimes }) => {
  await Promise.all(runtimes.map((each) => each.end('SIGTERM')));
});
test.after((context) => context.shop?.close());

/** Asks as a customer, an agent or a visitor. */
function asking(runtime: ChatProcess, headers: Record<string, string>) {
  return async (request: string, body?: unknown): Promise<{ status: number; body: Body }> => {
    const [method, path] = request.split(' ') as [string, string];
    const response = await fetch(runtime.url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
}

async function tokenOf(sub: string, roles: Role[] = ['customer']) {
  return { Authorization: `Bearer ${await signToken(secret, { sub, roles, lifetime: 600 })}` };
}

/** What a browser sends of itself. */
function browserOf({ server }: PushShop, name: string) {
  const { endpoint, p256dh, auth } = server.browser(name);
  return { endpoint, keys: { p256dh, auth } };
}

const notificationOf = ({ payload }: Got): Body => JSON.parse(payload!).notification;

test('an answer in a chat reaches who is away, without its words, and nobody who is there', async ({
  shop,
  runtimes: [runtime],
}) => {
  await runtime.start();
  const customer = await tokenOf('7');
  const ask = asking(runtime, customer);
  const agent = asking(runtime, await tokenOf('anna', ['staff']));
  assert.is((await ask('POST /api/push-subscriptions', browserOf(shop, 'seven'))).status, 201);
  const first = { client_message_id: randomUUID(), body: 'Hello?' };
  const { body: chat } = await ask('POST /api/chat-sessions', { message: first });
  const { id } = chat;
  await agent(`POST /api/chat-sessions/${id}/assign`, {});
  const before = shop.server.got.length;
  const answer = async (body: string) => {
    const sent = { session_id: id, message: { client_message_id: randomUUID(), body } };
    const { status } = await agent('POST /api/chat-messages', sent);
    assert.ok(status < 300, String(status));
  };
  const got = () => shop.server.got.slice(before);
  await answer('The secret of the coat');
  await until(() => got().length === 1, 'the answer arrives');
  const shown = notificationOf(got()[0]!);
  assert.is(shown.navigate, '/?chat=open');
  assert.not.match(got()[0]!.payload!, 'secret of the coat');
  assert.is(got()[0]!.headers.urgency, 'high');

  const socket = await Socket.open(`${runtime.url.replace('http', 'ws')}/ws/chat/${id}`, [chatSubprotocol], {
    Origin: runtime.url,
    ...customer,
  });
  socket.say({ type: 'resume', after: 0 });
  await socket.next('live');
  await answer('You are here');
  await socket.next('message', ({ message }) => message.body === 'You are here');
  socket.terminate();
  let answers = 0;
  await until(async () => {
    await answer(`Are you there? ${++answers}`);
    return got().length > 1;
  }, 'who has left is told again');
  assert.ok(got().length <= 1 + answers, 'the one that was seen was sent too');
});

for (const answer of [{ status: 403 }, { status: 429, headers: { 'Retry-After': '86400' } }]) {
  test(`browsers of one customer that answer ${answer.status} do not silence the replies to others`, async ({
    shop,
    runtimes: [runtime],
  }) => {
    await runtime.start();
    shop.server.answer = ({ path }) => (path.includes('bad') ? answer : { status: 201 });
    const agent = asking(runtime, await tokenOf('anna', ['staff']));
    const reply = async (customer: string, browsers: string[]) => {
      const ask = asking(runtime, await tokenOf(customer));
      for (const name of browsers) {
        const { status } = await ask('POST /api/push-subscriptions', browserOf(shop, name));
        assert.ok(status < 300, String(status));
      }
      const message = { client_message_id: randomUUID(), body: 'Hello?' };
      const { body: chat } = await ask('POST /api/chat-sessions', { message });
      await agent(`POST /api/chat-sessions/${chat.id}/assign`, {});
      const sent = { client_message_id: randomUUID(), body: 'Yes?' };
      await agent('POST /api/chat-messages', { session_id: chat.id, message: sent });
    };
    const got = (name: string) => shop.server.got.filter(({ path }) => path.endsWith(name)).length;
    const before = got('bad5');
    await reply('7', ['bad1', 'bad2', 'bad3', 'bad4', 'bad5']);
    await until(() => got('bad5') > before, 'all bad ones were asked');
    const good = `good${answer.status}`;
    await reply('8', [good]);
    await until(() => got(good) === 1, 'the reply to another customer');
  });
}

test('who watches a product hears of its price and its return, once, from whatever process', async ({
  shop,
  runtimes,
}) => {
  const { rows } = await shop.client.query<{ customer: string; cheaper: string; back: string }>(
    `select w.customer_id::text as customer, min(p.product_id)::text as cheaper, max(p.product_id)::text as back
     from couture_source.watchlist w join couture_source.product p using (product_id)
     where p.inventory > 0 group by 1 having count(*) > 1 order by w.customer_id::text limit 2`,
  );
  const [one, other] = rows as [(typeof rows)[number], (typeof rows)[number]];
  await shop.subscribe([one.customer], { topics: ['prices', 'stock'], locale: 'de-AT' });
  // The other one wants to hear of chats alone.
  await shop.subscribe([other.customer], { topics: ['orders'] });
  const before = shop.server.got.length;
  const start = async () => {
    await Promise.all(runtimes.map((each) => each.start()));
  };
  const end = async () => {
    await Promise.all(runtimes.map((each) => each.end('SIGTERM')));
  };
  // The first look finds how things are: nothing has changed yet.
  await start();
  await until(
    async () => ((await shop.client.query('select from couture.push_watched')).rowCount ?? 0) > 0,
    'a first look',
  );
  await end();
  assert.is(shop.server.got.length, before);
  const change = (set: string, ids: string[]) =>
    shop.client.query(`update couture.push_watched set ${set} where product_id = any($1)`, [ids]);
  await change('price = price + 10', [one.cheaper, other.cheaper]);
  await start();
  await until(() => shop.server.got.length > before, 'the price');
  await end();
  await change('in_stock = false', [one.back]);
  await start();
  await until(() => shop.server.got.length > before + 1, 'the return');
  await end();
  const shown = shop.server.got.slice(before).map(notificationOf);
  assert.equal(
    shown.map(({ body, navigate }) => [body, navigate]),
    [
      ['Jetzt günstiger.', `/product/${one.cheaper}`],
      ['Wieder verfügbar.', `/product/${one.back}`],
    ],
  );
});

test('beside a real shop a click on a price leads to the shop’s page', async ({ shop }) => {
  const shopUrl = 'https://lindmoe.example';
  const runtime = new ChatProcess(shop.url, { ...shop.env, COUTURE_SHOP_URL: shopUrl });
  const { rows } = await shop.client.query<{ customer: string; id: string }>(
    `select w.customer_id::text as customer, p.product_id::text as id
     from couture_source.watchlist w join couture_source.product p using (product_id) where p.inventory > 0 limit 1`,
  );
  const { customer, id } = rows[0]!;
  await shop.subscribe([customer], { topics: ['prices'] });
  await shop.client.query(
    `insert into couture.push_watched (product_id, price, in_stock)
     select product_id::text, coalesce(case when on_sale then discounted_price end, price) + 10, true
     from couture_source.product where product_id::text = $1`,
    [id],
  );
  const before = shop.server.got.length;
  try {
    await runtime.start();
    await until(() => shop.server.got.length > before, 'the price');
  } finally {
    await runtime.end('SIGTERM');
  }
  const { navigate } = notificationOf(shop.server.got[before]!);
  assert.is(navigate, `${shopUrl}/product/${id}`);
});

test('who begins to watch a product knows its price: only what changes after is told', async ({
  shop,
  runtimes,
}) => {
  const { rows } = await shop.client.query<{ id: string }>(
    `select product_id::text as id from couture_source.product p
     where inventory > 0 and exists (select from couture_source.watchlist w where w.product_id = p.product_id) limit 1`,
  );
  const [{ id }] = rows as [{ id: string }];
  const { rows: others } = await shop.client.query<{ customer: string }>(
    `select customer_id::text as customer from couture_source.customer c
     where not exists (select from couture_source.watchlist w where w.customer_id = c.customer_id) limit 1`,
  );
  const [{ customer }] = others as [{ customer: string }];
  await shop.subscribe([customer], { topics: ['prices'] });
  await shop.client.query(
    `insert into couture.push_watched (product_id, price, in_stock, dropped_at)
     select product_id::text, coalesce(case when on_sale then discounted_price end, price), true, now()
     from couture_source.product where product_id::text = $1`,
    [id],
  );
  await shop.client.query(
    `insert into couture.push_told (customer_id, product_id, kind, told_at) values ('0', '0', 'stock', now() - interval '2 days')`,
  );
  const before = shop.server.got.length;
  const [runtime] = runtimes;
  await runtime.start();
  const ask = asking(runtime, await tokenOf(customer));
  assert.is((await ask('POST /api/watchlist', { product_id: id })).status, 200);
  await runtime.end('SIGTERM');
  await runtime.start();
  await delay(1_500);
  assert.is(shop.server.got.length, before);
  await runtime.end('SIGTERM');
  await shop.client.query('update couture.push_watched set price = price + 10 where product_id = $1', [id]);
  await runtime.start();
  await until(() => shop.server.got.length > before, 'a price that fell later');
  const { rows: told } = await shop.client.query('select from couture.push_told where customer_id = $1', [
    '0',
  ]);
  assert.equal(told, [], 'what nothing depends on any more is kept');
});

// At the rate below they take longer than a runtime needs to end, on a busy machine too.
const people = Array.from({ length: 400 }, (_, n) => String(n + 1));
const stateOf = async (shop: PushShop, id: number) => (await shop.json('status', String(id))) as Body;

test('a campaign for later is sent by one runtime when its time comes, goes on after SIGTERM and after a kill', async ({
  shop,
  runtimes: [one, other],
}) => {
  await shop.subscribe(people);
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const words = [
    '--title',
    'Sunday',
    '--body',
    'Sale',
    '--all',
    '--yes',
    '--rate',
    '40',
    '--concurrency',
    '2',
  ];
  const { campaign: id } = (await shop.json('send', ...words, '--at', at)) as Body;
  const before = shop.server.got.length;
  await shop.client.query(
    `update couture.push_campaign set created_at = now() - interval '1 hour', starts_at = now() - interval '1 second'`,
  );
  await Promise.all([one.start(), other.start()]);
  await until(() => shop.server.got.length >= before + 10, 'some messages');
  await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')]);
  const left = await stateOf(shop, id);
  assert.equal([left.state, left.sending, left.doubtful], ['scheduled', 0, 0]);
  assert.ok(left.accepted < people.length);

  await one.start();
  await until(() => shop.server.got.length >= before + 30, 'more messages');
  await one.end('SIGKILL');
  await other.start();
  await until(async () => (await stateOf(shop, id)).state === 'done', 'the rest');
  const done = await stateOf(shop, id);
  assert.is(done.accepted, people.length);
  const paths = shop.server.got.slice(before).map((each) => each.path);
  assert.is(new Set(paths).size, people.length);
  assert.ok(paths.length - people.length <= done.doubtful && done.doubtful <= 6, String(done.doubtful));
});

test('a campaign that a person sent and that died is left to that person', async ({
  shop,
  runtimes: [runtime],
}) => {
  await shop.subscribe(people.slice(0, 2));
  const sent = (await shop.json('send', '--title', 'a', '--body', 'b', '--all')) as Body;
  await shop.client.query(`update couture.push_campaign set state = 'running'`);
  await shop.client.query(`update couture.push_delivery set state = 'sending' where subscription_id in
    (select min(subscription_id) from couture.push_delivery)`);
  const before = shop.server.got.length;
  // One that is due is sent after it: when that has arrived, the first was passed over.
  const later = (await shop.json(
    'send',
    '--title',
    'a',
    '--body',
    'b',
    '--user',
    '2',
    '--at',
    '2099-01-01',
  )) as Body;
  await shop.client.query('update couture.push_campaign set starts_at = now() where campaign_id = $1', [
    later.campaign,
  ]);
  await runtime.start();
  await until(async () => (await stateOf(shop, later.campaign)).state === 'done', 'the one that is due');
  assert.is(shop.server.got.length, before + 1);
  assert.is((await stateOf(shop, sent.campaign)).state, 'running');
});

test('a browser is its owner’s: others neither change nor remove it, but who sits at it takes it over', async ({
  shop,
  runtimes: [runtime],
}) => {
  await runtime.start();
  const [seven, eight] = [asking(runtime, await tokenOf('7')), asking(runtime, await tokenOf('8'))];
  const visitor = asking(runtime, { 'X-Couture-Visitor': 'a-visitor-of-today' });
  const own = browserOf(shop, 'own');
  const save = 'POST /api/push-subscriptions';
  const remove = 'POST /api/push-subscriptions/remove';
  const owners = async () =>
    (
      await shop.client.query(
        'select customer_id, visitor, topics from couture.push_subscription order by subscription_id',
      )
    ).rows.map(({ customer_id, visitor: who }) => customer_id ?? who);
  assert.is((await seven(save, { ...own, topics: ['news'] })).status, 201);
  // Knowing the endpoint is not enough.
  const guessed = { ...own, keys: { ...own.keys, auth: browserOf(shop, 'other').keys.auth } };
  for (const other of [eight, visitor]) {
    assert.is((await other(save, guessed)).status, 403);
    assert.is((await other(remove, { endpoint: own.endpoint })).status, 204);
    const replacing = { ...browserOf(shop, 'new'), replaces: own.endpoint };
    assert.ok((await other(save, replacing)).status <= 201);
  }
  assert.equal(await owners(), ['7', 'a-visitor-of-today']);
  // It is still there: nothing is changed but the time.
  assert.equal((await seven(save, own)).body, { topics: ['news'] });
  // The same browser, another person: what was the first one's is no more.
  assert.is((await eight(save, own)).status, 200);
  assert.equal(await owners(), ['8', 'a-visitor-of-today']);
  assert.is((await seven(remove, { endpoint: own.endpoint })).status, 204);
  assert.is((await eight(remove, { endpoint: own.endpoint })).status, 204);
  assert.equal(await owners(), ['a-visitor-of-today']);
  // Sixteen at most: the one that was not seen for longest makes room.
  for (let n = 1; n <= 17; n++) await seven(save, browserOf(shop, `many-${n}`));
  const { rows } = await shop.client.query(
    `select endpoint from couture.push_subscription where customer_id = '7' order by subscription_id`,
  );
  assert.is(rows.length, 16);
  assert.match(rows[0].endpoint, /many-2$/);
});
