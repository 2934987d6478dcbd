// Journeys in a simulated shop send what an oracle expects and nothing else; `couture push journeys` shows and switches them.
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { runJourney } from '../../runtime/push/journeys/run-journey.ts';
import { drawOf } from '../../sql/draw.ts';
import { openPool } from '../../sql/pool.ts';
import { midnightZone, noonZone } from '../test-support/day-zones.ts';
import { type PushShop, pushShop } from '../test-support/push-shop.ts';
import { deliveryOf, journeyRun, simulateJourneys } from '../test-support/simulated-journeys.ts';

const test = suite<{ shop: PushShop }>('journeys');
test.before(async (context) => {
  context.shop = await pushShop();
});
test.after((context) => context.shop?.close());

test('only the journeys of watched products are on by default; others are previewed, switched and run', async ({
  shop,
}) => {
  const journeys = (await shop.json('journeys', 'list')).journeys as unknown as Array<
    Record<string, unknown>
  >;
  assert.equal(
    journeys.filter(({ enabled }) => enabled).map(({ journey }) => journey),
    ['price-drop', 'back-in-stock'],
  );
  const { rows } = await shop.client.query<{ id: string }>(
    'select product_id::text as id from couture_source.product where inventory > 0 order by product_id limit 3',
  );
  const people = ['1', '2', '3', '4', '5', '6', '7', '8'];
  await shop.subscribe(people, { timeZone: noonZone() });
  await shop.client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer)
     select now() - interval '5 hours', 'view', 'product_page', $1, 1, c from unnest($2::text[]) c`,
    [rows[0]!.id, people],
  );
  await shop.client.query("update shop.orders set status = 'cancelled' where customer_id <= 8");
  const preview = await shop.json('journeys', 'preview', 'viewed');
  assert.is(preview.occasions, 8);
  assert.match(JSON.stringify(preview.examples), /"url":"[^"]*\/product\/\d+"/);
  assert.is(shop.server.got.length, 0);
  assert.equal(await shop.json('journeys', 'enable', 'viewed', '--holdout', '0.5'), {
    journey: 'viewed',
    enabled: true,
    holdout: 0.5,
  });
  const run = await shop.json('journeys', 'run', 'viewed');
  const { rows: held } = await shop.client.query<{ customer: string }>(
    `select customer_id as customer from couture.push_occasion where state = 'held_out' order by 1`,
  );
  assert.ok(held.length > 0 && held.length < 8);
  assert.equal([run.accepted, shop.server.got.length], [8 - held.length, 8 - held.length]);
  assert.is((await shop.json('journeys', 'run', 'viewed')).settled, 0, 'nobody gets it twice');
  assert.is((await shop.couture('journeys', 'run', 'birthday')).code, 2);
  assert.is((await shop.couture('journeys', 'enable', 'viewed', '--holdout', '2')).code, 2);
  assert.equal((await shop.json('status')).campaigns, []);
  await shop.json('journeys', 'disable', 'viewed');
  await shop.client.query(
    `update couture.push_occasion set created_at = now() - interval '90 days';
     update couture.push_occasion set created_at = now() - interval '101 days' where customer_id = (
       select min(customer_id) from couture.push_occasion where state = 'done')`,
  );
  assert.is((await shop.json('prune', '--campaigns', '1', '--dry-run')).occasions, 1);
  assert.is((await shop.json('prune', '--campaigns', '1')).occasions, 1);
  const kept = await shop.client.query('select from couture.push_delivery');
  assert.is(kept.rowCount, 7 - held.length, 'a message goes with its occasion');
  await shop.client.query(
    'truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion',
  );
  await shop.client.query('delete from couture.push_journey; delete from couture.recommendation_event');
});

test('a bag is reminded of once, unless something was ordered, the bag was emptied or everything is sold out', async ({
  shop,
}) => {
  const { client } = shop;
  const { rows: products } = await client.query<{ id: string }>(
    'select product_id::text as id from couture_source.product where inventory > 0 order by product_id limit 3',
  );
  const [first, second, third] = products.map(({ id }) => id) as [string, string, string];
  const people = Array.from({ length: 7 }, (_, n) => String(n + 11));
  await client.query(
    `update shop.orders set created_at = now() - interval '60 days' where customer_id between 11 and 17`,
  );
  await shop.subscribe(people.slice(0, 6), { topics: ['bag'], timeZone: noonZone(), locale: 'de-AT' });
  await shop.subscribe(people.slice(6), { topics: ['news'], timeZone: noonZone() });
  const bag = (customer: string, hours: number, ...ids: string[]) =>
    client.query(
      `insert into couture.bag (customer_id, items, changed_at) values ($1, $2, now() - $3 * interval '1 hour')`,
      [customer, JSON.stringify(ids.map((id) => ({ product_id: id, quantity: 1 }))), hours],
    );
  await bag('11', 5, first, second);
  await bag('12', 5, first, third);
  await bag('13', 3, first);
  await bag('14', 29, first);
  await bag('15', 5, third);
  await bag('16', 5, first);
  await bag('17', 5, first);
  await client.query('update shop.product set inventory = 0 where product_id = $1', [third]);
  const before = shop.server.got.length;
  const preview = await shop.json('journeys', 'preview', 'bag');
  assert.is(preview.occasions, 3, 'not: too early, too late, sold out, other topics');
  const due = (preview.examples as unknown as { customer: string }[]).map(({ customer }) => customer);
  await shop.json('journeys', 'enable', 'bag', '--holdout', '0.5');
  const half = await shop.json('journeys', 'preview', 'bag');
  const sent = due.filter((customer) => drawOf('bag', customer) >= 0.5).length;
  assert.equal([half.occasions, half.held_out], [sent, 3 - sent], 'those who are held out are no examples');
  await shop.json('journeys', 'enable', 'bag', '--holdout', '0');
  // Ordered something else meanwhile.
  await client.query(
    `with made as (insert into shop.orders (order_id, customer_id, status, created_at)
       select max(order_id) + 1, 16, 'paid', now() from shop.orders returning order_id)
     insert into shop.order_line (order_id, product_id, quantity, unit_price) select order_id, $1, 1, 10 from made`,
    [second],
  );
  const run = await shop.json('journeys', 'run', 'bag');
  assert.is(run.accepted, 2);
  const got = shop.server.got.slice(before).map(({ path, payload }) => {
    const { title, body, navigate, actions } = JSON.parse(payload!).notification;
    assert.equal(actions, [{ action: '1', title: 'Mitteilungen verwalten', navigate: '/account' }]);
    return { to: path.split('/').pop(), title, body, navigate };
  });
  const names = await client.query<{ id: string; name: string }>(
    'select product_id::text as id, name from couture_source.product where product_id = any ($1)',
    [[first, second]],
  );
  const nameOf = (id: string) => names.rows.find((each) => each.id === id)!.name;
  got.sort((a, b) => Number(a.to) - Number(b.to));
  assert.equal(
    got.map(({ to, title, navigate }) => [to, title, navigate]),
    [
      ['11', 'Noch in deiner Tasche', '/cart'],
      ['12', 'Noch in deiner Tasche', '/cart'],
    ],
  );
  assert.ok(got[0]!.body.startsWith(nameOf(second)), 'the newest item');
  assert.ok(got[1]!.body.startsWith(nameOf(first)), 'the newest that can be bought');
  // Found, and waiting for the end of quiet hours: the bag is read again when the message is sent.
  await client.query('truncate couture.push_occasion, couture.push_delivery');
  await client.query(`update couture.push_subscription set time_zone = $1`, [midnightZone()]);
  assert.is((await shop.json('journeys', 'run', 'bag')).accepted, 0);
  await client.query(
    `delete from couture.bag where customer_id = '11';
     update couture.push_delivery set next_at = now() where state = 'waiting'`,
  );
  await client.query(`update couture.push_subscription set time_zone = $1`, [noonZone()]);
  assert.is((await shop.json('journeys', 'run', 'bag')).accepted, 1);
  const { rows: skipped } = await client.query(
    `select customer_id, reason from couture.push_delivery where state = 'skipped'`,
  );
  assert.equal(skipped, [{ customer_id: '11', reason: 'bag' }]);
  await client.query(
    `truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion, couture.bag`,
  );
  await client.query('update shop.product set inventory = 5 where product_id = $1', [third]);
});

test('a message that waited is not sent to who turned it off, left, or has the browser of another now', async ({
  shop,
}) => {
  const { client } = shop;
  const people = ['31', '32', '33', '34'];
  await shop.subscribe(people, { topics: ['news'], timeZone: midnightZone() });
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer)
     select now() - interval '5 hours', 'view', 'product_page',
       (select product_id::text from couture_source.product where inventory > 0 order by product_id limit 1), 1, c
     from unnest($1::text[]) c`,
    [people],
  );
  await client.query("update shop.orders set status = 'cancelled' where customer_id between 31 and 34");
  await shop.json('journeys', 'enable', 'viewed', '--holdout', '0');
  assert.is((await shop.json('journeys', 'run', 'viewed')).accepted, 0);
  await client.query(
    `update couture.push_subscription set topics = '{orders}' where customer_id = '31';
     update couture.push_subscription set customer_id = '35' where customer_id = '32';
     delete from couture.push_subscription where customer_id = '33';
     update couture.push_delivery set next_at = now() where state = 'waiting'`,
  );
  await client.query('update couture.push_subscription set time_zone = $1', [noonZone()]);
  const before = shop.server.got.length;
  assert.is((await shop.json('journeys', 'run', 'viewed')).accepted, 1);
  assert.equal(
    shop.server.got.slice(before).map(({ path }) => path.split('/').at(-1)),
    ['34'],
  );
  const { rows } = await client.query<{ customer_id: string; state: string; reason: string | null }>(
    'select customer_id, state, reason from couture.push_delivery where customer_id = any ($1::text[]) order by 1',
    [people],
  );
  assert.equal(
    rows.map(({ customer_id: id, state, reason }) => [id, state, reason]),
    [
      ['31', 'skipped', 'unsubscribed'],
      ['32', 'skipped', 'unsubscribed'],
      ['33', 'gone', 'unsubscribed'],
      ['34', 'accepted', null],
    ],
  );
  await shop.json('journeys', 'disable', 'viewed');
  await client.query(
    `truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion,
       couture.recommendation_event`,
  );
});

