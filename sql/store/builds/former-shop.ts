// Data of a former shop in the same database: deleted or locked away when another shop takes its place.
import type { Queryable } from '../../pool.ts';
import { hasRelation } from '../../relations.ts';
import { buildsWithTables, listTables, partitionName } from './list-partitions.ts';

/** Tables with ids of the shop's products or customers. */
const ofFormerShop = [
  'published',
  'experiment',
  'build',
  'product_key',
  'customer_key',
  'tuning_trial',
  'tuning_run',
  'push_subscription',
  'push_watched',
  'push_told',
  'push_occasion',
  'bag',
  'watch_entry',
  'curation',
  'recommendation_event',
];

/**
 * Deletes keys, builds, lists, experiments, tuning runs, subscriptions, kept watch lists, rules and events, and locks customers' chats, if
 * none of the products with keys is in `couture_source.product`. Call it after the source views were written for other
 * tables. A shop that only grew, or was loaded again, keeps everything.
 * @returns whether anything was deleted
 */
export async function forgetFormerShop(client: Queryable): Promise<boolean> {
  if (!(await another(client))) return false;
  for (const build of await buildsWithTables(client)) {
    for (const table of listTables) await client.query(`drop table if exists ${partitionName(table, build)}`);
  }
  // Migrations are applied afterwards: the newest of these tables may be missing.
  const { rows } = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) name where to_regclass(name) is not null',
    [ofFormerShop.map((table) => `couture.${table}`)],
  );
  await client.query(`truncate ${rows.map(({ name }) => name).join(', ')}`);
  // Customer 7 is another person now. Staff can still read the chats, but no visitor's key matches them.
  await client.query(
    `update couture.chat_session
     set visitor_key = 'guest:former:' || visitor_key, creation_key = null, customer_id = null, version = version + 1
     where not starts_with(visitor_key, 'guest:')`,
  );
  return true;
}

async function another(client: Queryable): Promise<boolean> {
  if (!(await hasRelation(client, 'couture.product_key'))) return false;
  const { rows } = await client.query<{ another: boolean }>(
    // A shop without products yet is not another shop.
    `select exists (select from couture.product_key) and exists (select from couture_source.product) and not exists (
       select from couture.product_key k join couture_source.product p on p.product_id::text = k.product_id::text
     ) as another`,
  );
  return rows[0]!.another;
}
