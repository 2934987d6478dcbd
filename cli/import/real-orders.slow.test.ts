// Imports of real order files match their known figures. They are not part of the project:
// COUTURE_TEST_DATA, or ../shared/data next to the package, contains them.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { packageRoot } from '../../sql/package-root.ts';
import { openProgress } from '../terminal/progress.ts';
import { parseMapping } from './columns.ts';
import { type ImportReport, importOrders } from './import-orders.ts';

const test = databaseSuite('real order files');

const folder = process.env.COUTURE_TEST_DATA ?? path.join(packageRoot, '..', 'shared', 'data');
const silent = openProgress({ write: () => true } as unknown as NodeJS.WriteStream, false);

interface Expected {
  readonly files: readonly string[];
  readonly products?: string;
  readonly lines: number;
  readonly counted: ImportReport['counted'];
  readonly also?: (report: ImportReport) => void;
}

const expected: Record<string, Expected> = {
  uci_online_retail: {
    files: ['interactions.csv.gz'],
    products: 'products.csv.gz',
    lines: 541_909,
    counted: { lines: 527_757, orders: 19_773, products: 3_906, customers: 4_334 },
    also(report) {
      assert.is(report.cancelled, 9_288);
      assert.is(report.without_customer, 135_080);
      assert.is(report.duplicates, 5_270);
      assert.is(report.quantity_not_positive, 10_624);
      assert.is(report.price_not_positive, 2_517);
      assert.is(report.products, 4_070);
      const services = report.services.map((each) => each.productId);
      for (const id of ['POST', 'DOT', 'M', 'D', 'S', 'BANK CHARGES', 'AMAZONFEE', 'CRUK', 'gift_0001_20']) {
        assert.ok(services.includes(id), id);
      }
      assert.ok(services.length < 25, `${services}`);
    },
  },
  google_merch_store: {
    files: ['interactions.csv.gz'],
    products: 'products.csv.gz',
    lines: 52_924,
    counted: { lines: 52_765, orders: 24_904, products: 1_139, customers: 1_468 },
  },
  groceries_arules: {
    files: ['interactions.csv.gz'],
    lines: 43_367,
    counted: { lines: 43_367, orders: 9_835, products: 169, customers: 0 },
  },
  bakery_breadbasket: {
    files: ['interactions.csv.gz'],
    lines: 20_507,
    counted: { lines: 20_505, orders: 9_464, products: 92, customers: 0 },
  },
  belgian_retail_fimi: {
    files: ['interactions.csv.gz'],
    lines: 908_576,
    counted: { lines: 908_576, orders: 88_162, products: 16_470, customers: 0 },
  },
  tafeng_realitycheck: {
    files: ['train.csv.gz', 'test.csv.gz'],
    lines: 571_933,
    counted: { lines: 571_933, orders: 91_227, products: 11_997, customers: 13_858 },
  },
  citeulike_a: {
    files: ['cvae_P10_train.csv.gz', 'cvae_P10_test.csv.gz'],
    lines: 204_986,
    counted: { lines: 204_986, orders: 5_551, products: 16_980, customers: 5_551 },
  },
  ml100k: {
    files: ['interactions.csv.gz'],
    lines: 100_000,
    counted: { lines: 100_000, orders: 943, products: 1_682, customers: 943 },
  },
};

if (!existsSync(folder)) console.log(`real order files: skipped, ${folder} is not there`);

for (const [name, { files, products, lines, counted, also }] of Object.entries(expected)) {
  const at = (file: string) => path.join(folder, name, file);
  const title = `${name} is imported with its known figures`;
  if (!files.every((file) => existsSync(at(file)))) {
    test.skip(title);
    continue;
  }
  test(title, async ({ client }) => {
    const report = await importOrders(
      client,
      {
        files: files.map(at),
        products: products && at(products),
        mapping: parseMapping(''),
        strict: true,
        replace: false,
        keepServices: false,
      },
      silent,
    );
    assert.is(report.lines_read, lines);
    assert.equal(report.counted, counted);
    also?.(report);
  });
}
