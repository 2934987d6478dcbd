// A small shop with a published build, in a new database and home for each test, and helpers that observe builds.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templateDatabase, testDatabase } from '../../fixtures/database.ts';
import { generateShop } from '../../fixtures/generate/generate-shop.ts';
import { until } from '../../fixtures/until.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { type Client, openClient } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import type { BuildSummary } from '../recs/build-summary.ts';
import { type BuildInput, buildRecommendations } from '../recs/pipeline.ts';

export interface FaultShop {
  readonly url: string;
  readonly home: string;
  /** Connection for the test. */
  readonly client: Client;
  drop(): Promise<void>;
}

/** Creates a shop in which build 1 is published. */
export async function faultShop(): Promise<FaultShop> {
  const database = await testDatabase({ template: await templateDatabase('fault shop', fillShop) });
  const home = await mkdtemp(join(tmpdir(), 'couture-fault-'));
  const client = await openClient(database.url);
  return {
    url: database.url,
    home,
    client,
    async drop() {
      await client.end();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Fills an empty database with a shop and its first build. */
export async function fillShop(url: string): Promise<void> {
  const client = await openClient(url);
  const home = await mkdtemp(join(tmpdir(), 'couture-fault-'));
  try {
    await generateShop(client, { orders: 1_200, products: 100, customers: 160, seed: 7 });
    await initPreset(client, 'sample');
    await buildHere({ url, home });
  } finally {
    await client.end();
    await rm(home, { recursive: true, force: true });
  }
}

export interface BuildHere extends Partial<Omit<BuildInput, 'config'>> {
  readonly notes?: string[];
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** Runs a build in this process, by default with one thread: each takes 0.05 s of CPU to start. */
export async function buildHere(
  shop: Pick<FaultShop, 'url' | 'home'>,
  options: BuildHere = {},
): Promise<BuildSummary> {
  const { notes, flags, ...input } = options;
  return buildRecommendations({
    config: loadConfig({ directory: shop.home, env: {}, flags: { home: shop.home, workers: 1, ...flags } })
      .config,
    databaseUrl: shop.url,
    sourceUrl: shop.url,
    publish: true,
    force: false,
    display: { stage: () => ({ update() {}, end() {} }) },
    note: (line) => notes?.push(line),
    signal: new AbortController().signal,
    ...input,
  });
}

/** Returns a hash of everything that a reader of `couture.recommendation` sees. */
export async function whatIsServed(
  client: Client,
): Promise<{ builds: number[]; entries: number; hash: string }> {
  const { rows } = await client.query<{ build_id: number; entry: string }>(
    `select build_id, concat_ws('|', kind, subject, rank, item_id, score, reason, source) as entry
     from couture.recommendation`,
  );
  const hash = createHash('sha256');
  for (const entry of rows.map((row) => row.entry).sort()) hash.update(`${entry}\n`);
  return {
    builds: [...new Set(rows.map((row) => row.build_id))],
    entries: rows.length,
    hash: hash.digest('hex'),
  };
}

/** Build → state. */
export async function buildStates(client: Client): Promise<Record<number, string>> {
  const { rows } = await client.query<{ build_id: number; state: string }>(
    'select build_id, state from couture.build',
  );
  return Object.fromEntries(rows.map((row) => [row.build_id, row.state]));
}

/** Returns the names of all list tables of builds, attached or not. */
export async function listTablesOf(client: Client, buildId: number): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'couture'::regnamespace and relkind = 'r' and relname like '%\\_list\\_b' || $1 order by 1`,
    [buildId],
  );
  return rows.map((row) => row.name);
}

/** Waits until a session of the build of process `pid` waits for a lock. */
export async function untilBlocked(client: Client, pid: number): Promise<void> {
  await untilSessions(client, pid, `exists (select from session where wait_event_type = 'Lock')`);
}

/** Waits until the build of process `pid` is reading order lines. */
export async function untilReading(client: Client, pid: number): Promise<void> {
  await untilSessions(
    client,
    pid,
    `exists (select from session where state = 'active' and query like '%couture_source.order_line%' and query not like 'explain%')`,
  );
}

/** Slows the order lines down to a few hundred per second. */
export async function slowLines(client: Client): Promise<void> {
  const { rows } = await client.query<{ text: string }>(
    `select pg_get_viewdef('couture_source.order_line'::regclass) as text`,
  );
  await client.query(`
    create function couture_source.slowly(value int) returns int volatile language sql as 'select value from pg_sleep(0.003)';
    drop view couture_source.order_line;
    create view couture_source.order_line as
      select order_id, customer_id, product_id, couture_source.slowly(quantity) as quantity, unit_price, ordered_at
      from (${rows[0]!.text.replace(/;\s*$/, '')}) line`);
}

/** Restores the full speed. */
export async function fastLines(client: Client): Promise<void> {
  await initPreset(client, 'sample', { replace: true });
}

/** Waits until the build of process `pid` has no session left. */
export async function untilGone(client: Client, pid: number): Promise<void> {
  await untilSessions(client, pid, 'not exists (select from session)');
}

async function untilSessions(client: Client, pid: number, condition: string): Promise<void> {
  await until(async () => {
    const { rows } = await client.query<{ holds: boolean }>(
      `with session as (
         select * from pg_stat_activity where datname = current_database() and application_name like $1
       ) select ${condition} as holds`,
      [`couture build (pid ${pid} %`],
    );
    return rows[0]!.holds;
  }, `sessions of process ${pid}: ${condition}`);
}

/** Returns the build folders below `home/spill` with their contents. */
export async function spillFiles(home: string): Promise<string[]> {
  const found = await readdir(join(home, 'spill'), { recursive: true }).catch(() => []);
  return found.filter((name) => name.includes('build-'));
}
