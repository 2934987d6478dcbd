// Default builds of real order files: what their lists find of the orders that came next.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type DatabaseContext, databaseSuite } from '../../fixtures/database-suite.ts';
import { findRealOrders, loadRealOrders, realOrderFile } from '../../fixtures/real-orders.ts';
import { assert } from '../../fixtures/suite.ts';
import { readWrittenLists } from '../../fixtures/written-lists.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import { readFiles } from './evaluate/read-files.ts';

interface Context extends DatabaseContext {
  home: string;
}

const test = databaseSuite<Context>('repurchase in real order files', { timeout: 300_000, migrated: true });
test.beforeEach((context) => {
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-repurchase-'));
});
test.afterEach(({ home }) => rmSync(home, { recursive: true, force: true }));

/** Recall of ten that a default build serves, from its tables, and that of the ten bestsellers for everybody. */
const served = [
  { name: 'tafeng_realitycheck', recall: 0.155, explain: 'the last basket of each customer' },
  { name: 'uci_online_retail', recall: 0.19, explain: 'the last order of each customer' },
] as const;
for (const { name, recall, explain } of served) {
  const set = findRealOrders(name);
  const held = name === 'tafeng_realitycheck' ? realOrderFile(name, 'test.csv.gz') : 'held out below';
  const title = `${name}: the lists of a default build find ${recall} of ${explain}`;
  if (!set || !held) {
    test.skip(title);
    continue;
  }
  test(title, async (context) => {
    await loadRealOrders(context.client, set);
    const wanted =
      name === 'tafeng_realitycheck' ? await basketsOf(held) : await holdLastOrdersOut(context.client);
    const { build_id } = await buildHere({ url: context.database.url, home: context.home });
    const { customers, shop } = await readWrittenLists(context.client, build_id);
    const lists = new Map(
      Object.entries(customers).map(([customer, { entries }]) => [customer, entries.map(({ item }) => item)]),
    );
    const bestsellers = shop.bestseller!['']!.map(({ item }) => item);
    const found = meanRecall(wanted, (customer) => lists.get(customer) ?? []);
    const plain = meanRecall(wanted, () => bestsellers);
    assert.ok(found >= recall, `${found}, bestsellers ${plain}`);
    assert.ok(found > plain, `${found}, bestsellers ${plain}`);
  });
}

type Baskets = ReadonlyMap<string, ReadonlySet<string>>;

function meanRecall(wanted: Baskets, listOf: (customer: string) => readonly string[]): number {
  let total = 0;
  for (const [customer, basket] of wanted) {
    const found = listOf(customer)
      .slice(0, 10)
      .filter((item) => basket.has(item));
    total += found.length / basket.size;
  }
  return total / wanted.size;
}

async function basketsOf(file: string): Promise<Baskets> {
  const { train, itemIds, customerIds } = await readFiles([file], []);
  return new Map(
    Array.from(train.customer, (customer, order) => [
      customerIds[customer]!,
      new Set(
        Array.from(train.items.subarray(train.start[order]!, train.start[order + 1]!), (at) => itemIds[at]!),
      ),
    ]),
  );
}

/** Dates the orders of `real.line`, leaves out cancelled ones, and takes each customer's last order away. */
async function holdLastOrdersOut(client: Context['client']): Promise<Baskets> {
  const { rows } = await client
    .query<{ customer_id: string; items: string[] }>(`
    create or replace view couture_source.order_line as
      select order_id, customer_id, product_id, 1 as quantity, 1.00 as unit_price, ordered_at
      from real.line where customer_id <> '' and order_id !~ '^C' and quantity > 0 and unit_price > 0;
    create temporary table last_order as
      select distinct on (customer_id) customer_id, order_id from couture_source.order_line
      where customer_id in (
        select customer_id from couture_source.order_line group by 1 having count(distinct order_id) > 1)
      order by customer_id, ordered_at desc, order_id desc;
    create temporary table held_out as
      select l.customer_id, array_agg(distinct l.product_id) as items
      from couture_source.order_line l join last_order using (customer_id, order_id) group by 1;
    delete from real.line l using last_order o where l.order_id = o.order_id and l.customer_id = o.customer_id;
    analyze real.line;`)
    .then(() => client.query('select customer_id, items from held_out'));
  return new Map(rows.map(({ customer_id, items }) => [customer_id, new Set(items)]));
}
