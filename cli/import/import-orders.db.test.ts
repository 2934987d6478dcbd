// Importing order files into a database: atomic, with every invalid row counted and services excluded.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { Random } from '../../fixtures/random.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { requireSource } from '../../sql/source/source-views.ts';
import { openProgress } from '../terminal/progress.ts';
import { parseMapping } from './columns.ts';
import { type ImportOptions, type ImportReport, importOrders } from './import-orders.ts';
import { rejectionWords } from './intake.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  folder: string;
}

const test = suite<Context>('import orders');

test.beforeEach(async (context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-import-'));
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
});
test.afterEach(async (context) => {
  await context.client?.end();
  await context.database?.drop();
  rmSync(context.folder, { recursive: true, force: true });
});

const silent = openProgress({ write: () => true } as unknown as NodeJS.WriteStream, false);

function write(context: Context, name: string, text: string): string {
  const file = path.join(context.folder, name);
  writeFileSync(file, text);
  return file;
}

function bring(
  context: Context,
  files: string[],
  options: Partial<ImportOptions> = {},
): Promise<ImportReport> {
  const mapping = parseMapping('');
  const defaults = { files, mapping, strict: false, replace: false, keepServices: false };
  return importOrders(context.client, { ...defaults, ...options }, silent);
}

const hasCode = (code: string) => (error: Error) => (error as Error & { code: string }).code === code;

