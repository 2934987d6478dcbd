// A customer's name and e-mail address from couture_source.customer, for logins whose tokens have neither.
import type { IdType } from '../../id-types.ts';
import type { Queryable } from '../../pool.ts';
import { shopView } from '../../source/shop-view.ts';

export interface CustomerContact {
  readonly name: string | null;
  readonly email: string | null;
}

/** @param id valid for the type @returns undefined if the shop does not have the customer */
export async function readContact(
  client: Queryable,
  type: IdType,
  id: string,
): Promise<CustomerContact | undefined> {
  const { rows } = await client.query<CustomerContact>(
    `select name::text, email::text from ${shopView.customer} c where customer_id = $1::${type} limit 1`,
    [id],
  );
  return rows[0];
}
