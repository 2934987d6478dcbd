// WooCommerce runs on MySQL: its analytics tables and its product export, imported into couture's own tables. All journeys that can
// work there send, and the others say what they lack.
import { stringify } from 'csv-stringify/sync';
import { assert } from '../../fixtures/suite.ts';
import { readIdTypes } from '../../sql/id-types.ts';
import { watch } from '../../sql/store/shop/watch-list.ts';
import { noonZone } from '../test-support/day-zones.ts';
import { bring, importSuite } from '../test-support/import-files.ts';
import { tryJourneys } from '../test-support/platforms/journeys-there.ts';
import { pushShop } from '../test-support/push-shop.ts';
import { runCommand } from '../test-support/run-command.ts';
import { buildAgain } from '../test-support/sample-server.ts';

const test = importSuite('a shop on WooCommerce');

const productIds = Array.from({ length: 24 }, (_, n) => 500 + n);
const coffee = 510;

function productFile(change: (id: number) => { price?: number; stock?: number } = () => ({})): string {
  return stringify(
    productIds.map((id) => {
      const { price = 20 + (id % 7), stock = id === 502 ? 0 : 5 } = change(id);
      const facts = { Type: 'simple', SKU: `W${id}`, Name: `Ware ${id}`, Published: 1 };
      return {
        ID: id,
        ...facts,
        'In stock?': stock > 0 ? 1 : 0,
        Stock: stock,
        'Regular price': price,
        Categories: id % 2 ? 'Tea' : 'Coffee',
      };
    }),
    { header: true },
  );
}

/** Lines as the README's query gives them. */
function orderFile(): string {
  const lines: Array<Record<string, string | number>> = [];
  const order = (customer: string, daysAgo: number, ...products: number[]) => {
    const ordered_at = new Date(Date.now() - daysAgo * 86_400_000)
      .toISOString()
      .slice(0, 19)
      .replace('T', ' ');
    const head = { order_id: lines.length + 1, status: 'wc-completed', ordered_at, customer_id: customer };
    for (const product_id of products) lines.push({ ...head, product_id, quantity: 1, line_total: 20 });
  };
  for (let n = 0; n < 120; n++)
    order(
      n % 3 ? String(1 + (n % 30)) : `guest${n % 20}@x.test`,
      20 + n,
      500 + (n % 24),
      500 + ((n * 5 + 1) % 24),
    );
  for (const customer of ['105', ...Array.from({ length: 24 }, (_, n) => String(201 + n))])
    for (let time = 0; time < 8; time++) order(customer, 30 + 28 * time, coffee);
  order('106', 1.5, 503);
  order('107', 95, 504);
  order('ann@x.test', 10, 505);
  return stringify(lines, { header: true, delimiter: '\t' });
}

test('each journey sends what it should, or says what it lacks', async (context) => {
  const { client, database, folder } = context;
  const report = await bring(context, orderFile(), { products: productFile() });
  assert.equal([report.unlisted_products, report.counted.products], [0, 24]);
  await buildAgain(database.url);
  const push = await pushShop({ own: { url: database.url, drop: async () => {} } });
  try {
    const topics = ['news', 'stock', 'orders', 'prices', 'bag'];
    const people = ['101', '102', '103', '104', '105', '106', '107', 'ann@x.test'];
    await push.subscribe(people, { topics, timeZone: noonZone() });
    const types = await readIdTypes(client);
    const ids = { product: types.product!, customer: types.customer! };
    assert.equal(
      [await watch(client, ids, '101', '501'), await watch(client, ids, '102', '502')],
      ['done', 'done'],
    );
    await client.query(
      `insert into couture.bag (customer_id, items, changed_at)
       values ('103', '[{"product_id":"506","quantity":1}]', now() - interval '5 hours')`,
    );
    await client.query(
      `insert into couture.recommendation_event (at, type, kind, item, place, customer)
       select now() - interval '5 hours', 'view', 'product_page', '505', 1, c from unnest('{104,ann@x.test}'::text[]) c`,
    );
    const sent = async (journey: string) => {
      const from = push.server.got.length;
      assert.is((await push.couture('journeys', 'run', journey)).code, 0, journey);
      return push.server.got
        .slice(from)
        .map(({ path, payload }) => `${path.split('/').at(-1)}: ${JSON.parse(payload!).notification.title}`);
    };
    for (const journey of ['price-drop', 'back-in-stock']) assert.equal(await sent(journey), [], journey);
    // The shop's next export.
    const file = folder.write(
      'next.csv',
      productFile((id) => (id === 501 ? { price: 9 } : id === 502 ? { stock: 5 } : {})),
    );
    const { code, stderr } = await runCommand(['import', 'products', file], { cwd: '/', env: push.env });
    assert.is(code, 0, stderr);
    assert.equal(await sent('price-drop'), ['101: Ware 501']);
    assert.equal(await sent('back-in-stock'), ['102: Ware 502']);
    assert.equal(await sent('bag'), ['103: Still in your bag']);
    assert.equal(await sent('viewed'), ['104: Still interested?'], 'the guest has bought it');
    assert.equal(await sent('buy-again'), ['105: Time to restock?']);
    assert.equal(await sent('welcome'), ['106: Thank you for your first order']);
    assert.equal(await sent('win-back'), ['107: Hello, this is new for you']);
    assert.equal(await sent('order-status'), []);
    const enabled = await push.couture('journeys', 'enable', 'order-status');
    assert.match(enabled.stderr, /imported orders have no status that changes/);
    const { journeys } = (await push.json('journeys', 'list')) as unknown as {
      journeys: Array<{ journey: string; caution?: string }>;
    };
    assert.match(
      journeys.find(({ journey }) => journey === 'viewed')!.caution!,
      /newest imported order \(20/,
    );
  } finally {
    await client.query(
      `truncate couture.push_subscription, couture.push_campaign, couture.push_delivery, couture.push_occasion,
         couture.recommendation_event, couture.bag, couture.watch_entry, couture.push_watched;
       delete from couture.push_journey`,
    );
    await push.close();
  }
  await tryJourneys(client, database.url);
});
