// The key tables follow the type of the shop's ids; lookups in the view of the published build use an index.
import { databaseSuite } from '../fixtures/database-suite.ts';
import { assert, rejects } from '../fixtures/suite.ts';
import type { CoutureError } from './errors.ts';
import { adoptIdTypes } from './id-types.ts';
import { migrate, readMigrations } from './migrate.ts';
import type { Client } from './pool.ts';

const test = databaseSuite('key types', { migrated: true });

async function shopOf(client: Client, product: string, customer: string): Promise<void> {
  await client.query(`
    drop schema if exists couture_source cascade;
    create schema couture_source;
    create view couture_source.product as select null::${product} as product_id where false;
    create view couture_source.customer as select null::${customer} as customer_id where false;`);
}

async function typesOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ types: string }>(`
    select string_agg(format_type(atttypid, null), ' ' order by attrelid::regclass::text) as types
    from pg_attribute where attname in ('product_id', 'customer_id', 'item_id')
      and attrelid in ('couture.product_key'::regclass, 'couture.customer_key'::regclass, 'couture.recommendation'::regclass)`);
  return rows[0]!.types;
}

const cases = [
  ['bigint', 'bigint', 'bigint bigint bigint'],
  ['smallint', 'uuid', 'uuid bigint bigint'],
  ['varchar(20)', 'text', 'text text text'],
  ['uuid', 'int', 'bigint uuid uuid'],
] as const;
for (const [product, customer, expected] of cases) {
  test(`product ids of type ${product} and customer ids of type ${customer} give keys ${expected}`, async ({
    client,
  }) => {
    await shopOf(client, product, customer);
    await adoptIdTypes(client);
    assert.is(await typesOf(client), expected);
  });
}

test('a domain counts as its base type', async ({ client }) => {
  await client.query('create domain sku as varchar(12); create domain narrow as sku');
  await shopOf(client, 'narrow', 'int');
  await adoptIdTypes(client);
  assert.is(await typesOf(client), 'bigint text text');
});

test('existing keys are converted if all of them can be', async ({ client }) => {
  await client.query(`insert into couture.product_key values (1, '7', 1), (2, '9007199254740993', 2)`);
  await shopOf(client, 'bigint', 'bigint');
  await adoptIdTypes(client);
  await shopOf(client, 'text', 'bigint');
  await adoptIdTypes(client);
  const { rows } = await client.query('select product_id from couture.product_key order by product_key');
  assert.equal(
    rows.map((row) => row.product_id),
    ['7', '9007199254740993'],
  );
});

test('keys that cannot be converted are refused, with an example in the message', async ({ client }) => {
  await client.query(`insert into couture.product_key values (1, '85123A', 1)`);
  await shopOf(client, 'bigint', 'bigint');
  const error = await rejects(
    () => adoptIdTypes(client),
    (each) => (each as CoutureError).code === 'id_type_changed',
  );
  assert.match(error.message, '85123A');
  assert.is(await typesOf(client), 'text text text', 'nothing was changed');
});

test('dependents of the view survive while the id types stay the same, and are named when they change', async ({
  client,
}) => {
  await client.query('create view public.report as select * from couture.recommendation');
  await client.query(`comment on view couture.recommendation is 'as if its file had changed'`);
  await adoptIdTypes(client);
  assert.equal((await client.query('select * from public.report')).rows, []);
  await shopOf(client, 'bigint', 'bigint');
  const error = await rejects(() => adoptIdTypes(client), /public\.report|view report/);
  assert.match((error as CoutureError).hint, 'Drop the dependent object');
});

test('a view of the shop that reads the column from before 0012 survives its renaming to source', async ({
  client,
}) => {
  const { number, text } = readMigrations().find(({ name }) => name === '0012-entry-source')!;
  const [, column] = /rename column (\w+) to source/.exec(text)!;
  await client.query(`
    drop view couture.recommendation;
    create view couture.recommendation as
      select l.build_id, l.kind, k.product_id::text as subject, e.rank::int as rank, i.product_id as item_id, e.score,
             couture.reason_words(l.kind, e.reason) as reason, couture.reason_source(l.kind, e.reason) as ${column}
      from couture.product_list l
      join couture.product_key k using (product_key)
      cross join lateral unnest(l.item_keys, l.scores, l.reasons) with ordinality as e (item_key, score, reason, rank)
      join couture.product_key i on i.product_key = e.item_key;
    alter function couture.reason_source(text, integer) rename to reason_${column};
    comment on view couture.recommendation is 'of the version before';
    create view public.report as select item_id, ${column} from couture.recommendation;
    delete from couture.migration where number = ${number};`);
  await migrate(client);
  await client.query(`select source, ${column} from couture.recommendation`);
  assert.equal((await client.query(`select ${column} from public.report`)).rows, []);
  const { rows } = await client.query(
    `select proname from pg_proc where pronamespace = 'couture'::regnamespace and proname ~ '^reason_' order by 1`,
  );
  assert.equal(
    rows.map((row) => row.proname),
    ['reason_source', 'reason_words'],
  );
});