async function lines(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select concat_ws(' ', order_id, coalesce(customer_id, '-'), product_id, quantity, unit_price,
       to_char(ordered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')) as line
     from couture_source.order_line order by ordered_at, order_id, product_id`,
  );
  return rows.map((row) => row.line);
}

const header = 'order_id,customer_id,product_id,ordered_at,quantity,unit_price,category\n';

/** Five valid lines, two that are imported but not counted, and one of each kind of invalid line. */
const mixed = `${header}1,ada,85123A,2024-03-01T10:00:00,6,2.55,Lamps
1,ada,71053,2024-03-01T10:00:00,1,3.39,Lamps
1,ada,71053
2,bob,,2024-03-02T10:00:00,1,3.39,Lamps
,,71053,2024-03-02T10:00:00,1,3.39,Lamps
2,bob,71053,2024-03-02T10:00:00,six,3.39,Lamps
2,bob,71053,2024-03-02T10:00:00,1,dear,Lamps
2,bob,71053,2024-02-30T10:00:00,1,3.39,Lamps
2,bob,71053,2024-03-02T10:00:00,1,3.39,Lamps,more
2,bob,${'x'.repeat(401)},2024-03-02T10:00:00,1,3.39,Lamps
5,,"85,123""B",2024-03-02,,1.00,
3,cyd,85123A,2024-03-03 10:00,1,2.55,Lamps
3,cyd,85123A,2024-03-03 10:00,1,2.55,Lamps
C3,cyd,85123A,2024-03-04T10:00:00,-1,2.55,Lamps
4,cyd,85123A,2024-03-05T10:00:00,1,0,Lamps
`;

test('valid rows are imported, and every invalid row is counted with its line and reason', async (context) => {
  const report = await bring(context, [write(context, 'orders.csv', mixed)]);
  assert.equal(await lines(context.client), [
    '1 ada 71053 1 3.39 2024-03-01T10:00:00',
    '1 ada 85123A 6 2.55 2024-03-01T10:00:00',
    '5 - 85,123"B 1 1 2024-03-02T00:00:00',
    '3 cyd 85123A 1 2.55 2024-03-03T10:00:00',
    '3 cyd 85123A 1 2.55 2024-03-03T10:00:00',
  ]);
  assert.is(report.lines_read, 15);
  assert.is(report.lines, 7);
  assert.equal(report.rejected, {
    fields: 2,
    product: 1,
    basket: 1,
    quantity: 1,
    price: 1,
    time: 1,
    length: 1,
  });
  assert.equal(report.first_rejected.map(rejectionWords), [
    'orders.csv, line 4: wrong number of fields: 3 instead of 7',
    'orders.csv, line 5: no product id',
    'orders.csv, line 6: neither order id nor customer id',
    'orders.csv, line 7: quantity is not a number: "six"',
    'orders.csv, line 8: price is not a number: "dear"',
    'orders.csv, line 9: invalid time: "2024-02-30T10:00:00"',
    'orders.csv, line 10: wrong number of fields: 8 instead of 7',
    `orders.csv, line 11: an id is longer than 400 characters: "${'x'.repeat(40)}…"`,
  ]);
  const { cancelled, quantity_not_positive, price_not_positive, duplicates, without_customer, counted } =
    report;
  assert.equal(
    { cancelled, quantity_not_positive, price_not_positive, duplicates, without_customer },
    { cancelled: 1, quantity_not_positive: 1, price_not_positive: 1, duplicates: 1, without_customer: 1 },
  );
  assert.equal(counted, { lines: 5, orders: 3, products: 3, customers: 2 });
  assert.equal((await requireSource(context.client)).ids, {
    product: 'text',
    customer: 'text',
    order: 'text',
  });
});

/** Lines of a shop in random order within their orders: guests, repeated lines, days far apart, and what `kind` adds. */
function randomOrders(random: Random, kind: 'plain' | 'services' | 'returns'): string[][] {
  return Array.from({ length: 120 }, (_, number) => {
    const customer = ['ada', 'bo', 'cy', ''][random.below(4)];
    const orderLines = Array.from({ length: 1 + random.below(5) }, () => {
      const product = `P${random.below(9)}`;
      const day = 10 + random.below(random.below(9) === 0 ? 19 : 2);
      const status = random.below(9) === 0 ? 'cancelled' : 'paid';
      const price = random.below(12) === 0 ? 0 : 5 + random.below(6) * 1.25;
      const quantity = random.below(15) === 0 ? 0 : 1 + random.below(3);
      return `${number},${customer},${product},2024-0${1 + (number % 3)}-${day},${quantity},${price},${product} name,${status}`;
    });
    if (random.below(4) === 0) orderLines.push(orderLines[0]!);
    if (kind !== 'plain' && random.below(3) === 0)
      orderLines.push(`${number},${customer},POST,2024-01-10,1,4,Postage,paid`);
    if (kind === 'returns')
      for (const line of orderLines.filter(() => random.below(5) === 0))
        orderLines.push(line.replace(/,(\d),([\d.]+),([^,]*),\w+$/, ',-$1,$2,$3,paid'));
    return orderLines;
  });
}

test('figures counted while lines are read equal those that Postgres counts', async (context) => {
  const columns = 'order_id,customer_id,product_id,ordered_at,quantity,unit_price,name,status\n';
  for (const [seed, kind] of (['plain', 'services', 'returns'] as const).entries()) {
    const random = new Random(seed + 1);
    const orders = randomOrders(random, kind);
    // Dealt out in turns, the lines of an order stand apart, and Postgres has to count.
    const turns = Math.max(...orders.map((each) => each.length));
    const dealt = Array.from({ length: turns }, (_, turn) => orders.flatMap((each) => each[turn] ?? []));
    const read = async (text: string) => {
      const { columns: _, ...report } = await bring(context, [write(context, 'a.csv', columns + text)], {
        replace: true,
      });
      const { rows: products } = await context.client.query(
        'select product_id, price::float8, inventory from imported.product order by 1',
      );
      const { rows: customers } = await context.client.query('select * from imported.customer order by 1');
      return { report, products, customers, lines: (await lines(context.client)).sort() };
    };
    const together = await read(orders.flat().join('\n'));
    assert.ok(together.report.duplicates > 5 && together.report.cancelled > 5, kind);
    assert.is(together.report.taken_back > 5, kind === 'returns');
    assert.equal(together, await read(dealt.flat().join('\n')), kind);
  }
});

test('the first ten of many invalid rows are shown, and all are counted', async (context) => {
  const bad = Array.from({ length: 25 }, (_, n) => `9,zoe,P${n},2024-03-01,many,1,\n`).join('');
  const report = await bring(context, [write(context, 'a.csv', `${header}1,a,P1,2024-03-01,1,1,\n${bad}`)]);
  assert.equal(report.rejected, { quantity: 25 });
  assert.is(report.first_rejected.length, 10);
  assert.is(report.first_rejected.at(-1)?.line, 12);
});

test('--strict imports nothing if one row is invalid', async (context) => {
  const file = write(context, 'orders.csv', mixed);
  const error = await rejects(() => bring(context, [file], { strict: true }), hasCode('rows_rejected'));
  assert.match(error.message, '8 of 15 lines');
  assert.match(error.message, 'line 7: quantity is not a number: "six"');
  const { rows } = await context.client.query(
    `select to_regnamespace('imported') as tables, to_regnamespace('couture_source') as views`,
  );
  assert.equal(rows, [{ tables: null, views: null }]);
  const good = write(context, 'good.csv', `${header}1,ada,85123A,2024-03-01,1,2.55,\n`);
  assert.is((await bring(context, [good], { strict: true })).lines, 1);
});

test('a truncated file leaves earlier imports untouched', async (context) => {
  await bring(context, [write(context, 'a.csv', `${header}1,ada,85123A,2024-03-01,1,2.55,\n`)]);
  const broken = write(context, 'b.csv', `${header}${'2,bob,71053,2024-03-01,1,1,\n'.repeat(20_000)}3,"cyd`);
  await rejects(() => bring(context, [broken], { replace: true }), hasCode('file_invalid'));
  assert.equal(await lines(context.client), ['1 ada 85123A 1 2.55 2024-03-01T00:00:00']);
});

test('an abort rolls back, and the connection stays usable', async (context) => {
  const file = write(context, 'a.csv', `${header}${'2,bob,71053,2024-03-01,1,1,\n'.repeat(200_000)}`);
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('stopped by a test')), 100);
  await rejects(() => bring(context, [file], { signal: abort.signal }), /stopped by a test/);
  const { rows } = await context.client.query(`select to_regnamespace('imported') as tables`);
  assert.equal(rows, [{ tables: null }]);
});

