// Exports: the rows of the view, quoted so that parsers read them back, in a file that is either complete or absent.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { type TestDatabase, testDatabase } from '../../../fixtures/database.ts';
import { assert, rejects, suite } from '../../../fixtures/suite.ts';
import { loadTinyShop, type TinyShop, tinyShop } from '../../../fixtures/tiny-shop.ts';
import type { CoutureError } from '../../../runtime/core/errors.ts';
import { readKeyTypes } from '../../../sql/id-types.ts';
import { type Client, openClient } from '../../../sql/pool.ts';
import { exportRows } from '../../../sql/store/lists/list-export.ts';
import { buildHere } from '../../test-support/fault-shop.ts';
import { type ExportInput, exportColumns, exportLists } from './export.ts';

interface Context {
  database: TestDatabase;
  client: Client;
  folder: string;
}

const test = suite<Context>('export');

test.beforeEach(async (context) => {
  context.database = await testDatabase();
  context.client = await openClient(context.database.url);
  context.folder = mkdtempSync(path.join(os.tmpdir(), 'couture-export-'));
});
test.afterEach(async ({ client, database, folder }) => {
  await client?.end();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const kinds = ['similar', 'bought_together', 'personalized', 'trending', 'bundle', 'bestseller'];

/** The tiny shop with ids and a category that are hard on every format. */
const awkward: TinyShop = rename(tinyShop, (id) => (id === '3' ? 'be"lt, "3"\nü' : `p ${id}`));

function rename({ products, lines, watched }: TinyShop, idOf: (id: string) => string): TinyShop {
  return {
    products: products.map((product) => ({
      ...product,
      id: idOf(product.id),
      category: product.category === 'Dresses' ? 'Dresses, "fine"' : (product.category ?? ''),
    })),
    lines: lines.map((line) => ({ ...line, product: line.product && idOf(line.product) })),
    watched,
  };
}

async function built(
  { client, database, folder }: Context,
  shop: TinyShop,
  types = {},
  flags = {},
): Promise<void> {
  await loadTinyShop(client, shop, types);
  await buildHere({ url: database.url, home: folder }, { flags: { halfLife: 'none', ...flags } });
}

async function write(context: Context, name: string, more: Partial<ExportInput> = {}): Promise<number> {
  return exportLists({
    client: context.client,
    buildId: 1,
    kinds,
    format: 'csv',
    ids: await readKeyTypes(context.client),
    file: path.join(context.folder, name),
    signal: new AbortController().signal,
    ...more,
  });
}

/** What the view has, as text, sorted. */
async function viewed(client: Client): Promise<string[][]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select ${exportColumns.join(', ')} from couture.recommendation`,
  );
  return sorted(rows.map((row) => exportColumns.map((column) => String(row[column]))));
}

function sorted(rows: string[][]): string[][] {
  return rows.sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
}

test('CSV has the rows of the view, including each variant, with any characters in ids', async (context) => {
  await built(context, awkward);
  const rows = await write(context, 'lists.csv');
  const [header, ...records] = parse(readFileSync(path.join(context.folder, 'lists.csv'))) as string[][];
  assert.equal(header, [...exportColumns]);
  assert.is(records.length, rows);
  assert.equal(sorted(records), await viewed(context.client));
  assert.ok(records.some((record) => record[1] === 'be"lt, "3"\nü' && record[0] === 'bought_together'));
  assert.ok(records.some((record) => record[1] === 'Dresses, "fine"' && record[0] === 'bestseller'));
  assert.ok(
    records.some((record) => record[1] === 'p 8'),
    'the other size of product 1',
  );
});

test('a spreadsheet runs no category, and ids stay as they are', async (context) => {
  const { products, lines } = rename(tinyShop, (id) => `=${id}`);
  const formulas = products.map((product) => ({ ...product, category: `=HYPERLINK(${product.category})` }));
  await built(context, { products: formulas, lines, watched: [] });
  await write(context, 'lists.csv', { kinds: ['bought_together', 'bestseller'] });
  const records = parse(readFileSync(path.join(context.folder, 'lists.csv')), { from: 2 }) as string[][];
  const subjects = (kind: string) =>
    records.filter((record) => record[0] === kind).map((record) => record[1]!);
  assert.ok(subjects('bought_together').every((subject) => subject.startsWith('=')));
  const categories = subjects('bestseller').filter(Boolean);
  assert.ok(categories.length > 0 && categories.every((subject) => subject.startsWith("'=HYPERLINK")));
});

test('JSON Lines have the same rows; bigint ids are numbers', async (context) => {
  await built(context, tinyShop, { order: 'int', customer: 'int', product: 'bigint' });
  await write(context, 'lists.jsonl', { format: 'jsonl' });
  const lines = readFileSync(path.join(context.folder, 'lists.jsonl'), 'utf8').trimEnd().split('\n');
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(
    sorted(records.map((record) => exportColumns.map((column) => String(record[column])))),
    await viewed(context.client),
  );
  const personal = records.find((record) => record.kind === 'personalized');
  assert.equal(
    [typeof personal?.subject, typeof personal?.item_id, typeof personal?.score],
    ['number', 'number', 'number'],
  );
  assert.ok(records.some((record) => record.kind === 'bestseller' && record.subject === 'Dresses'));
});

test('ids beyond 2^53 are strings, since JSON numbers would round them', async (context) => {
  const big = rename(tinyShop, (id) => `90071992547409${id.padStart(3, '0')}`);
  await built(context, big, { order: 'int', customer: 'int', product: 'bigint' });
  await write(context, 'lists.jsonl', { format: 'jsonl', kinds: ['bought_together'] });
  const text = readFileSync(path.join(context.folder, 'lists.jsonl'), 'utf8');
  assert.match(text, '"subject":"90071992547409001"');
});

test('kinds come in the requested order, entries by rank', async (context) => {
  await built(context, tinyShop);
  await write(context, 'lists.csv', { kinds: ['bought_together', 'similar'] });
  const records = parse(readFileSync(path.join(context.folder, 'lists.csv')), { from: 2 }) as string[][];
  assert.equal([...new Set(records.map((record) => record[0]))], ['bought_together', 'similar']);
  let [subject, rank] = ['', 0];
  for (const record of records) {
    const now = `${record[0]} ${record[1]}`;
    rank = now === subject ? rank + 1 : 1;
    subject = now;
    assert.is(Number(record[2]), rank);
  }
});

test('a build that is not published can be exported', async (context) => {
  await built(context, tinyShop);
  await buildHere(
    { url: context.database.url, home: context.folder },
    { publish: false, flags: { halfLife: 'none', top: 1 } },
  );
  const [one, other] = [await write(context, '1.csv'), await write(context, '2.csv', { buildId: 2 })];
  assert.ok(other > 0 && other < one);
});

test('a file that ends in .gz is compressed', async (context) => {
  await built(context, tinyShop);
  await write(context, 'lists.csv');
  await write(context, 'lists.csv.gz');
  const [plain, packed] = ['lists.csv', 'lists.csv.gz'].map((name) =>
    readFileSync(path.join(context.folder, name)),
  );
  assert.equal(gunzipSync(packed!), plain);
});

test('an aborted export leaves the old file unchanged and no other', async (context) => {
  await built(context, tinyShop);
  writeFileSync(path.join(context.folder, 'lists.csv'), 'the old one');
  const stop = new AbortController();
  await rejects(
    () =>
      write(context, 'lists.csv', { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) }),
    /enough|aborted/i,
  );
  assert.is(readFileSync(path.join(context.folder, 'lists.csv'), 'utf8'), 'the old one');
  assert.equal(
    readdirSync(context.folder).filter((name) => name.includes('lists')),
    ['lists.csv'],
  );
  const { rows } = await context.client.query('select 1 as alive');
  assert.equal(rows, [{ alive: 1 }], 'the connection is usable');
});

test('a folder is rejected before anything is read; a link stays a link; a device is written to', async (context) => {
  await built(context, tinyShop);
  const isRefused = (error: Error) => (error as CoutureError).code === 'file_unreadable';
  await rejects(() => write(context, '.'), isRefused);
  await rejects(() => write(context, 'nowhere/lists.csv'), isRefused);
  writeFileSync(path.join(context.folder, 'real.csv'), '');
  symlinkSync('real.csv', path.join(context.folder, 'link.csv'));
  await write(context, 'link.csv');
  assert.match(readFileSync(path.join(context.folder, 'real.csv'), 'utf8'), /^kind,subject/);
  assert.ok((await write(context, 'x', { file: '/dev/null' })) > 0);
});

test('rows are read in batches from one snapshot', async (context) => {
  await built(context, tinyShop);
  const other = await openClient(context.database.url);
  try {
    let [rows, largest, first] = [0, 0, true];
    for await (const batch of exportRows(context.client, 1, kinds, { batchRows: 7 })) {
      rows += batch.length;
      largest = Math.max(largest, batch.length);
      if (first) await other.query('delete from couture.customer_list; delete from couture.trending_list');
      first = false;
    }
    assert.is(largest, 7);
    assert.ok(rows > (await viewed(context.client)).length, 'what was deleted meanwhile is in');
  } finally {
    await other.end();
  }
});
