// Recommendation events: written in batches, pruned by age.
import { databaseSuite } from '../../../fixtures/database-suite.ts';
import { assert } from '../../../fixtures/suite.ts';
import { insertEvents, pruneEvents, type RecommendationEvent } from './recommendation-events.ts';

const test = databaseSuite('recommendation events', { migrated: true });

const at = new Date('2026-03-01T10:00:00.250Z');
const full: RecommendationEvent = {
  at,
  type: 'click',
  kind: 'similar',
  buildId: 4,
  subject: '17',
  item: 'prod_"{,}ü',
  place: 2,
  customer: '7',
  visitor: 'v-1',
};
const bare = {
  ...full,
  type: 'impression',
  buildId: null,
  subject: null,
  customer: null,
  visitor: null,
} as const;

test('a batch is written unchanged', async ({ client }) => {
  await insertEvents(client, [full, bare]);
  await insertEvents(client, []);
  const { rows } = await client.query(
    `select at, type, kind, build_id as "buildId", subject, item, place, customer, visitor
     from couture.recommendation_event order by type`,
  );
  assert.equal(rows, [full, bare]);
});

test('all expired events are removed, however many there are', async ({ client }) => {
  await insertEvents(client, [{ ...full, at: new Date() }]);
  await client.query(`insert into couture.recommendation_event (at, type, kind, item, place)
    select now() - interval '31 days' - n * interval '1 second', 'impression', 'similar', '1', 1
    from generate_series(1, 45000) n`);
  assert.is(await pruneEvents(client, 30), 45_000);
  assert.is(await pruneEvents(client, 30), 0);
  const { rows } = await client.query('select item from couture.recommendation_event');
  assert.equal(rows, [{ item: full.item }]);
});
