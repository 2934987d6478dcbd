// Files in the forms that shops export, each of which went wrong once. They are not part of the project: ../shared/cases/files
// beside it has them, and COUTURE_TEST_CASES says another place. file-kinds.db.test.ts has members of each kind of its own.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { assert, rejects } from '../../fixtures/suite.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { importSuite, quietProgress } from '../test-support/import-files.ts';
import { parseMapping } from './columns.ts';
import { type ImportOptions, type ImportReport, importOrders } from './import-orders.ts';

const test = importSuite('case files');

const folder = process.env.COUTURE_TEST_CASES ?? path.join(packageRoot, '..', 'shared', 'cases', 'files');
const files = existsSync(folder) ? readdirSync(folder) : [];

interface Case {
  /** Other order files, read after the first. */
  readonly with?: readonly string[];
  readonly products?: string;
  readonly options?: Partial<ImportOptions>;
  /** Lines, orders, products and customers that count. */
  readonly counted?: readonly [lines: number, orders: number, products: number, customers: number];
  readonly error?: RegExp;
  readonly hint?: RegExp;
  readonly also?: (report: ImportReport) => void;
  /** SQL → its only row as an array. */
  readonly sql?: readonly [text: string, row: readonly unknown[]];
}

const sameShop = [2240, 1094, 60, 258] as const;
const undoneToo = [2964, 1450, 60, 260] as const;

const cases: Record<string, Case> = {
  '00-plain.csv': { counted: sameShop },
  '01-shopify-orders_export.csv': {
    products: '01p-shopify-products_export.csv',
    counted: sameShop,
    also(report) {
      assert.equal([report.format, report.filled.times, report.unlisted_products], ['shopify', 0, 0]);
      assert.ok(report.ignored_columns.includes('Shipping Method'));
    },
    sql: [
      `select category, group_id, handle, brand, price, inventory, tags, image_url, description
       from couture_source.product where product_id = 'SH-100-M'`,
      [
        'Shirts',
        'blue-shirt-no-1',
        'blue-shirt-no-1',
        'Example',
        '9',
        0,
        ['new', 'sale'],
        'https://cdn.example.test/blue-shirt-no-1.jpg',
        'Blue shirt no 1, made well.',
      ],
    ],
  },
  '01b-shopify-created-first-only.csv': {
    counted: sameShop,
    also: ({ filled }) => assert.equal([filled.times, filled.order_times], [0, 1514]),
  },
  '02a-woocommerce-analytics.csv': { counted: sameShop },
  '02w-woocommerce-db-status.csv': { counted: sameShop },
  '03-german-latin1.csv': {
    counted: [2314, 1128, 60, 258],
    also: (report) => assert.equal(report.encodings[0]?.encoding, 'windows-1252'),
    sql: [`select bool_or(category = 'Gürtel'), max(price) < 200 from couture_source.product`, [true, true]],
  },
  '04-olist_order_items_dataset.csv': {
    with: ['04-olist_orders_dataset.csv'],
    products: '04-olist_products_dataset.csv',
    also(report) {
      assert.equal(
        [report.joined?.orders, report.joined?.lines, report.filled.times],
        [1450, report.lines, 0],
      );
      assert.equal([report.counted.products, report.unlisted_products], [60, 0]);
    },
  },
  '05-excel-serial-dates.csv': {
    counted: undoneToo,
    also: ({ filled }) => assert.is(filled.excel_days, 2964),
  },
  '06-etsy-items.csv': { counted: undoneToo, also: ({ format }) => assert.is(format, 'etsy') },
  'all-in-the-past.csv': {
    counted: [1280, 640, 31, 100],
    also: ({ warnings }) => assert.match(warnings.join(), 'The newest order is from 2024-10-'),
  },
  'caret.csv': { counted: [1, 1, 1, 1] },
  'customer-on-first-line-only.csv': { counted: [400, 200, 30, 60] },
  'date-order-differs-a.csv': {
    with: ['date-order-differs-b.csv'],
    error: /writes the day first/,
    hint: /date-order/,
  },
  'date-order-differs-b.csv': {
    with: ['date-order-differs-a.csv'],
    error: /writes the month first/,
    hint: /date-order/,
  },
  'dates-in-words.csv': { counted: [9, 5, 2, 0], also: ({ filled }) => assert.is(filled.times, 0) },
  'decimal-comma-three-places.csv': {
    counted: [3, 2, 2, 0],
    sql: [
      `select max(quantity)::int, max(unit_price)::text, min(unit_price)::text from couture_source.order_line`,
      [4, '12.5', '0.35'],
    ],
  },
  'discontinued-orders.csv': {
    products: 'discontinued-products.csv',
    counted: [225, 100, 3, 40],
    also: (report) => assert.is(report.unlisted_products, 1),
    sql: [`select array_agg(inventory::int order by product_id) from couture_source.product`, [[5, 5, 0]]],
  },
  'excel-sep-line.csv': {
    counted: [2, 1, 2, 1],
    sql: ['select sum(unit_price)::text from couture_source.order_line', ['13.5']],
  },
  'inner-quote.csv': {
    counted: [2, 1, 2, 1],
    sql: ['select max(product_id) from couture_source.product', ['Frame 12" oak']],
  },
  'latin1-names.csv': {
    counted: [80, 40, 2, 40],
    sql: ['select min(name), min(category) from couture_source.product', ['Grüner Pullover', 'Hüte']],
  },
  'latin1-product-names.csv': {
    counted: [2, 1, 2, 0],
    sql: ['select min(name), max(name) from couture_source.product', ['Grüner Pullover', 'Weiße Mütze']],
  },
  'leading-zeros-orders.csv': {
    products: 'leading-zeros-products.csv',
    counted: [120, 60, 2, 20],
    also: ({ products }) => assert.is(products, 2),
    sql: [
      `select array_agg(product_id || ' ' || name || ' ' || inventory order by 1) from couture_source.product`,
      [['00123 Coat 0', '00456 Scarf 5']],
    ],
  },
  'mac-cr.csv': { counted: [2, 1, 2, 1] },
  'money-words.csv': {
    counted: [7, 4, 7, 0],
    sql: [
      `select array_agg(unit_price::text order by product_id) from couture_source.order_line`,
      [['12.9', '129', '12.9', '1234', '12.5', '12.5', '10']],
    ],
  },
  'name-column.csv': {
    counted: [4, 2, 2, 0],
    also: ({ warnings }) => assert.match(warnings.join(), 'No line has a time'),
    sql: ['select min(name), max(name) from couture_source.product', ['Silk scarf', 'Wool coat']],
  },
  'no-final-newline.csv': { counted: [2, 1, 2, 1] },
  'order-ids-in-e-notation.csv': { error: /"4\.50000E\+11": a spreadsheet rounded them/, hint: /as text/ },
  'order-number-unknown-customer-known.csv': { counted: [3, 2, 3, 1] },
  'order-on-first-line-only.csv': {
    counted: [400, 200, 30, 60],
    also: ({ filled }) => assert.is(filled.orders, 200),
  },
  'orders.jsonl': { error: /is JSON/, hint: /jq/ },
  'orders.xlsx': { error: /an Excel workbook/, hint: /CSV UTF-8/ },
  'orders.zip': { error: /a zip archive/, hint: /unzip/ },
  'pipe.csv': { counted: [2, 1, 2, 1] },
  'receipt-numbers-restart-daily.csv': {
    counted: [3360, 1680, 30, 0],
    also: (report) => assert.match(report.warnings.join(), 'Order numbers restart: 10 of 10'),
  },
  'services-in-many-languages.csv': {
    counted: [350, 350, 7, 60],
    also: ({ services }) => assert.is(services.length, 35),
  },
  'shopify-refunded-3-lines.csv': { counted: [10, 5, 2, 5] },
  'single-quotes.csv': { counted: [2, 1, 2, 1] },
  'status-words.csv': {
    counted: [3, 3, 3, 3],
    also: ({ statuses }) =>
      assert.equal(
        statuses.filter(({ counts }) => counts).map(({ status }) => status),
        ['partially_refunded', 'on-hold', 'paid'],
      ),
  },
  'taken-back-in-the-same-order.csv': {
    counted: [100, 100, 10, 60],
    also: (report) => assert.is(report.taken_back, 100),
  },
  'three-currencies.csv': {
    counted: [600, 300, 20, 60],
    also: ({ currencies }) => assert.equal(currencies, { EUR: 200, JPY: 200, USD: 200 }),
    sql: [
      'select max(price) < 100, max(unit_price) < 100 from couture_source.product join couture_source.order_line using (product_id)',
      [true, true],
    ],
  },
  'utf16-no-bom.csv': { counted: [2, 1, 2, 1] },
  'utf16.csv': { counted: [2, 1, 2, 1] },
  'woocommerce-status.csv': {
    products: 'woocommerce-products.csv',
    counted: [10, 5, 2, 5],
    sql: [
      `select array_agg(concat_ws(' ', product_id, category, price, inventory) order by product_id) from couture_source.product`,
      [['A1 Shirts 10 5', 'B1 Shoes 60 5', 'Z9 Lamps 12 0']],
    ],
  },
};

