// Times of imported orders: in many formats, on some lines only, in both orders of day and month, in the future.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { assert, rejects, suite } from '../../fixtures/suite.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { openProgress } from '../terminal/progress.ts';
import { parseMapping } from './columns.ts';
import { type ImportOptions, type ImportReport, importOrders } from './import-orders.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  folder: string;
}

const test = suite<Context>('order times');

test.beforeEach(async (context) => {
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-times-'));
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
});
test.afterEach(async ({ client, database, folder }) => {
  await client?.end();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const silent = openProgress({ write: () => true } as unknown as NodeJS.WriteStream, false);

/** Imports files with these lines, below a header with order, product and time. */
function bring(
  { client, folder }: Context,
  files: ReadonlyArray<readonly string[]>,
  options: Partial<ImportOptions> = {},
): Promise<ImportReport> {
  const paths = files.map((lines, at) => {
    const file = path.join(folder, `${'ab'[at]}.csv`);
    writeFileSync(file, `order_id,product_id,ordered_at\n${lines.join('\n')}\n`);
    return file;
  });
  const rules = { mapping: parseMapping(''), strict: false, replace: true, keepServices: false };
  return importOrders(client, { files: paths, ...rules, ...options }, silent);
}

async function times(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select concat_ws(' ', order_id, product_id, to_char(ordered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')) as line
     from couture_source.order_line order by order_id, product_id`,
  );
  return rows.map(({ line }) => line);
}

test('time formats can differ from line to line', async (context) => {
  const report = await bring(context, [
    [
      '1,A,"Mar 1, 2024"',
      '1,B,01-Mar-2024',
      '2,A,2024.03.01',
      '2,B,2024-03-01 10:00 PM',
      '3,A,"Fri, 01 Mar 2024 10:00:00 GMT"',
      '3,B,20240301100000',
      '4,A,45352',
      '4,B,2024-03-01T10:00:00+01:00[Europe/Berlin]',
      '5,A,2024-03-01',
    ],
  ]);
  assert.equal([report.lines, report.filled.excel_days], [9, 1]);
  assert.equal(await times(context.client), [
    '1 A 2024-03-01T00:00:00',
    '1 B 2024-03-01T00:00:00',
    '2 A 2024-03-01T00:00:00',
    '2 B 2024-03-01T22:00:00',
    '3 A 2024-03-01T10:00:00',
    '3 B 2024-03-01T10:00:00',
    '4 A 2024-03-01T00:00:00',
    '4 B 2024-03-01T09:00:00',
    '5 A 2024-03-01T00:00:00',
  ]);
});

test('a line without a time gets the time of its order, wherever that stands', async (context) => {
  const lines = [
    '1,A,2024-03-01 10:00',
    '1,B,',
    '2,A,',
    '3,A,',
    '2,B,2024-03-02',
    '2,C,2024-03-03',
    '4,A,',
    '1,C,',
  ];
  const report = await bring(context, [lines], { allowUndated: true });
  assert.equal([report.filled.order_times, report.filled.times], [3, 2]);
  assert.equal(await times(context.client), [
    '1 A 2024-03-01T10:00:00',
    '1 B 2024-03-01T10:00:00',
    '1 C 2024-03-01T10:00:00',
    '2 A 2024-03-02T00:00:00',
    '2 B 2024-03-02T00:00:00',
    '2 C 2024-03-03T00:00:00',
    '3 A 2000-01-01T00:00:02',
    '4 A 2000-01-01T00:00:03',
  ]);
});

test('orders without any time keep their file order', async (context) => {
  const { filled } = await bring(context, [['2,A,', '1,A,', '1,B,']]);
  assert.equal([filled.times, filled.order_times], [3, 0]);
  assert.equal(await times(context.client), [
    '1 A 2000-01-01T00:00:02',
    '1 B 2000-01-01T00:00:02',
    '2 A 2000-01-01T00:00:01',
  ]);
});

test('more than a few lines without a time stop the import, and nothing is written', async (context) => {
  const dated = Array.from({ length: 94 }, (_, at) => `${at},A,2024-03-01`);
  const undated = Array.from({ length: 6 }, (_, at) => `${200 + at},A,`);
  const error = await rejects(
    () => bring(context, [[...dated, ...undated]]),
    /6 of 100 lines \(6 %\) have no time/,
  );
  assert.match((error as Error & { hint: string }).hint, '--allow-undated');
  const { rows } = await context.client.query(`select to_regnamespace('imported') as tables`);
  assert.equal(rows, [{ tables: null }]);
  const few = await bring(context, [[...dated, ...undated.slice(0, 4)]]);
  assert.equal([few.lines, few.filled.times], [98, 4]);
});

test('orders in the future are skipped, with the lines dated by them', async (context) => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const report = await bring(context, [
    ['1,A,2024-03-01', '2,A,2099-01-01', '2,B,', '3,A,9999-12-31', `4,A,${tomorrow}`],
  ]);
  assert.equal([report.lines, report.rejected], [2, { future: 3 }]);
  assert.equal(
    (await times(context.client)).map((line) => line.slice(0, 3)),
    ['1 A', '4 A'],
  );
  const error = await rejects(
    () => bring(context, [['2,A,2099-01-01']]),
    /dated in the future: "2099-01-01"/,
  );
  assert.match((error as Error & { hint: string }).hint, /clock/);
});

test('an order long after all others causes a warning', async (context) => {
  const trade = Array.from({ length: 300 }, (_, at) => {
    const day = new Date(Date.UTC(2022, 0, 1 + at)).toISOString().slice(0, 10);
    return `${at},A,${day}`;
  });
  const { lines, warnings } = await bring(context, [[...trade, 'late,A,2024-12-24']]);
  assert.is(lines, 301);
  assert.match(warnings.join(), /1 order line is dated 2024-12-24, more than a year after all others/);
});

test('files that mix both orders of day and month are rejected', async (context) => {
  const [dmy, mdy] = [
    ['1,A,13/04/2024', '1,B,13/04/2024'],
    ['2,A,04/03/2024', '2,B,04/25/2024'],
  ];
  for (const [files, words] of [
    [[dmy, mdy], /a\.csv writes the day first \("13\/04\/2024"\), .*b\.csv the month \("04\/25\/2024"\)/],
    [[mdy, dmy], /a\.csv writes the month first \("04\/25\/2024"\), .*b\.csv the day \("13\/04\/2024"\)/],
    [[[...dmy, ...mdy]], /a\.csv: "04\/25\/2024" has the month first, other dates have the day first/],
    [[[...mdy, ...dmy]], /a\.csv: "13\/04\/2024" has the day first, other dates have the month first/],
  ] as const) {
    const error = await rejects(() => bring(context, files), words);
    assert.match((error as Error & { hint: string }).hint, '--date-order');
  }
  const said = await bring(context, [[...dmy, ...mdy]], { dateOrder: 'dmy' });
  assert.equal([said.lines, said.rejected], [3, { time: 1 }]);
});

test('a file with ambiguous dates uses the date order of the other file', async (context) => {
  await bring(context, [['1,A,03/04/2024'], ['2,A,04/25/2024']]);
  assert.equal(await times(context.client), ['1 A 2024-03-04T00:00:00', '2 A 2024-04-25T00:00:00']);
});
