// A planted shop: two brands of socks bought in turn, and shoes bought with them, from orders to served lists.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { readWrittenLists } from '../../fixtures/written-lists.ts';
import { buildHere } from '../test-support/fault-shop.ts';
import { plantSockShop, sockShop } from '../test-support/sock-shop.ts';
import { openInspection } from './builds/inspect/inspection.ts';
import { inspectProduct } from './builds/inspect/product.ts';

const test = databaseSuite('substitutes', { migrated: true });

const [alpha, bravo, shoe, mug] = sockShop;

test('a sock is no complement of the sock bought in its place, and the first of its similar products', async ({
  client,
  database,
}) => {
  await plantSockShop(client);
  const home = mkdtempSync(path.join(os.tmpdir(), 'couture-substitutes-'));
  try {
    const { build_id } = await buildHere({ url: database.url, home });
    const { products } = await readWrittenLists(client, build_id);
    const listed = (kind: string, id: string) =>
      (products[kind]?.[id] ?? []).filter(({ score }) => score > 0).map(({ item }) => item);
    assert.equal(listed('bought_together', alpha), [shoe]);
    assert.equal(listed('bought_together', bravo), [shoe]);
    assert.ok(listed('bought_together', shoe).includes(alpha));
    assert.ok(listed('bought_together', shoe).includes(bravo));
    assert.is(listed('similar', alpha)[0], bravo);
    const inspection = await openInspection({ databaseUrl: database.url, sourceUrl: database.url });
    try {
      const { lists } = await inspectProduct(inspection, alpha);
      const [first] = lists.similar!;
      assert.equal(
        [first!.relation, first!.count, first!.reason],
        ['substitute', 43, 'bought instead: 43 customers bought both, rarely together'],
      );
      assert.equal(
        (await inspectProduct(inspection, mug)).lists.similar!.map(({ relation }) => relation),
        [null, null],
      );
    } finally {
      await inspection.close();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('without a matrix of customers, orders tell substitutes, whatever lists of customers are made', async ({
  client,
  database,
}) => {
  await plantSockShop(client);
  await client.query(`
    insert into shop.line
      select 5000 + 2 * c + o, 500 + c, p, timestamptz '2026-05-02'
      from generate_series(1, 40) c, (values (0, 1), (1, 2)) l (o, p)`);
  const home = mkdtempSync(path.join(os.tmpdir(), 'couture-substitutes-'));
  try {
    const together = async (kinds: string) => {
      const { build_id } = await buildHere({ url: database.url, home }, { force: true, flags: { kinds } });
      return (await readWrittenLists(client, build_id)).products.bought_together!;
    };
    const alone = await together('bought_together');
    assert.not(alone[alpha]!.some(({ item, score }) => item === bravo && score > 0));
    assert.equal(await together('bought_together,buy_again'), alone);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
