// The evaluation's "current" model has the same lists as a build over the same orders, entry by entry.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { generateShop } from '../../../fixtures/generate/generate-shop.ts';
import { assert } from '../../../fixtures/suite.ts';
import { readWrittenLists } from '../../../fixtures/written-lists.ts';
import type { RepurchaseMode } from '../../../runtime/core/options.ts';
import { initPreset } from '../../../sql/source/preset.ts';
import { buildLimits, readAllOrders } from '../../test-support/all-orders.ts';
import { compareLists } from '../../test-support/compare-lists.ts';
import { buildHere } from '../../test-support/fault-shop.ts';
import { defaultPersonal, type PersonalizedJson } from '../models/model-settings.ts';
import { TrainedModels } from './trained-models.ts';

const test = databaseSuite('trained models', { migrated: true });

const models: ReadonlyArray<{ repurchase: RepurchaseMode; model?: PersonalizedJson }> = [
  { repurchase: 'auto' },
  { repurchase: 'always' },
  { repurchase: 'never' },
  {
    repurchase: 'auto',
    model: {
      profile: { recency: 0.9, length: 200 },
      repeat: { weight: 1, decay: 0.8, threshold: 0.01 },
      item_knn: {
        similarity: 'cosine',
        weighting: 'tfidf',
        shrink: 3,
        nearest: 'recommended',
        neighbours: 70,
      },
      popularity: { weight: 2, half_life_days: 60 },
    },
  },
  { repurchase: 'auto', model: { repeat: {}, item_knn: {}, ease: { weight: 2, ridge: 20, candidates: 30 } } },
  { repurchase: 'never', model: { ease: { candidates: 0, neighbours: 0 }, popularity: { weight: 1 } } },
  { repurchase: 'never', model: { ease: { candidates: 0, low_pass: 0.5, factors: 16 } } },
  { repurchase: 'never', model: { popularity: { weight: 1 } } },
];
for (const { repurchase, model } of models) {
  const named = model ? ` and the terms ${Object.keys(model).join(', ')}` : '';
  test(`the model has the lists of a build over the same orders, with repurchase ${repurchase}${named}`, async ({
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
      const { build_id } = await buildHere(
        { url: database.url, home },
        {
          flags: { repurchase, ...(model && { model: { personalized: model } }) },
        },
      );
      const { customers } = await readWrittenLists(client, build_id);
      const data = await readAllOrders(client);
      const settings = { ...buildLimits, repurchase };
      const trained = new TrainedModels(data).train(model ?? defaultPersonal, settings);
      const lists = new Map(Object.entries(customers).map(([id, { entries }]) => [id, entries]));
      const compared = compareLists(data, trained, lists, 20);
      assert.ok(compared > 1_000, `${compared} entries compared`);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
}
