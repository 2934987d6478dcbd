// The catalogue is refreshed in the background: at startup, at intervals, and despite failures.
import { pino } from 'pino';
import { openWares, type Wares } from '../../fixtures/catalogue-shop.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import { CatalogueUpkeep } from './catalogue-upkeep.ts';

const test = suite<{ wares: Wares; upkeep: CatalogueUpkeep; told: Told[] }>('catalogue upkeep');

interface Told {
  readonly level: number;
  readonly msg: string;
}

test.beforeEach(async (context) => {
  context.wares = await openWares();
  context.told = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => context.told.push(JSON.parse(line)) });
  context.upkeep = new CatalogueUpkeep(context.wares.pool, log, 20);
});
test.afterEach(async ({ upkeep, wares }) => {
  await upkeep?.close();
  await wares?.close();
});

/** Log lines at a level that operators see. */
const seen = (told: readonly Told[]) => told.filter(({ level }) => level >= 30).map(({ msg }) => msg);

async function listed({ client }: Wares): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select lead_id as id from couture.catalogue order by 1',
  );
  return rows.map((row) => row.id);
}

test('startup waits for the first refresh, and others follow', async ({ wares, upkeep, told }) => {
  await wares.add({ product_id: '1' });
  await upkeep.start();
  assert.equal(await listed(wares), ['1']);
  await wares.add({ product_id: '2' });
  await until(async () => (await listed(wares)).length === 2, 'the second product');
  assert.equal(seen(told), [], 'nobody needs to know');
});

test('a failure does not delay startup; it and the recovery are logged once', async ({
  wares,
  upkeep,
  told,
}) => {
  const failure = 'cannot refresh the catalogue';
  await wares.client.query('alter view couture_source.product rename to away');
  let looks = 0;
  wares.pool.on('acquire', () => {
    looks += 1;
  });
  await upkeep.start();
  await until(() => looks > 5, 'further looks');
  assert.equal(seen(told), [failure]);
  await wares.client.query('alter view couture_source.away rename to product');
  await wares.add({ product_id: '1' });
  await until(
    async () => (await listed(wares)).length === 1 && seen(told).length > 1,
    'the end of the failure',
  );
  assert.equal(seen(told), [failure, 'the catalogue refresh works again']);
  // A failure after a success, and one of another kind, are both logged.
  await wares.client.query('alter view couture_source.product rename to away');
  await until(() => seen(told).length > 2, 'the next failure');
  await wares.client.query(
    'alter view couture_source.away rename column tags to labels; alter view couture_source.away rename to product',
  );
  await until(() => seen(told).length > 3, 'a failure of another kind');
  assert.equal(seen(told).slice(2), [failure, failure]);
});

test('no refresh starts after close', async ({ wares, upkeep }) => {
  await upkeep.start();
  await upkeep.close();
  let looks = 0;
  wares.pool.on('acquire', () => {
    looks += 1;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.is(looks, 0);
});

test('close aborts a refresh in progress', async ({ wares, upkeep, told }) => {
  await wares.client.query('begin; lock table wares.product in access exclusive mode');
  const starting = upkeep.start();
  await until(async () => {
    const { rows } = await wares.pool.query('select from pg_locks where not granted');
    return rows.length > 0;
  }, 'the look to wait for its lock');
  await upkeep.close();
  await starting;
  await wares.client.query('rollback');
  assert.equal(seen(told), [], 'it is no failure');
});
