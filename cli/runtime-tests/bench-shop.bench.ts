// The generated shop with a published build for the benchmarks of the runtime.
import os from 'node:os';
import { generateShop, shopOfLines } from '../../fixtures/generate/generate-shop.ts';
import { loadConfig } from '../../runtime/core/config.ts';
import { migrate } from '../../sql/migrate.ts';
import { openClient } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { buildRecommendations } from '../recs/pipeline.ts';

/** Generates a shop and a build, unless they exist. */
export async function makeBenchShop(url: string, size: { lines: number; products: number }): Promise<void> {
  const client = await openClient(url);
  try {
    await migrate(client);
    const { rows } = await client.query<{ there: boolean }>(
      `select to_regclass('shop.order_line') is not null as there`,
    );
    if (rows[0]!.there) return;
    await generateShop(client, { ...shopOfLines(size.lines), products: size.products, seed: 1 });
    await initPreset(client, 'sample');
  } finally {
    await client.end();
  }
  const { config } = loadConfig({ directory: os.tmpdir(), env: {}, flags: {} });
  await buildRecommendations({
    config,
    databaseUrl: url,
    sourceUrl: url,
    publish: true,
    force: true,
    display: { stage: () => ({ update() {}, end() {} }) },
    note() {},
    signal: new AbortController().signal,
  });
}

/** Ids of products in stock, in a fixed pseudo-random order. */
export async function benchProducts(url: string, count: number): Promise<string[]> {
  const client = await openClient(url);
  try {
    const { rows } = await client.query<{ id: string }>(
      `select product_id::text as id from couture_source.product where inventory > 0
       order by md5(product_id::text) limit $1`,
      [count],
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}