test('a change of an order is announced once, in the language of the browser, and nothing from before the first look', async ({
  shop,
}) => {
  const { client } = shop;
  await shop.subscribe(['21', '22'], { timeZone: noonZone(), locale: 'de-AT' });
  await shop.subscribe(['23'], { topics: ['news'], timeZone: noonZone() });
  const { rows } = await client.query(
    `update shop.orders set status = 'paid', created_at = now() - interval '2 days' where order_id in (
       select max(order_id) from shop.orders where customer_id in (21, 22, 23) group by customer_id) returning order_id`,
  );
  assert.is(rows.length, 3);
  const ids = (customer: number) => `(select max(order_id) from shop.orders where customer_id = ${customer})`;
  const become = (customer: number, status: string) =>
    client.query(`update shop.orders set status = $1 where order_id = ${ids(customer)}`, [status]);
  await become(22, 'shipped');
  const before = shop.server.got.length;
  const run = async () => {
    const from = shop.server.got.length;
    await shop.json('journeys', 'run', 'order-status');
    return shop.server.got.slice(from).map(({ path, payload }) => {
      const { title, navigate } = JSON.parse(payload!).notification;
      return [path.split('/').pop(), title, navigate];
    });
  };
  assert.equal(await run(), [], 'the first look reports nothing, however far an order is');
  await become(21, 'shipped');
  await become(23, 'shipped');
  const preview = await shop.json('journeys', 'preview', 'order-status');
  assert.is(preview.occasions, 1);
  assert.equal(
    (await client.query('select stage from couture.push_order where changed_at is not null')).rows,
    [],
    'a preview notes nothing',
  );
  assert.equal(await run(), [['21', 'Deine Bestellung ist unterwegs', '/account']]);
  assert.equal(await run(), []);
  await become(21, 'paid');
  assert.equal(await run(), [], 'no way back');
  await become(21, 'shipped');
  assert.equal(await run(), [], 'not a second time');
  await become(22, 'delivered');
  await become(21, 'delivered');
  assert.equal((await run()).map(([to]) => to).sort(), ['21', '22']);
  // Found, and on to another stage before the end of quiet hours.
  await client.query(`update couture.push_order set stage = 'processing' where changed_at is not null`);
  await client.query('delete from couture.push_occasion');
  await client.query('update couture.push_subscription set time_zone = $1', [midnightZone()]);
  assert.equal(await run(), []);
  await become(21, 'paid');
  await client.query(`update couture.push_delivery set next_at = now() where state = 'waiting'`);
  await client.query(`update couture.push_subscription set time_zone = $1`, [noonZone()]);
  assert.equal(
    (await run()).map(([to]) => to),
    ['22'],
  );
  const { rows: skipped } = await client.query(
    `select customer_id, reason from couture.push_delivery where state = 'skipped'`,
  );
  assert.equal(skipped, [{ customer_id: '21', reason: 'stage' }]);
  // After a pause of a day nobody knows when a change was.
  await client.query(`update couture.push_journey set looked_at = now() - interval '25 hours'`);
  await become(22, 'shipped');
  await client.query(`update couture.push_order set stage = 'processing'`);
  assert.equal(await run(), []);
  assert.is(shop.server.got.length, before + 4);
  await client.query(
    `truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion, couture.push_order;
     delete from couture.push_journey`,
  );
});