const at = (name: string) => path.join(folder, name);

if (files.length === 0) console.log(`case files: skipped, ${folder} is not there`);

for (const [name, wanted] of Object.entries(cases)) {
  const title = `${name} is imported as it is meant, or rejected with a remedy`;
  if (!files.includes(name)) {
    test.skip(title);
    continue;
  }
  test(title, async ({ client }) => {
    const options = {
      files: [name, ...(wanted.with ?? [])].map(at),
      products: wanted.products && at(wanted.products),
      mapping: parseMapping(''),
      strict: false,
      replace: false,
      keepServices: false,
      ...wanted.options,
    };
    if (wanted.error) {
      const error = await rejects(() => importOrders(client, options, quietProgress), wanted.error);
      assert.match((error as Error & { hint: string }).hint, wanted.hint ?? /./);
      const { rows } = await client.query(`select to_regnamespace('imported') as tables`);
      assert.equal(rows, [{ tables: null }]);
      return;
    }
    const report = await importOrders(client, options, quietProgress);
    assert.equal(report.rejected, {});
    const { lines, orders, products, customers } = report.counted;
    if (wanted.counted) assert.equal([lines, orders, products, customers], wanted.counted);
    wanted.also?.(report);
    if (wanted.sql) {
      const { rows } = await client.query<unknown[]>({ text: wanted.sql[0], rowMode: 'array' } as never);
      assert.equal(rows[0], wanted.sql[1]);
    }
  });
}

test('every order file of the folder has a case', () => {
  const orders = files.filter((name) => /\.(csv|jsonl|xlsx|zip)$/.test(name));
  const named = Object.entries(cases).flatMap(([name, each]) => [
    name,
    ...(each.with ?? []),
    each.products ?? '',
  ]);
  assert.equal(
    orders.filter((name) => !named.includes(name)),
    [],
  );
});
