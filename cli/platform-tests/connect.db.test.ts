// `couture connect` on each platform's own tables: one command, and the planted outfits are in the lists.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import type { ConnectReport } from '../connect/connect.ts';
import {
  checkAddresses,
  djangoFill,
  fillFile,
  loadPlantedShop,
  measureLists,
  shopFile,
  smallShop,
} from '../test-support/platforms/platform-shop.ts';
import { runCommand } from '../test-support/run-command.ts';

const test = databaseSuite('connect, on the tables of platforms', { timeout: 300_000 });

const djangoShop = { outfits: 40, kinds: 10, sizes: 1, customers: 300, orders: 4_000, noise: 0.15 };

/** Name → platform, tables, rows, size; tables of other people's platforms may be absent. */
const shops = {
  medusa: ['medusa', shopFile('medusa.schema.sql'), fillFile('medusa-fill.sql'), smallShop],
  vendure: ['vendure', shopFile('vendure.schema.sql'), fillFile('vendure-fill.sql'), smallShop],
  evershop: ['evershop', shopFile('evershop.schema.sql'), fillFile('evershop-fill.sql'), smallShop],
  oscar: ['oscar', shopFile('oscar.schema.sql'), fillFile('oscar-fill.sql'), smallShop],
  saleor: ['saleor', shopFile('saleor.schema.sql'), fillFile('saleor-fill.sql'), smallShop],
  spree: ['spree', fillFile('spree-schema.sql'), fillFile('spree-fill.sql'), smallShop],
  odoo: ['odoo', fillFile('odoo-schema.sql'), fillFile('odoo-fill.sql'), smallShop],
  'django with uuid ids': [
    'django',
    shopFile('django-store-uuid.schema.sql'),
    djangoFill('store'),
    djangoShop,
  ],
} as const;

for (const [name, [platform, schema, fill, size]] of Object.entries(shops)) {
  const title = `${name}: one command recognizes, writes views, builds and shows the planted outfits`;
  if (!schema) {
    test.skip(`${title} (its tables are not there)`);
    continue;
  }
  test(title, async ({ client, database }) => {
    await loadPlantedShop(client, { schema, fill, size });
    const folder = mkdtempSync(path.join(os.tmpdir(), 'couture-connect-'));
    try {
      const { code, stdout, stderr } = await runCommand(
        ['connect', database.url, '--json', '--workers', '1', '--shop-url', 'http://127.0.0.1:1'],
        { cwd: folder, env: { PATH: process.env.PATH! } },
      );
      assert.is(code, 0, stderr + stdout);
      const report = JSON.parse(stdout) as ConnectReport;
      assert.is(report.platform, platform);
      assert.is(report.views, 'created');
      assert.ok(
        report.shop!.statuses.some((each) => each.counts),
        'some orders count',
      );
      assert.ok(
        report.shop!.statuses.some((each) => !each.counts),
        'cancelled ones do not',
      );
      assert.is(report.products.length, 3);
      assert.ok(report.products.every(({ lists }) => lists.bought_together!.length > 0));
      const share = await measureLists(client);
      if (process.env.COUTURE_TEST_FIGURES) console.log(name, JSON.stringify(share));
      assert.ok(share.entries > 360 && share.inside / share.entries >= 0.98, JSON.stringify(share));
      assert.is(share.falsePairs, 0);
      await checkAddresses(client, database.url);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
