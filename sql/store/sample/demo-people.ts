// Customers to sign in as in the demo: such as have a personalized list, with the names that the shop knows them by.

import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { richCustomers } from '../lists/showpieces.ts';

export interface DemoCustomer {
  readonly id: string;
  /** Null where the shop has none. */
  readonly name: string | null;
  readonly email: string | null;
}

/** Customers with the most varied lists of the build first. */
export async function demoCustomers(
  client: Queryable,
  type: IdType,
  buildId: number,
  limit: number,
): Promise<DemoCustomer[]> {
  return namedCustomers(client, type, await richCustomers(client, buildId, limit));
}

/** The same customers in the same order, with names; of ids that the shop does not know, the id alone. */
export async function namedCustomers(
  client: Queryable,
  type: IdType,
  ids: readonly string[],
): Promise<DemoCustomer[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<DemoCustomer & Record<string, unknown>>(
    `select u.id, max(c.name) as name, max(c.email) as email
     from unnest($1::text[]) with ordinality as u (id, place)
     left join couture_source.customer c on c.customer_id = u.id::${type}
     group by u.id, u.place order by u.place`,
    [ids],
  );
  return rows;
}
