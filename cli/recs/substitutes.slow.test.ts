// Substitutes on real orders, and on the sample shop: alternatives of one need, and pieces of an outfit.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { findRealOrders, loadRealOrders } from '../../fixtures/real-orders.ts';
import { loadSampleShop } from '../../fixtures/sample/load-sample-shop.ts';
import { sampleShop } from '../../fixtures/sample/sample-shop.ts';
import { assert } from '../../fixtures/suite.ts';
import type { Client } from '../../sql/pool.ts';
import { initPreset } from '../../sql/source/preset.ts';
import { buildHere } from '../test-support/fault-shop.ts';

const test = databaseSuite('substitutes of real shops', { timeout: 600_000, migrated: true });

/** Expected: pairs of names, in one direction; and the most pairs that may be found. */
const shops: Record<
  string,
  { readonly pairs: ReadonlyArray<readonly [string, string]>; readonly most: number }
> = {
  uci_online_retail: {
    pairs: [
      ['PAPER CHAIN KIT EMPIRE', 'PAPER CHAIN KIT VINTAGE CHRISTMAS'],
      ['HOT WATER BOTTLE BABUSHKA', 'LOVE HOT WATER BOTTLE'],
      ['RED RETROSPOT TRADITIONAL TEAPOT', 'REGENCY TEAPOT ROSES'],
    ],
    most: 100,
  },
  google_merch_store: {
    pairs: [
      [
        'Nest Learning Thermostat 3rd Gen-USA - Stainless Steel',
        'Nest Learning Thermostat 3rd Gen-USA - White',
      ],
    ],
    most: 20,
  },
};

for (const [name, { pairs, most }] of Object.entries(shops)) {
  const set = findRealOrders(name);
  const title = `${name}: few pairs are substitutes, and none of them is bought together`;
  if (!set) {
    test.skip(title);
    continue;
  }
  test(title, async ({ client, database }) => {
    await loadRealOrders(client, set);
    const home = mkdtempSync(path.join(os.tmpdir(), 'couture-substitutes-'));
    try {
      await buildHere({ url: database.url, home }, { flags: { kinds: 'similar,bought_together' } });
      const { rows } = await client.query<{ one: string; other: string; reason: string; together: boolean }>(
        `select trim(p.name) as one, trim(o.name) as other, s.reason, exists (
           select from couture.recommendation b where b.kind = 'bought_together' and b.source = 'orders'
             and b.subject = s.subject and b.item_id = s.item_id) as together
         from couture.recommendation s
         join real.product p on p.product_id = s.subject join real.product o on o.product_id = s.item_id
         where s.kind = 'similar' and s.reason like 'bought instead%' order by 1, 2`,
      );
      for (const [one, other] of pairs)
        assert.ok(
          rows.some((row) => row.one === one && row.other === other),
          `${one}, ${other}`,
        );
      assert.ok(rows.length <= most, `${rows.length} pairs`);
      assert.equal(
        rows.filter(({ together }) => together),
        [],
      );
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
}

test('the sample shop: two pairs of jeans or shoes are alternatives, pieces of jewellery go together', async ({
  client,
  database,
}) => {
  await loadSampleShop(client, sampleShop());
  await initPreset(client, 'sample');
  const home = mkdtempSync(path.join(os.tmpdir(), 'couture-substitutes-'));
  try {
    await buildHere({ url: database.url, home });
    const instead = await namedPairs(client, `kind = 'similar' and reason like 'bought instead%'`);
    for (const pair of [
      'Ada Straight Jeans in Indigo Denim | Wanda Wide-Leg Jeans in Light Denim',
      'Lorna Penny Loafers in Burgundy | Chelsie Chelsea Boots in Chocolate',
      'Dash Running Shoes in Black | Court White Sneakers in White',
    ])
      assert.ok(instead.includes(pair), pair);
    assert.equal(
      instead.filter((pair) => /Earrings|Necklace|Pendant|Tee|Socks|Swimsuit|Bikini/.test(pair)),
      [],
    );
    const together = await namedPairs(client, `kind = 'bought_together' and source = 'orders'`);
    assert.equal(
      instead.filter((pair) => together.includes(pair)),
      [],
    );
    assert.ok(together.includes('Calla Hoop Earrings in Gold | Luna Coin Pendant in Gold'));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

async function namedPairs(client: Client, where: string): Promise<string[]> {
  const { rows } = await client.query<{ pair: string }>(
    `select p.name || ' | ' || o.name as pair
     from couture.recommendation r
     join couture_source.product p on p.product_id::text = r.subject::text
     join couture_source.product o on o.product_id::text = r.item_id::text where ${where}`,
  );
  return rows.map(({ pair }) => pair);
}
