// Push messages that the server sends by itself (chat replies, watched products, scheduled campaigns), and the ownership
// of subscriptions. Uses a push service that verifies and decrypts messages.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { Role } from '../../runtime/auth/principal.ts';
import { signToken } from '../../runtime/auth/sign-token.ts';
import { chatSubprotocol } from '../../runtime/contract/chat-protocol.ts';
import { Socket } from '../../runtime/test-support/chat-server.ts';
import type { Got } from '../../runtime/test-support/push-server.ts';
import { ChatProcess, ServerHere } from '../test-support/chat-processes.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';
import { type Body, secret } from '../test-support/sample-server.ts';

interface Setting {
  shop: PushShop;
  runtimes: [ServerHere, ServerHere];
}

const test = suite<Setting>('push of the runtime');
test.before(async (context) => {
  const shop = await pushShop();
  context.shop = shop;
  context.runtimes = [new ServerHere(shop.url, shop.env), new ServerHere(shop.url, shop.env)];
});
test.beforeEach(async ({ shop }) => {
  await shop.client.query(
    'truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_watched, couture.push_told',
  );
  shop.server.answer = () => ({ status: 201 });
});
test.afterEach(async ({ runtimes }) => {
  await Promise.all(runtimes.map((each) => each.end()));
});
test.after((context) => context.shop?.close());

