// Customers that the demo offers for signing in: customers with a personalized list, and their names in the shop.

import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';
import { richCustomers } from '../lists/showpieces.ts';

export interface DemoCustomer {
  readonly id: string;
  /** Null if the shop has none. */
  readonly name: string | null;
  readonly email: string | null;
}

/** Returns customers ordered by how varied their lists in the build are, most varied first. */
export async function demoCustomers(
  client: Queryable,
  type: IdType,
  buildId: number,
  limit: number,
): Promise<DemoCustomer[]> {
  return namedCustomers(client, type, await richCustomers(client, buildId, limit));
}

/** Adds names to customers, keeping their order; an id that the shop doesn't know gets no name. */
export async function namedCustomers(
  client: Queryable,
  type: IdType,
  ids: readonly string[],
): Promise<DemoCustomer[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<DemoCustomer>(
    `select u.id, max(c.name) as name, max(c.email) as email
     from unnest($1::text[]) with ordinality as u (id, place)
     left join ${shopView.customer} c on c.customer_id = u.id::${type}
     group by u.id, u.place order by u.place`,
    [ids],
  );
  return rows;
}