test('a journey that began days ago still waits for a push service that asks it to', async ({ shop }) => {
  const { client, server } = shop;
  await shop.subscribe(['31', '32'], { topics: ['bag'], timeZone: noonZone() });
  await client.query(
    `update shop.orders set created_at = now() - interval '60 days' where customer_id in (31, 32)`,
  );
  const bag = (customer: string) =>
    client.query(
      `insert into couture.bag (customer_id, items, changed_at)
       select $1, jsonb_build_array(jsonb_build_object('product_id', product_id::text, 'quantity', 1)), now() - interval '5 hours'
       from couture_source.product where inventory > 0 order by product_id limit 1`,
      [customer],
    );
  await bag('31');
  assert.is((await shop.json('journeys', 'run', 'bag')).accepted, 1);
  await client.query(`update couture.push_campaign set started_at = now() - interval '3 days'`);
  await bag('32');
  server.answer = () => ({ status: 429, headers: { 'Retry-After': '60' } });
  assert.equal((await shop.json('journeys', 'run', 'bag')).put_off, 1);
  server.answer = () => ({ status: 201 });
  await client.query(`update couture.push_delivery set next_at = now() where state = 'waiting'`);
  assert.is((await shop.json('journeys', 'run', 'bag')).accepted, 1);
  await client.query(
    `truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion, couture.bag;
     delete from couture.push_journey`,
  );
});

