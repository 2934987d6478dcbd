// For tests of imports: files in a temporary folder, a database for them, and a progress bar that shows nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestDatabase, testDatabase } from '../../fixtures/database.ts';
import { type Suite, suite } from '../../fixtures/suite.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { parseMapping } from '../import/columns.ts';
import { type ImportOptions, type ImportReport, importOrders } from '../import/import-orders.ts';
import { openProgress } from '../terminal/progress.ts';

export const quietProgress = openProgress({ write: () => true } as unknown as NodeJS.WriteStream, false);

export interface TestFolder {
  write(name: string, content: string | Buffer): string;
  remove(): void;
}

export function testFolder(): TestFolder {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-files-'));
  return {
    write(name, content) {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface ImportContext {
  database: TestDatabase;
  client: Client;
  folder: TestFolder;
}

/** Declares a suite with one database for all tests: what each test imports is dropped before the next one. */
export function importSuite(name: string): Suite<ImportContext> {
  const test = suite<ImportContext>(name);
  test.before(async (context) => {
    context.folder = testFolder();
    context.database = await testDatabase();
    context.client = await openClient(context.database.url);
  });
  test.after(async ({ client, database, folder }) => {
    await client?.end();
    await database?.drop();
    folder?.remove();
  });
  test.beforeEach(async ({ client }) => {
    await client.query('drop schema if exists imported, couture_source cascade');
  });
  return test;
}

type Options = Partial<Omit<ImportOptions, 'mapping'>> & { map?: string };

/** Imports files with these contents; `products` is the content of a product file. */
export function bring(
  { client, folder }: ImportContext,
  orders: string | Buffer | ReadonlyArray<string | Buffer>,
  { map = '', products, ...options }: Options = {},
): Promise<ImportReport> {
  const all = typeof orders === 'string' || Buffer.isBuffer(orders) ? [orders] : orders;
  const files = all.map((content, at) => folder.write(`orders-${at}.csv`, content));
  const file = products === undefined ? undefined : folder.write('products.csv', products);
  const defaults = { mapping: parseMapping(map), strict: false, replace: true, keepServices: false };
  return importOrders(client, { files, products: file, ...defaults, ...options }, quietProgress);
}

/** Order lines that count. */
export async function countedLines(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select concat_ws(' ', order_id, coalesce(customer_id, '-'), product_id, quantity, unit_price,
       to_char(ordered_at at time zone 'UTC', 'YYYY-MM-DD')) as line
     from couture_source.order_line order by order_id, product_id`,
  );
  return rows.map((row) => row.line);
}

/** Columns of all products, in the order of their ids. */
export async function productLines(client: Client, columns: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select concat_ws(' ', ${columns}) as line from couture_source.product order by product_id`,
  );
  return rows.map((row) => row.line);
}

/** Text → bytes in an encoding that Node can only decode: by trying all pairs of bytes. */
export function bytesOf(encoding: string, text: string): Buffer {
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, Buffer>();
  for (let lead = 0x80; lead < 0x100; lead++) {
    const one = decoder.decode(Buffer.from([lead]));
    if (one.length === 1 && one !== '\ufffd') table.set(one, Buffer.from([lead]));
    for (let trail = 0x40; trail < 0x100; trail++) {
      const two = decoder.decode(Buffer.from([lead, trail]));
      if ([...two].length === 1 && two !== '\ufffd' && !table.has(two))
        table.set(two, Buffer.from([lead, trail]));
    }
  }
  return Buffer.concat(
    [...text].map((letter) => (letter < '\x80' ? Buffer.from(letter) : table.get(letter)!)),
  );
}
