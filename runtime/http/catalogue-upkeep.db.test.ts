// The catalogue is kept up by itself: at the start, again and again, and past what fails.
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

/** Lines of the log that an operator sees. */
const seen = (told: readonly Told[]) => told.filter(({ level }) => level >= 30).map(({ msg }) => msg);

async function listed({ client }: Wares): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select lead_id as id from couture.catalogue order by 1',
  );
  return rows.map((row) => row.id);
}

test('the first look is done when the start is, and others follow', async ({ wares, upkeep, told }) => {
  await wares.add({ product_id: '1' });
  await upkeep.start();
  assert.equal(await listed(wares), ['1']);
  await wares.add({ product_id: '2' });
  await until(async () => (await listed(wares)).length === 2, 'the second product');
  assert.equal(seen(told), [], 'nobody needs to know');
});

test('a failure does not hold up the start, is told once, and so is its end', async ({
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
  // After it worked, and of another kind: either is news.
  await wares.client.query('alter view couture_source.product rename to away');
  await until(() => seen(told).length > 2, 'the next failure');
  await wares.client.query(
    'alter view couture_source.away rename column tags to labels; alter view couture_source.away rename to product',
  );
  await until(() => seen(told).length > 3, 'a failure of another kind');
  assert.equal(seen(told).slice(2), [failure, failure]);
});

test('after the end there is no other look', async ({ wares, upkeep }) => {
  await upkeep.start();
  await upkeep.close();
  let looks = 0;
  wares.pool.on('acquire', () => {
    looks += 1;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.is(looks, 0);
});

test('a look that runs is broken off by the end', async ({ wares, upkeep, told }) => {
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