test('the view speaks the shop’s ids, and says reasons and sources in words', async ({ client }) => {
  await shopOf(client, 'int', 'int');
  await adoptIdTypes(client);
  await client.query(`
    insert into couture.product_key values (0, 10, 0), (1, 11, 1), (2, 12, 2), (3, 13, 0);
    insert into couture.customer_key values (0, 77);
    insert into couture.build (state) values ('published'), ('ready');
    insert into couture.published (build_id) values (1);
    create table couture.product_list_1 partition of couture.product_list for values in (1);
    create table couture.product_list_2 partition of couture.product_list for values in (2);
    create table couture.customer_list_1 partition of couture.customer_list for values in (1);
    create table couture.trending_list_1 partition of couture.trending_list for values in (1);
    insert into couture.product_list values
      (1, 'bought_together', 0, '{1,2}', '{2,1}', '{41,0}'), (1, 'similar', 0, '{2,1}', '{1,.5}', '{2,-1}'),
      (2, 'similar', 0, '{1}', '{1}', '{9}');
    insert into couture.customer_list values (1, 0, '{1,2,0}', '{3,2,1}', '{1,10002,-2}', '{2,0}');
    insert into couture.trending_list values
      (1, 'trending', '', '{2,1}', '{2,1}', '{250,0}'), (1, 'bestseller', 'Hats', '{1}', '{5}', '{5}');`);
  const { rows } = await client.query<{ line: string; source: string; rung: string }>(`
    select concat_ws(' | ', kind, subject, rank, item_id, reason, source) as line, source, rung
    from couture.recommendation order by kind, subject, rank`);
  assert.ok(rows.every(({ source, rung }) => source === rung));
  assert.equal(
    rows.map((row) => row.line),
    [
      'bestseller | Hats | 1 | 11 | bought in 5 orders | bestseller',
      'bought_together | 10 | 1 | 11 | bought together in 41 orders | orders',
      'bought_together | 10 | 2 | 12 | same category, similar price | content',
      'bought_together | 13 | 1 | 11 | bought together in 41 orders | orders',
      'bought_together | 13 | 2 | 12 | same category, similar price | content',
      'personalized | 77 | 1 | 11 | because you bought 12 | history',
      'personalized | 77 | 2 | 12 | because 10 is on your watch list | watchlist',
      'personalized | 77 | 3 | 10 | bestseller of the shop | bestseller',
      'similar | 10 | 1 | 12 | bought by the same customers | orders',
      'similar | 10 | 2 | 11 | bestseller in its category | category_bestseller',
      'similar | 13 | 1 | 12 | bought by the same customers | orders',
      'similar | 13 | 2 | 11 | bestseller in its category | category_bestseller',
      'trending |  | 1 | 12 | rising: 250 % above its usual rate | trending',
      'trending |  | 2 | 11 | selling steadily | trending',
    ],
  );
});

for (const type of ['bigint', 'text'] as const) {
  test(`one subject is looked up by index, ids of type ${type}`, async ({ client }) => {
    await shopOf(client, type, type);
    await adoptIdTypes(client);
    await client.query(`
      insert into couture.product_key select n, n::text::${type}, n from generate_series(1, 5000) n;
      insert into couture.customer_key select n, n::text::${type} from generate_series(1, 5000) n;
      insert into couture.build (state) values ('published'), ('superseded');
      insert into couture.published (build_id) values (1);`);
    for (const build of [1, 2]) {
      await client.query(`
        create table couture.product_list_${build} partition of couture.product_list for values in (${build});
        create table couture.customer_list_${build} partition of couture.customer_list for values in (${build});
        create table couture.trending_list_${build} partition of couture.trending_list for values in (${build});
        insert into couture.product_list
          select ${build}, kind, n, array(select 1 + (n + i) % 5000 from generate_series(1, 10) i),
                 array_fill(1::real, '{10}'), array_fill(3::smallint, '{10}')
          from generate_series(1, 5000) n, unnest('{similar,bought_together,bundle}'::text[]) kind;
        insert into couture.customer_list
          select ${build}, n, '{1,2,3}', '{3,2,1}', '{1,1,1}', '{4}' from generate_series(1, 5000) n;
        insert into couture.trending_list
          select ${build}, 'trending', 'category ' || n, '{1,2}', '{2,1}', '{0,0}' from generate_series(1, 500) n;
        create index on couture.product_list_${build} (kind, product_key);
        create index on couture.customer_list_${build} (customer_key);
        create index on couture.trending_list_${build} (kind, category);`);
    }
    await client.query('analyze');
    for (const [kind, subject] of [
      ['similar', '42'],
      ['personalized', '42'],
      ['trending', 'category 42'],
    ] as const) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain analyze select * from couture.recommendation where kind = '${kind}' and subject = '${subject}'`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      const scans = [...plan.matchAll(/Seq Scan on (\w+)[^\n]*/g)]
        .filter((match) => !match[0].includes('never executed'))
        .map((match) => match[1]);
      assert.equal(
        scans.filter((table) => table !== 'published'),
        [],
        plan,
      );
      assert.not.match(plan, /_list_2 [^\n]*\(actual/, plan);
    }
  });
}
