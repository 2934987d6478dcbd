// Every reason that the database writes is said in the language of the page, never as it is.
import { databaseSuite } from '../../fixtures/database-suite.ts';
import { assert } from '../../fixtures/suite.ts';
import { reasonWords } from './reason-words.ts';

const test = databaseSuite('reasons in words', { migrated: true });

const kinds = ['similar', 'bought_together', 'bundle', 'personalized', 'trending', 'bestseller'];
const reasons = [
  ...[-32_000, -1_500, -1_003, -1_002, -1_001, -1_000, -7, -6, -5, -4, -2, -1, 0],
  ...[1, 2, 3, 7, 120, 450, 10_001, 20_001, 30_001, 32_767],
];

test('reasons of all kinds of lists', async ({ client }) => {
  const { rows } = await client.query<{ reason: string | null }>(
    `select distinct couture.reason_words(kind, reason, because) as reason
     from unnest($1::text[]) kind, unnest($2::int[]) reason, (values (null), ('Abendkleid')) b (because)`,
    [kinds, reasons],
  );
  const written = rows.flatMap(({ reason }) => reason ?? []);
  assert.ok(written.length > 25, `${written.length} reasons`);
  assert.equal(
    written.filter((reason) => reasonWords(reason) === reason),
    [],
  );
});

test('reasons of what is due again', async ({ client }) => {
  const { rows } = await client.query<{ reason: string }>(
    `select distinct couture.buy_again_words(times, every, last_day) as reason
     from unnest(array[1, 2]) times, unnest(array[1, 3, 20, 90, 800]) every, unnest(array[null, date '2026-03-01']) last_day`,
  );
  assert.ok(rows.length > 10);
  assert.equal(
    rows.flatMap(({ reason }) => (reasonWords(reason) === reason ? reason : [])),
    [],
  );
});