test('a file without a valid row, or without rows, is rejected', async (context) => {
  const bad = write(context, 'bad.csv', `${header}1,ada,,2024-03-01,1,2.55,\n`);
  const error = await rejects(() => bring(context, [bad]), hasCode('file_invalid'));
  assert.match(error.message, 'None of 1 lines is valid');
  await rejects(() => bring(context, [write(context, 'none.csv', header)]), /no lines below the header/);
  await rejects(() => bring(context, [write(context, 'empty.csv', '')]), /is empty/);
});

test('earlier imports are kept without --replace', async (context) => {
  const first = write(context, 'a.csv', `${header}1,ada,85123A,2024-03-01,1,2.55,\n`);
  const second = write(context, 'b.csv', `${header}2,bob,71053,2024-03-01,1,1,\n`);
  await bring(context, [first]);
  const error = await rejects(() => bring(context, [second]), hasCode('shop_not_empty'));
  assert.match(error.message, '1 order lines');
  await bring(context, [second], { replace: true });
  assert.equal(await lines(context.client), ['2 bob 71053 1 1 2024-03-01T00:00:00']);
  const both = await bring(context, [first, second], { replace: true });
  assert.is(both.counted.lines, 2);
});

test('views of another shop are not overwritten, which is reported before the file is read', async (context) => {
  await context.client.query(
    'create schema couture_source; create view couture_source.watchlist as select 1::bigint customer_id, 2::bigint product_id',
  );
  const file = write(context, 'a.csv', `${header}1,ada,85123A,2024-03-01,1,2.55,\n`);
  await rejects(() => bring(context, [file]), hasCode('preset_conflict'));
  await bring(context, [file], { replace: true });
  await requireSource(context.client);
});

