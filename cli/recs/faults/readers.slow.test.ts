// Readers while builds are published, rolled back and pruned: they always see exactly one build.
import { assert, suite } from '../../../fixtures/suite.ts';
import { openClient } from '../../../sql/pool.ts';
import { publishBuild } from '../../../sql/store/builds/builds.ts';
import { buildHere, type FaultShop, faultShop } from '../../test-support/fault-shop.ts';

const test = suite<{ shop: FaultShop }>('readers of the lists');

test.before(async (context) => {
  context.shop = await faultShop();
});
test.after(({ shop }) => shop?.drop());

/** Asks again and again until `stop()`; each answer must be that of exactly one build. */
function readAgainAndAgain(url: string, text: string, values: unknown[] = []) {
  let going = true;
  const seen = new Set<number>();
  const faults: string[] = [];
  let reads = 0;
  const done = (async () => {
    const client = await openClient(url);
    try {
      while (going) {
        // Named, as pools do it: the server keeps the plan from one publish to the next.
        const { rows } = await client.query<{ build_id: number }>({ name: 'read', text, values });
        const builds = [...new Set(rows.map((row) => row.build_id))];
        if (builds.length !== 1)
          faults.push(builds.length === 0 ? 'nothing' : `a mixture of builds ${builds.join(', ')}`);
        for (const build of builds) seen.add(build);
        reads++;
      }
    } catch (error) {
      faults.push((error as Error).message);
    } finally {
      await client.end();
    }
  })();
  return {
    async stop() {
      going = false;
      await done;
      return { seen, faults, reads };
    },
  };
}

test('readers see one build at a time through ten publishes and rollbacks', async ({ shop }) => {
  const { url, client } = shop;
  const { rows } = await client.query<{ subject: string }>(
    `select subject from couture.recommendation where kind = 'similar' order by subject limit 1`,
  );
  const { subject } = rows[0]!;
  const readers = [
    readAgainAndAgain(url, 'select distinct build_id from couture.recommendation'),
    readAgainAndAgain(
      url,
      'select build_id, item_id from couture.recommendation where kind = $1 and subject = $2',
      ['similar', subject],
    ),
    readAgainAndAgain(
      url,
      'select build_id, item_keys from couture.product_list where build_id = (select build_id from couture.published)',
    ),
  ];
  const published = [1];
  for (let round = 0; round < 5; round++) {
    // Every other build is pruned while it is fresh in the readers' plans.
    const { build_id } = await buildHere(shop, { flags: { keepBuilds: round % 2 === 0 ? 2 : 1 } });
    published.push(build_id);
    if (round % 2 === 1) continue;
    await publishBuild(client, published.at(-2)!);
    await publishBuild(client, build_id);
  }
  for (const reader of readers) {
    const { seen, faults, reads } = await reader.stop();
    assert.equal(faults, []);
    assert.ok(reads > 20, `${reads} reads`);
    assert.ok(seen.size >= 3, `saw the builds ${[...seen].join(', ')}`);
  }
});