test('a journey that loses Postgres while it reads its trigger reads it again after the reconnect', async ({
  shop,
}) => {
  const { client, url } = shop;
  await shop.subscribe(['41', '42'], { topics: ['bag'], timeZone: noonZone() });
  await client.query(
    `update shop.orders set created_at = now() - interval '60 days' where customer_id in (41, 42)`,
  );
  await client.query(
    `insert into couture.bag (customer_id, items, changed_at)
     select c, (select jsonb_build_array(jsonb_build_object('product_id', min(product_id)::text, 'quantity', 1))
       from couture_source.product where inventory > 0), now() - interval '5 hours' from unnest('{41,42}'::text[]) c`,
  );
  const [pool, delivery] = [openPool(url, { max: 2 }), deliveryOf(shop)];
  const states: string[] = [];
  try {
    await client.query('begin; lock table couture.bag');
    const run = { ...journeyRun(shop, pool, delivery), onConnection: (state: string) => states.push(state) };
    const running = runJourney(pool, { name: 'bag', enabled: true, holdout: 0 }, run);
    const ended = () =>
      client.query(
        `select pg_terminate_backend(l.pid) from pg_locks l join pg_class c on c.oid = l.relation
         where not l.granted and c.relname = 'bag'`,
      );
    await until(async () => (await ended()).rowCount === 1, 'the trigger waits for the table');
    await client.query('commit');
    assert.is((await running).accepted, 2);
    assert.equal(states, ['lost', 'back']);
  } finally {
    delivery.close();
    await pool.end();
  }
  await client.query(
    `truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion, couture.bag;
     delete from couture.push_journey`,
  );
});

test('each journey sends what the oracle expects, within caps and quiet hours', async ({ shop }) => {
  const { counts } = await simulateJourneys(shop, { subscribers: 60, ticks: 14, step: 7, seed: 5 });
  for (const kind of ['price', 'stock', 'order', 'bag', 'viewed', 'campaign'])
    assert.ok((counts.get(kind) ?? 0) > 0, kind);
});
