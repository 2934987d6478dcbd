// One generated shop in ten forms: 60 products in 30 planted pairs, and 10 pairs that exist in undone orders only. The files are
// not part of the project: ../shared/cases/files beside it has them, and COUTURE_TEST_CASES says another place.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { assert } from '../../fixtures/suite.ts';
import { packageRoot } from '../../sql/package-root.ts';
import type { Client } from '../../sql/pool.ts';
import { importSuite, quietProgress } from '../test-support/import-files.ts';
import { buildAgain } from '../test-support/sample-server.ts';
import { parseMapping } from './columns.ts';
import { importOrders } from './import-orders.ts';

const test = importSuite('case scores');

const folder = process.env.COUTURE_TEST_CASES ?? path.join(packageRoot, '..', 'shared', 'cases', 'files');
const at = (name: string) => path.join(folder, name);

/** Any of a product's ids in the files → its number. */
const numberOf = new Map<string, number>();
const kinds = ['Shirts', 'Trousers', 'Shoes', 'Bags', 'Mugs', 'Lamps'];
const words = ['Blue', 'Green', 'Red', 'Oak', 'Linen', 'Cotton', 'Grey', 'Navy', 'Clay', 'Brass'];
for (const [group, kind] of kinds.entries()) {
  for (const [index, word] of words.entries()) {
    const number = 10 * group + index;
    const sku = `${kind.slice(0, 2).toUpperCase()}-${100 + number}`;
    const name = `${word} ${kind.slice(0, -1).toLowerCase()} no ${index + 1}`;
    const md5 = createHash('md5').update(sku).digest('hex');
    for (const id of [sku, String(1000 + number), name, md5, sku.replace('SH', 'SCHÜ')])
      numberOf.set(id, number);
  }
}
const partner = (number: number) => number + (Math.floor(number / 10) % 2 === 0 ? 10 : -10);
const undonePartner = (number: number) => 50 + ((number + 2) % 10);

async function score(client: Client): Promise<{ first: number; undone: number }> {
  const { rows } = await client.query<{ subject: string; rank: number; item_id: string }>(
    `select subject, rank, item_id from couture.recommendation where kind = 'bought_together' and rank <= 3`,
  );
  const known = rows.filter(({ subject }) => numberOf.has(subject));
  const is = (row: (typeof rows)[number], wanted: number) => numberOf.get(row.item_id) === wanted;
  const number = (row: (typeof rows)[number]) => numberOf.get(row.subject)!;
  return {
    first: known.filter((row) => row.rank === 1 && is(row, partner(number(row)))).length,
    undone: known.filter((row) => number(row) < 10 && is(row, undonePartner(number(row)))).length,
  };
}

const forms: ReadonlyArray<{ files: readonly string[]; products?: string; noStatus?: boolean }> = [
  { files: ['00-plain.csv'] },
  { files: ['01-shopify-orders_export.csv'] },
  { files: ['01-shopify-orders_export.csv'], products: '01p-shopify-products_export.csv' },
  { files: ['01b-shopify-created-first-only.csv'] },
  { files: ['02a-woocommerce-analytics.csv'] },
  { files: ['02w-woocommerce-db-status.csv'] },
  { files: ['03-german-latin1.csv'] },
  {
    files: ['04-olist_orders_dataset.csv', '04-olist_order_items_dataset.csv'],
    products: '04-olist_products_dataset.csv',
  },
  // These two do not say which orders were undone.
  { files: ['05-excel-serial-dates.csv'], noStatus: true },
  { files: ['06-etsy-items.csv'], noStatus: true },
];

if (!existsSync(folder)) console.log(`case scores: skipped, ${folder} is not there`);

for (const { files, products, noStatus } of forms) {
  const title = `${[...files, products].filter(Boolean).join(' + ')}: every product has its planted partner first`;
  if (![...files, products ?? ''].every((file) => existsSync(at(file)))) {
    test.skip(title);
    continue;
  }
  test(title, async ({ client, database }) => {
    const report = await importOrders(
      client,
      {
        files: files.map(at),
        products: products && at(products),
        mapping: parseMapping(''),
        strict: true,
        replace: true,
        keepServices: false,
      },
      quietProgress,
    );
    await buildAgain(database.url);
    const { first, undone } = await score(client);
    if (noStatus) {
      assert.match(report.warnings.join(), 'The files have no status');
      assert.ok(first >= 50, `${first} of 60`);
    } else assert.equal({ first, undone }, { first: 60, undone: 0 });
  });
}
