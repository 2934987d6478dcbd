// The evaluation's "current" model has the same lists as a build over the same orders, entry by entry.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { generateShop } from '../../../fixtures/generate/generate-shop.ts';
import { assert } from '../../../fixtures/suite.ts';
import { readWrittenLists } from '../../../fixtures/written-lists.ts';
import { initPreset } from '../../../sql/source/preset.ts';
import { buildHere } from '../../test-support/fault-shop.ts';
import { TopK } from '../similarity/top-k.ts';
import { builtModel, gatherParts } from './built-model.ts';
import { readShopOrders } from './read-shop-orders.ts';
import { ScoreBuffer } from './score-buffer.ts';

const test = databaseSuite('built model', { migrated: true });

for (const repurchase of ['auto', 'always', 'never'] as const) {
  test(`the model has the lists of a build over the same orders, with repurchase ${repurchase}`, async ({
    client,
    database,
  }) => {
    await generateShop(client, { orders: 2_000, products: 120, customers: 300, seed: 5 });
    await initPreset(client, 'sample');
    // The evaluation reads orders only, no watch lists.
    await client.query(
      'create or replace view couture_source.watchlist as select customer_id, product_id from couture_source.order_line where false',
    );
    const home = mkdtempSync(path.join(os.tmpdir(), 'couture-built-'));
    try {
      const { build_id } = await buildHere({ url: database.url, home }, { flags: { repurchase } });
      const { customers } = await readWrittenLists(client, build_id);
      const data = await readShopOrders(client, {
        from: undefined,
        latestDay: Number.POSITIVE_INFINITY,
        newest: Number.POSITIVE_INFINITY,
        split: { days: 0 },
        signal: new AbortController().signal,
        onProgress() {},
      });
      const settings = { repurchase, top: 20, maxHistory: 500, maxOrderLines: 100, seed: 1 };
      const model = builtModel(data, gatherParts(data, settings), settings);
      const buffer = new ScoreBuffer(data.trainItems);
      const best = new TopK(20);
      let compared = 0;
      for (const [at, customer] of data.customerIds.entries()) {
        model(at, buffer);
        buffer.rank(best, () => false);
        const written = customers[customer]?.entries ?? [];
        const scores = Array.from(best.scores.subarray(0, best.length), Math.fround);
        assert.is(scores.length, written.length, `entries for ${customer}`);
        for (const [rank, { item, score }] of written.entries()) {
          const shown = `customer ${customer}, rank ${rank + 1}`;
          assert.ok(Math.abs(scores[rank]! - score) < 1e-5 * Math.max(1, score), shown);
          // Exact ties are broken by item number, which the evaluation assigns by a hash.
          const tied = written.some((other) => other.item !== item && Math.abs(other.score - score) < 1e-5);
          const last = Math.abs(written.at(-1)!.score - score) < 1e-5;
          if (tied || last) continue;
          assert.is(data.itemIds[best.ids[rank]!], item, shown);
          compared++;
        }
      }
      assert.ok(compared > 1_000, `${compared} entries compared`);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
}
