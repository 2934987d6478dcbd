// Journeys next to a platform's shop: ids of its type, its currency and its pages.
import { assert } from '../../../fixtures/suite.ts';
import { watchOrders } from '../../../runtime/push/journeys/watch-orders.ts';
import { type IdType, readIdTypes } from '../../../sql/id-types.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { journeyRules } from '../../../sql/store/push/journey-rules.ts';
import { claimTriggerRead } from '../../../sql/store/push/journeys.ts';
import { boughtSince } from '../../../sql/store/push/occasions.ts';
import { unwatch, watch, watchedProducts, writesWatchLists } from '../../../sql/store/shop/watch-list.ts';
import { watchersOf } from '../../../sql/store/shop/watch-lists.ts';
import { runCommand } from '../run-command.ts';
import { sendJourneys } from './journeys-sent.ts';

/** Statements on the platform's own tables, with the order's id as `$1` and the titles of the messages that follow from them. */
export interface OrderMoves {
  readonly start: string;
  readonly moves: ReadonlyArray<readonly [statement: string, title: string]>;
}

/** Previews each journey, and compares what a customer who viewed a product would get with the shop's own facts. */
export async function tryJourneys(client: Client, databaseUrl: string, moves?: OrderMoves): Promise<void> {
  const { rows } = await client.query<Record<'customer' | 'bought' | 'product' | 'name' | 'url', string>>(
    `with own as (
       select customer_id, product_id from couture_source.order_line where customer_id is not null
       order by ordered_at desc, product_id limit 1)
     select own.customer_id::text as customer, own.product_id::text as bought, p.product_id::text as product,
       p.name::text as name, to_jsonb(p) ->> 'url' as url
     from own join couture_source.product p on p.inventory > 0 and not exists (
       select from couture_source.order_line o
       join couture.product_key k on k.product_id = o.product_id
       join couture.product_key v on v.product_id = p.product_id and v.representative_key = k.representative_key
       where o.customer_id = own.customer_id)
     order by p.product_id limit 1`,
  );
  const [{ customer, bought: purchase, product, name, url }] = rows as [(typeof rows)[number]];
  await client.query(
    `insert into couture.push_subscription (endpoint, origin, p256dh, auth, customer_id, key_id, topics)
     values ('https://push.example/1', 'https://push.example', 'p', 'a', $1, 'k', '{news}')`,
    [customer],
  );
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer)
     values (now() - interval '5 hours', 'view', 'product_page', $2, 1, $1)`,
    [customer, product],
  );
  const types = await readIdTypes(client);
  const ids = { product: types.product!, customer: types.customer! };
  const bought = (after: string) =>
    boughtSince(client, ids, [
      { customer_id: customer, product_id: purchase, bought_after: new Date(after) },
      { customer_id: customer, product_id: null, bought_after: new Date(after) },
      { customer_id: customer, product_id: product, bought_after: new Date(after) },
      { customer_id: 'sub:nobody', product_id: purchase, bought_after: new Date(after) },
    ]);
  assert.equal(await bought('2000-01-01'), [true, true, false, false]);
  assert.equal(await bought('2100-01-01'), [false, false, false, false]);
  const shop = 'https://shop.example';
  const env = { DATABASE_URL: databaseUrl, COUTURE_SHOP_URL: shop, COUTURE_CURRENCY: 'SEK', NO_COLOR: '1' };
  const preview = async (journey: string) => {
    const { code, stdout, stderr } = await runCommand(['push', 'journeys', 'preview', journey, '--json'], {
      cwd: '/',
      env,
    });
    assert.is(code, 0, stderr);
    return JSON.parse(stdout);
  };
  for (const journey of Object.keys(journeyRules)) {
    const { occasions, examples } = await preview(journey);
    if (journey !== 'viewed') continue;
    assert.equal([occasions, examples[0]?.customer], [1, customer]);
    assert.ok(examples[0].body.startsWith(`${name}: SEK`), examples[0].body);
    assert.is(examples[0].url, url ? new URL(url, shop).href : `${shop}/`);
  }
  await tryWatchList(client, { customer, ids, product, name, preview });
  if (moves) await tryOrderMoves(client, databaseUrl, { customer, ids, moves, preview });
  const page = url ? new URL(url, shop).href : `${shop}/`;
  await sendJourneys(client, databaseUrl, { customer, product, name, page, shopUrl: shop });
}

/** Where couture keeps the list, a customer saves a product, and is told when it gets cheaper and comes back. */
async function tryWatchList(
  client: Client,
  { customer, ids, product, name, preview }: WatchListTrial,
): Promise<void> {
  if (await writesWatchLists(client)) return;
  await client.query(`update couture.push_subscription set topics = '{prices,stock}'`);
  const others = async () =>
    (await watchedProducts(client, ids, customer, 500)).filter((each) => each !== product);
  const before = await others();
  for (let turn = 0; turn < 2; turn++) assert.is(await watch(client, ids, customer, product), 'done');
  assert.equal((await watchedProducts(client, ids, customer, 500)).sort(), [...before, product].sort());
  for (const journey of ['price-drop', 'back-in-stock']) assert.is((await preview(journey)).occasions, 0);
  // As if it had been dearer and sold out so far.
  await client.query(
    'update couture.push_watched set price = price * 2, in_stock = false where product_id = $1',
    [product],
  );
  for (const journey of ['price-drop', 'back-in-stock']) {
    const { occasions, examples } = await preview(journey);
    assert.equal([occasions, examples[0]?.customer], [1, customer], journey);
    assert.ok(`${examples[0]?.title} ${examples[0]?.body}`.includes(name), JSON.stringify(examples));
  }
  const sizes = await client.query<{ id: string }>(
    `select id from (${watchersOf('select product_id from couture_source.product where product_id::text = $1')}) w (id)`,
    [product],
  );
  assert.ok(
    sizes.rows.some(({ id }) => id === customer),
    'segments find the customer, too',
  );
  assert.is(await unwatch(client, ids, customer, product), 'done');
  assert.equal(await watchedProducts(client, ids, customer, 500), before);
  await client.query(`update couture.push_subscription set topics = '{news}'`);
}

interface WatchListTrial {
  readonly customer: string;
  readonly product: string;
  readonly name: string;
  readonly ids: { readonly product: IdType; readonly customer: IdType };
  preview(journey: string): Promise<{
    occasions: number;
    examples: Array<{ customer: string; title: string; body: string }>;
  }>;
}

/** The first look at orders reports nothing; after it, each move of the customer's newest order is one message. */
async function tryOrderMoves(
  client: Client,
  databaseUrl: string,
  {
    customer,
    ids,
    moves,
    preview,
  }: {
    customer: string;
    ids: { customer: IdType };
    moves: OrderMoves;
    preview: (
      journey: string,
    ) => Promise<{ occasions: number; examples: Array<{ title: string; body: string }> }>;
  },
): Promise<void> {
  await client.query(`update couture.push_subscription set topics = '{news,orders}'`);
  const { rows } = await client.query<{ id: string; number: string }>(
    `select o.order_id::text as id, to_jsonb(o) ->> 'number' as number from couture_source.shop_order o
     where o.customer_id::text = $1 and o.counts order by o.ordered_at desc limit 1`,
    [customer],
  );
  const [{ id, number }] = rows as [(typeof rows)[number]];
  await client.query(moves.start, [id]);
  assert.is((await preview('order-status')).occasions, 0);
  const reader = await openClient(databaseUrl);
  const name = 'order-status';
  const claim = () => claimTriggerRead(client, name, journeyRules[name]!);
  const signal = new AbortController().signal;
  await watchOrders({ client, reader }, { name, type: ids.customer, claim, force: false, signal }).finally(
    () => reader.end(),
  );
  const { rows: seen } = await client.query('select from couture.push_order where order_id = $1', [id]);
  assert.is(seen.length, 1);
  assert.is((await preview('order-status')).occasions, 0);
  for (const [statement, title] of moves.moves) {
    await client.query(statement, [id]);
    const { occasions, examples } = await preview('order-status');
    assert.equal([occasions, examples[0]?.title, examples[0]?.body], [1, title, `Order ${number ?? id}`]);
  }
}
