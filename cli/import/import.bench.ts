// `npm run bench:import -- --lines 700000`: an import of order lines compared with a plain COPY of the same file, as psql's
// \copy sends it. Starts its own embedded Postgres; prints one JSON line. CPU includes that of Postgres.
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { benchFacts, say } from '../../fixtures/bench-facts.ts';
import { benchPostgres, endWithChildren } from '../../fixtures/bench-process.ts';
import { generateShop, shopOfLines } from '../../fixtures/generate/generate-shop.ts';
import { copyIn, copyOut } from '../../sql/copy/copy.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { postgresSeconds } from '../runtime-tests/cpu-meter.bench.ts';
import type { Progress } from '../terminal/progress.ts';
import { parseMapping } from './columns.ts';
import { importOrders } from './import-orders.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '700000' },
    runs: { type: 'string', default: '3' },
    home: { type: 'string' },
  },
});
endWithChildren();
const postgres = await benchPostgres(values.home);
try {
  const client = await openClient(postgres.url);
  const file = path.join(postgres.home, 'orders.csv');
  const lines = await writeFile(client, file);
  const rounds = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const copied = await timed(() => copyFile(client, file));
    let reading = 0;
    const imported = await timed(() => importFile(client, file, (milliseconds) => (reading = milliseconds)));
    const ratios = { reading: reading / copied.ms, whole: imported.ms / copied.ms };
    rounds.push({ copied, imported: { ...imported, reading_ms: Math.round(reading) }, ratios });
    say(
      `run ${run + 1}: reading ${ratios.reading.toFixed(2)}, whole import ${ratios.whole.toFixed(2)} × COPY`,
    );
  }
  await client.end();
  rounds.sort((a, b) => a.ratios.whole - b.ratios.whole);
  const { copied, imported, ratios } = rounds[Math.floor(rounds.length / 2)]!;
  console.log(
    JSON.stringify({
      bench: 'import',
      ...benchFacts(),
      lines,
      bytes: statSync(file).size,
      copied,
      imported,
      ratio_reading: Number(ratios.reading.toFixed(2)),
      ratio: Number(ratios.whole.toFixed(2)),
      ratio_cpu: Number((imported.cpu_ms / copied.cpu_ms).toFixed(2)),
    }),
  );
} finally {
  await postgres.release();
}

/** An export as shops have it: 9 columns, with names, categories and statuses. */
async function writeFile(client: Client, file: string): Promise<number> {
  const { orders, customers } = shopOfLines(Number(values.lines));
  const made = await generateShop(client, { orders, customers, products: 15_000, seed: 1, replace: true });
  const rows = copyOut(
    client,
    `select l.order_id, o.customer_id, l.product_id, l.quantity, l.unit_price,
            to_char(o.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as ordered_at, p.name, p.category, o.status
     from shop.order_line l join shop.orders o using (order_id) join shop.product p using (product_id)
     order by l.order_id`,
    'csv',
  );
  const out = createWriteStream(file);
  out.write('order_id,customer_id,product_id,quantity,unit_price,ordered_at,name,category,status\n');
  await pipeline(rows, out);
  return made.lines;
}

async function copyFile(client: Client, file: string): Promise<void> {
  await client.query(
    `drop table if exists copied;
     create table copied (order_id text, customer_id text, product_id text, quantity int, unit_price numeric,
                          ordered_at timestamptz, name text, category text, status text)`,
  );
  await pipeline(createReadStream(file), copyIn(client, 'copied', 'format csv, header true'));
}

async function importFile(
  client: Client,
  file: string,
  onRead: (milliseconds: number) => void,
): Promise<void> {
  const progress: Progress = {
    stage(name) {
      const started = performance.now();
      const end = () => name.startsWith('Reading') && onRead(performance.now() - started);
      return { update() {}, end };
    },
    pause: (write) => write(),
    stop() {},
  };
  const options = { files: [file], mapping: parseMapping(''), strict: false, keepServices: false };
  await importOrders(client, { ...options, replace: true }, progress);
}

async function timed(work: () => Promise<void>): Promise<{ ms: number; cpu_ms: number }> {
  const cpu = () =>
    process.cpuUsage().user + process.cpuUsage().system + postgresSeconds(postgres.location) * 1e6;
  const before = { at: performance.now(), cpu: cpu() };
  await work();
  return { ms: Math.round(performance.now() - before.at), cpu_ms: Math.round((cpu() - before.cpu) / 1e3) };
}
