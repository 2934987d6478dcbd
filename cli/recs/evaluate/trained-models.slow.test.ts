// What `recs evaluate` calls "current" on real orders, the sample shop and generated shops: the lists that a build exports.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { type DatabaseContext, databaseSuite } from '../../../fixtures/database-suite.ts';
import { generateShop } from '../../../fixtures/generate/generate-shop.ts';
import { findRealOrders, loadRealOrders } from '../../../fixtures/real-orders.ts';
import { loadSampleShop } from '../../../fixtures/sample/load-sample-shop.ts';
import { sampleShop } from '../../../fixtures/sample/sample-shop.ts';
import { assert } from '../../../fixtures/suite.ts';
import { readKeyTypes } from '../../../sql/id-types.ts';
import type { Client } from '../../../sql/pool.ts';
import { initPreset } from '../../../sql/source/preset.ts';
import { buildLimits, readAllOrders } from '../../test-support/all-orders.ts';
import { compareLists, type ListedItem } from '../../test-support/compare-lists.ts';
import { buildHere } from '../../test-support/fault-shop.ts';
import { exportLists } from '../builds/export.ts';
import { defaultPersonal } from '../models/model-settings.ts';
import { TrainedModels } from './trained-models.ts';

interface Context extends DatabaseContext {
  home: string;
}

const test = databaseSuite<Context>('current lists', { timeout: 900_000, migrated: true });
test.beforeEach((context) => {
  context.home = mkdtempSync(path.join(os.tmpdir(), 'couture-current-'));
});
test.afterEach(({ home }) => rmSync(home, { recursive: true, force: true }));

const shops: Record<string, ((client: Client) => Promise<void>) | undefined> = {
  'Ta-Feng, without dates': realShop('tafeng_realitycheck'),
  'UCI Online Retail, with its dates': realShop('uci_online_retail', (client) =>
    client.query(`create or replace view couture_source.order_line as
      select order_id, customer_id, product_id, 1 as quantity, 1.00 as unit_price, ordered_at from real.line`),
  ),
  'the sample shop': async (client) => {
    await loadSampleShop(client, sampleShop());
    await initPreset(client, 'sample');
  },
  'a small generated shop': async (client) => {
    await generateShop(client, { orders: 4_000, products: 150, customers: 400, seed: 11 });
    await initPreset(client, 'sample');
  },
  'a large generated shop': async (client) => {
    await generateShop(client, { orders: 40_000, products: 2_500, customers: 6_000, seed: 12 });
    await initPreset(client, 'sample');
  },
};

for (const [name, load] of Object.entries(shops)) {
  const title = `${name}: the evaluation's lists are those that a build exports`;
  if (!load) {
    test.skip(title);
    continue;
  }
  test(title, async ({ client, database, home }) => {
    await load(client);
    // The evaluation reads orders only, no watch lists.
    await client.query(
      'create or replace view couture_source.watchlist as select customer_id, product_id from couture_source.order_line where false',
    );
    const { build_id } = await buildHere({ url: database.url, home });
    const written = await exported(client, build_id, path.join(home, 'lists.csv'));
    const data = await readAllOrders(client);
    const model = new TrainedModels(data).train(defaultPersonal, buildLimits);
    const compared = compareLists(data, model, written, 20);
    assert.ok(compared > 2_000, `${compared} entries compared`);
  });
}

function realShop(
  name: string,
  change?: (client: Client) => Promise<unknown>,
): ((client: Client) => Promise<void>) | undefined {
  const set = findRealOrders(name);
  if (!set) return undefined;
  return async (client) => {
    // A third of the customers, each with all orders, have lists of every length and kind.
    await loadRealOrders(client, set, 200_000);
    await change?.(client);
  };
}

/** The personalized lists as `recs export` writes them. */
async function exported(client: Client, buildId: number, file: string): Promise<Map<string, ListedItem[]>> {
  await exportLists({
    client,
    buildId,
    kinds: ['personalized'],
    format: 'csv',
    ids: await readKeyTypes(client),
    file,
    signal: new AbortController().signal,
  });
  const lists = new Map<string, ListedItem[]>();
  for (const { subject, item_id, score } of parse(readFileSync(file), { columns: true }) as Record<
    string,
    string
  >[]) {
    const list = lists.get(subject!) ?? [];
    list.push({ item: item_id!, score: Number(score) });
    lists.set(subject!, list);
  }
  return lists;
}