test('mapped columns and other separators, price formats and date formats are read', async (context) => {
  const file = write(
    context,
    'bestellungen.csv',
    '\ufeffBeleg;Kunde;Artikel;Bezeichnung;Datum;Menge;Preis\r\nR1;;A 1;Lampe, rot;13.04.2024 18:30;2;1.234,50 €\r\n',
  );
  const mapping = parseMapping(
    'order_id=Beleg,customer_id=Kunde,product_id=Artikel,name=Bezeichnung,ordered_at=Datum,quantity=Menge,unit_price=Preis',
  );
  const report = await bring(context, [file], { mapping });
  assert.equal(await lines(context.client), ['R1 - A 1 2 1234.5 2024-04-13T18:30:00']);
  assert.is(report.columns.product_id, 'Artikel');
  const { rows } = await context.client.query('select name, url, price from couture_source.product');
  assert.equal(rows, [{ name: 'Lampe, rot', url: null, price: '1234.50' }]);
});

test('the order of day and month comes from the first unambiguous date; without one, the import asks for it', async (context) => {
  const clear = write(context, 'a.csv', `${header}1,a,P1,4/3/2024 8:26,1,1,\n2,a,P1,4/13/2024 8:26,1,1,\n`);
  await bring(context, [clear]);
  assert.match((await lines(context.client))[0]!, '2024-04-03T08:26:00');
  const doubtful = write(context, 'b.csv', `${header}1,a,P1,4/3/2024,1,1,\n`);
  const error = await rejects(
    () => bring(context, [doubtful], { replace: true }),
    /are ambiguous: day and month/,
  );
  assert.match((error as Error & { hint: string }).hint, '--date-order');
  await bring(context, [doubtful], { replace: true, dateOrder: 'dmy' });
  assert.match((await lines(context.client))[0]!, '2024-03-04');
});

test('missing values are filled in and reported', async (context) => {
  const report = await bring(context, [write(context, 'a.csv', 'user,item\n7,a\n7,b\n8,a\n')]);
  assert.equal(report.filled, {
    baskets: 3,
    orders: 0,
    order_times: 0,
    times: 3,
    customers: 0,
    statuses: 0,
    quantities: 3,
    prices: 3,
    excel_days: 0,
  });
  assert.equal(await lines(context.client), [
    'customer:7 7 a 1 1.00 2000-01-01T00:00:01',
    'customer:7 7 b 1 1.00 2000-01-01T00:00:01',
    'customer:8 8 a 1 1.00 2000-01-01T00:00:02',
  ]);
});

test('services are neither counted nor imported as products, unless they are kept', async (context) => {
  const products = write(
    context,
    'p.csv',
    'product_id,name,category\nPOST,POSTAGE,\n85123A,HOLDER,Lamps\n71053,LANTERN,Lamps\n',
  );
  const file = write(
    context,
    'a.csv',
    `${header}1,ada,85123A,2024-03-01,1,2.55,\n1,ada,POST,2024-03-01,1,18,\n2,bob,POST,2024-03-01,1,18,\n`,
  );
  const report = await bring(context, [file], { products });
  assert.equal(report.services, [{ productId: 'POST', name: 'POSTAGE', why: 'postage', lines: 2 }]);
  assert.equal(await lines(context.client), ['1 ada 85123A 1 2.55 2024-03-01T00:00:00']);
  const { rows } = await context.client.query(
    'select product_id, name, category, price from couture_source.product order by 1',
  );
  assert.equal(rows, [
    { product_id: '71053', name: 'LANTERN', category: 'Lamps', price: '1.00' },
    { product_id: '85123A', name: 'HOLDER', category: 'Lamps', price: '2.55' },
  ]);
  const kept = await bring(context, [file], { products, keepServices: true, replace: true });
  assert.is(kept.counted.lines, 3);
});

test('a status column marks cancelled lines', async (context) => {
  const file = write(
    context,
    'a.csv',
    'order,sku,status\n1,a,Shipped\n2,a,CANCELLED\n3,a,refunded\n4,a,paid\n',
  );
  const report = await bring(context, [file]);
  assert.is(report.cancelled, 2);
  assert.is(report.counted.orders, 2);
});

