// The catalogue is refreshed in the background: at startup, at intervals, and despite failures.
import { pino } from 'pino';
import { openWares, type Wares } from '../../fixtures/catalogue-shop.ts';
import { assert, suite } from '../../fixtures/suite.ts';
import { until } from '../../fixtures/until.ts';
import type { Poller } from '../work/poller.ts';
import { cataloguePoller, startCataloguePoller } from './catalogue-poller.ts';

const test = suite<{ wares: Wares; poller: Poller; logged: Line[] }>('catalogue poller');

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly task?: string;
}

test.beforeEach(async (context) => {
  context.wares = await openWares();
  context.logged = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => context.logged.push(JSON.parse(line)) });
  context.poller = cataloguePoller(context.wares.pool, log, { interval: 20 });
});
test.afterEach(async ({ poller, wares }) => {
  await poller?.close();
  await wares?.close();
});

/** Log lines at a level that operators see. */
const seen = (logged: readonly Line[]) =>
  logged.filter(({ level }) => level >= 30).map(({ msg, task }) => `${task}: ${msg}`);

async function listed({ client }: Wares): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select lead_id as id from couture.catalogue order by 1',
  );
  return rows.map((row) => row.id);
}

test('startup waits for the first refresh, and others follow', async ({ wares, poller, logged }) => {
  await wares.add({ product_id: '1' });
  await startCataloguePoller(poller);
  assert.equal(await listed(wares), ['1']);
  await wares.add({ product_id: '2' });
  await until(async () => (await listed(wares)).length === 2, 'the second product');
  assert.equal(seen(logged), [], 'nobody needs to know');
});

test('a failure does not delay startup; it and the recovery are logged once', async ({
  wares,
  poller,
  logged,
}) => {
  const failure = 'refresh the catalogue: background task failed; retrying';
  await wares.client.query('alter view couture_source.product rename to away');
  let looks = 0;
  wares.pool.on('acquire', () => {
    looks += 1;
  });
  await startCataloguePoller(poller);
  await until(() => looks > 5, 'further looks');
  assert.equal(seen(logged), [failure]);
  await wares.client.query('alter view couture_source.away rename to product');
  await wares.add({ product_id: '1' });
  await until(
    async () => (await listed(wares)).length === 1 && seen(logged).length > 1,
    'the end of the failure',
  );
  assert.equal(seen(logged), [failure, 'refresh the catalogue: background task works again']);
  // A failure after a success, and one of another kind, are both logged.
  await wares.client.query('alter view couture_source.product rename to away');
  await until(() => seen(logged).length > 2, 'the next failure');
  await wares.client.query(
    'alter view couture_source.away rename column inventory to stock; alter view couture_source.away rename to product',
  );
  await until(() => seen(logged).length > 3, 'a failure of another kind');
  assert.equal(seen(logged).slice(2), [failure, failure]);
});

test('no refresh starts after close', async ({ wares, poller }) => {
  await startCataloguePoller(poller);
  await poller.close();
  let looks = 0;
  wares.pool.on('acquire', () => {
    looks += 1;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.is(looks, 0);
});

test('close aborts a refresh in progress', async ({ wares, poller, logged }) => {
  await wares.client.query('begin; lock table wares.product in access exclusive mode');
  const starting = startCataloguePoller(poller);
  await until(async () => {
    const { rows } = await wares.pool.query('select from pg_locks where not granted');
    return rows.length > 0;
  }, 'the look to wait for its lock');
  await poller.close();
  await starting;
  await wares.client.query('rollback');
  assert.equal(seen(logged), [], 'it is no failure');
});