/** Sends a request as a customer, an agent or a visitor. */
function asking(runtime: ServerHere, headers: Record<string, string>) {
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

/** The subscription that a browser sends. */
function browserOf({ server }: PushShop, name: string) {
  const { endpoint, p256dh, auth } = server.browser(name);
  return { endpoint, keys: { p256dh, auth } };
}

const notificationOf = ({ payload }: Got): Body => JSON.parse(payload!).notification;

test('a chat reply is pushed, without its text, to absent shoppers only', async ({
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
  await until(() => got().length === 1, 'the reply to arrive');
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
  // A tab in the background sees nothing.
  socket.say({ type: 'visible', on: false });
  let answers = 0;
  await until(async () => {
    await answer(`Are you there? ${++answers}`);
    return got().length > 1;
  }, 'the absent shopper to get another push message');
  assert.ok(got().length <= 1 + answers, 'the reply that was seen was pushed, too');
  socket.terminate();
});

for (const answer of [{ status: 403 }, { status: 429, headers: { 'Retry-After': '86400' } }]) {
  test(`subscriptions of one customer that answer ${answer.status} do not block replies to others`, async ({
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
    await until(() => got('bad5') > before, 'a request to every failing subscription');
    const good = `good${answer.status}`;
    await reply('8', [good]);
    await until(() => got(good) === 1, 'the reply to another customer');
  });
}

test('watchers of a product get one push message about a lower price or restock, from any process', async ({
  shop,
  runtimes,
}) => {
  const { rows } = await shop.client.query<{ customer: string; cheaper: string; back: string }>(
    `select w.customer_id::text as customer, min(p.product_id)::text as cheaper, max(p.product_id)::text as back
     from couture_source.watchlist w join couture_source.product p using (product_id)
     where p.inventory > 0 group by 1 having count(*) > 1 order by w.customer_id::text limit 2`,
  );
  const [one, other] = rows as [(typeof rows)[number], (typeof rows)[number]];
  await shop.subscribe([one.customer], { topics: ['prices', 'stock'], locale: 'ar-EG' });
  // The other customer subscribed to chat replies only.
  await shop.subscribe([other.customer], { topics: ['orders'] });
  const before = shop.server.got.length;
  const start = async () => {
    await Promise.all(runtimes.map((each) => each.start()));
  };
  const end = async () => {
    await Promise.all(runtimes.map((each) => each.end()));
  };
  // The first check records the current state, so nothing has changed yet.
  await start();
  await until(
    async () => ((await shop.client.query('select from couture.push_watched')).rowCount ?? 0) > 0,
    'a first check',
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
    shown.map(({ body, lang, dir, navigate }) => [body, lang, dir, navigate]),
    [
      ['انخفض السعر.', 'ar', 'rtl', `/product/${one.cheaper}`],
      ['متوفر من جديد.', 'ar', 'rtl', `/product/${one.back}`],
    ],
  );
});

test('next to a real shop, a price alert speaks its language, and a click opens the shop’s own page', async ({
  shop,
}) => {
  const shopUrl = 'https://lindmoe.example';
  const runtime = new ServerHere(shop.url, { ...shop.env, COUTURE_SHOP_URL: shopUrl, COUTURE_LOCALE: 'de' });
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
    await runtime.end();
  }
  // The subscription has no locale.
  const { navigate, body } = notificationOf(shop.server.got[before]!);
  assert.equal([navigate, body], [`${shopUrl}/product/${id}`, 'Jetzt günstiger.']);
});

test('price alerts compare with the price at the time the product was added to the watch list', async ({
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
  await runtime.end();
  await runtime.start();
  await delay(1_500);
  assert.is(shop.server.got.length, before);
  await runtime.end();
  await shop.client.query('update couture.push_watched set price = price + 10 where product_id = $1', [id]);
  await runtime.start();
  await until(() => shop.server.got.length > before, 'the alert for a later price drop');
  const { rows: told } = await shop.client.query('select from couture.push_told where customer_id = $1', [
    '0',
  ]);
  assert.equal(told, [], 'expired records were deleted');
});

// At the rate below, sending takes longer than a server needs to stop, even on a busy machine.
const people = Array.from({ length: 400 }, (_, n) => String(n + 1));
const stateOf = async (shop: PushShop, id: number) => (await shop.json('status', String(id))) as Body;

test('a scheduled campaign is sent by one process, and continues after SIGTERM and after a kill', async ({
  shop,
}) => {
  const [one, other] = [new ChatProcess(shop.url, shop.env), new ChatProcess(shop.url, shop.env)];
  await shop.subscribe(people);
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const words = '--title Sunday --body Sale --all --yes --rate 40 --concurrency 2'.split(' ');
  const { campaign: id } = (await shop.json('send', ...words, '--at', at)) as Body;
  const before = shop.server.got.length;
  await shop.client.query(
    `update couture.push_campaign set created_at = now() - interval '1 hour', starts_at = now() - interval '1 second'`,
  );
  try {
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
  } finally {
    await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')]);
  }
});

test('an interrupted campaign that was sent from the command line is not resumed by the server', async ({
  shop,
  runtimes: [runtime],
}) => {
  await shop.subscribe(people.slice(0, 2));
  const sent = (await shop.json('send', '--title', 'a', '--body', 'b', '--all')) as Body;
  await shop.client.query(`update couture.push_campaign set state = 'running'`);
  await shop.client.query(`update couture.push_delivery set state = 'sending' where subscription_id in
    (select min(subscription_id) from couture.push_delivery)`);
  const before = shop.server.got.length;
  // A later campaign that is due has arrived, so the first one was skipped.
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
  await until(async () => (await stateOf(shop, later.campaign)).state === 'done', 'the campaign that is due');
  assert.is(shop.server.got.length, before + 1);
  assert.is((await stateOf(shop, sent.campaign)).state, 'running');
});

test('only its owner can change or remove a subscription, but a new user of the browser takes it over', async ({
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
  // The subscription still exists; only its time is updated.
  assert.equal((await seven(save, own)).body.topics, ['news']);
  // The same browser with another person: the first person's subscription is gone.
  assert.is((await eight(save, own)).status, 200);
  assert.equal(await owners(), ['8', 'a-visitor-of-today']);
  assert.is((await seven(remove, { endpoint: own.endpoint })).status, 204);
  assert.is((await eight(remove, { endpoint: own.endpoint })).status, 204);
  assert.equal(await owners(), ['a-visitor-of-today']);
  // At most 16 subscriptions per customer: the least recently seen one is replaced.
  for (let n = 1; n <= 17; n++) await seven(save, browserOf(shop, `many-${n}`));
  const { rows } = await shop.client.query(
    `select endpoint from couture.push_subscription where customer_id = '7' order by subscription_id`,
  );
  assert.is(rows.length, 16);
  assert.match(rows[0].endpoint, /many-2$/);
});

test('a subscription may come flat and in the alphabet of btoa, and keeps its id', async ({
  shop,
  runtimes: [runtime],
}) => {
  await runtime.start();
  const visitor = asking(runtime, { 'X-Couture-Visitor': 'a-visitor-of-btoa' });
  const { endpoint, keys } = browserOf(shop, 'btoa');
  const btoa = (text: string) => Buffer.from(text, 'base64url').toString('base64');
  const save = 'POST /api/push-subscriptions';
  const flat = await visitor(save, { endpoint, p256dh: btoa(keys.p256dh), auth: btoa(keys.auth) });
  assert.is(flat.status, 201, JSON.stringify(flat.body));
  const again = await visitor(save, { endpoint, keys });
  assert.equal([again.status, again.body.id], [200, flat.body.id]);
  const { rows } = await shop.client.query(
    'select p256dh, auth from couture.push_subscription where endpoint = $1',
    [endpoint],
  );
  assert.equal(rows, [keys]);
  const half = await visitor(save, { endpoint, p256dh: keys.p256dh });
  assert.is(half.status, 400);
  assert.match(JSON.stringify(half.body), 'body.keys');
});