test('backslashes, tabs and newlines in fields survive the import', async (context) => {
  const file = write(context, 'a.csv', 'order,sku,productname\n"1","a\\b\\N","two\nlines\tand a tab"\n');
  await bring(context, [file]);
  const { rows } = await context.client.query('select product_id, name from couture_source.product');
  assert.equal(rows, [{ product_id: 'a\\b\\N', name: 'two\nlines\tand a tab' }]);
});

test('a file that is not UTF-8 is read as Windows-1252, and the report says so', async (context) => {
  const file = path.join(context.folder, 'latin1.csv');
  writeFileSync(file, Buffer.from('order,sku,productname\n1,caf\xe9,x\n2,tea,th\xe9 \x80\n', 'latin1'));
  const report = await bring(context, [file]);
  assert.equal(report.encodings, [{ file: 'latin1.csv', encoding: 'windows-1252', odd_bytes: 0 }]);
  assert.match(report.warnings.join(), 'latin1.csv is read as windows-1252');
  const { rows } = await context.client.query(
    'select product_id, name from couture_source.product order by 1',
  );
  assert.equal(rows, [
    { product_id: 'café', name: 'x' },
    { product_id: 'tea', name: 'thé €' },
  ]);
});

test('ids with a replacement character are rejected, and NUL bytes, which fill up fields, are dropped', async (context) => {
  const file = write(context, 'a.csv', 'order,sku,productname\n1,caf\ufffd,x\n2,tea\0\0,x\n3,tea,x\n');
  const report = await bring(context, [file]);
  assert.equal(report.rejected, { encoding: 1 });
  assert.equal([report.counted.lines, report.counted.products], [2, 1]);
});

test('the builds of another shop are deleted, those of the same shop are kept', async (context) => {
  const { client } = context;
  const first = write(context, 'a.csv', `${header}1,ada,85123A,2024-03-01,1,2.55,\n`);
  await bring(context, [first]);
  await client.query(`
    insert into couture.build (state) values ('published');
    insert into couture.published (build_id) select build_id from couture.build;
    insert into couture.product_key values (0, '85123A', 0);
    create table couture.product_list_b1 partition of couture.product_list for values in (1);
    insert into couture.push_subscription (endpoint, origin, p256dh, auth, customer_id, key_id, topics)
    values ('https://push.example/1', 'https://push.example', 'p', 'a', 'ada', 'k', '{news}');
    insert into couture.watch_entry values ('ada', '85123A');
    insert into couture.chat_session (visitor_key, creation_key, customer_id) values
      ('customer:ada', '\\x01', 'ada'), ('guest:00', '\\x02', null);`);
  const again = await bring(context, [first], { replace: true });
  assert.is(again.forgot_former_shop, false);
  const other = write(context, 'b.csv', `${header}1,ada,71053,2024-03-01,1,2.55,\n`);
  const replaced = await bring(context, [other], { replace: true });
  assert.is(replaced.forgot_former_shop, true);
  const { rows } = await client.query(
    `select (select count(*)::int from couture.published) as published, to_regclass('couture.product_list_b1') as list,
       (select count(*)::int from couture.push_subscription) as browsers, (select count(*)::int from couture.watch_entry) as watched,
       (select array_agg(visitor_key order by 1) from couture.chat_session) as visitors`,
  );
  // The other shop's ada is a different person: she must not get messages or see chats of the first one.
  const visitors = ['guest:00', 'guest:former:customer:ada'];
  assert.equal(rows, [{ published: 0, list: null, browsers: 0, watched: 0, visitors }]);
});

test('a database in another encoding is refused before anything is read or written', async (context) => {
  const server = { number: 150_000, words: '15', encoding: 'LATIN1' };
  let asked = 0;
  const client = { query: async () => ({ rows: [asked++ === 0 ? server : {}] }) } as unknown as Client;
  const files = [write(context, 'orders.csv', mixed)];
  await rejects(() => bring({ ...context, client }, files), hasCode('encoding_unsupported'));
  assert.is(asked, 1);
});
