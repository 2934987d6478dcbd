// Bags of customers who asked to be reminded of them. Without that wish nothing is stored, and nothing is kept long.
import type { Queryable } from '../../pool.ts';
import { wantsTopic } from './subscriptions.ts';

export interface BagItem {
  readonly product_id: string;
  readonly quantity: number;
}

/** Days after the last change for which a bag is kept. */
const keptDays = 7;

/**
 * Replaces the customer's bag; an empty one is deleted. The same items leave its time as it is.
 * @returns whether it is stored: the shop must send reminders, and the customer must have asked for them
 */
export async function saveBag(
  client: Queryable,
  customerId: string,
  items: readonly BagItem[],
): Promise<boolean> {
  if (items.length === 0) {
    await forgetBag(client, customerId);
    return false;
  }
  const { rows } = await client.query<{ stored: boolean }>(
    `with wanted as (
       select from couture.push_journey where name = 'bag' and enabled and ${wantsTopic('bag', '$1')}
     ), saved as (
       insert into couture.bag as b (customer_id, items) select $1, $2 from wanted
       on conflict (customer_id) do update set items = excluded.items, changed_at = now() where b.items <> excluded.items
     )
     select exists (select from wanted) as stored`,
    [customerId, JSON.stringify(items)],
  );
  return rows[0]!.stored;
}

export async function forgetBag(client: Queryable, customerId: string): Promise<void> {
  await client.query('delete from couture.bag where customer_id = $1', [customerId]);
}

/** Deletes bags that are old, and those of customers who no longer want reminders. */
export async function pruneBags(client: Queryable): Promise<void> {
  await client.query(
    `delete from couture.bag b where changed_at < now() - interval '${keptDays} days' or not ${wantsTopic('bag', 'b.customer_id')}`,
  );
}

/** Whether the shop sends reminders of bags. */
export async function sendsBagReminders(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ enabled: boolean }>(
    `select enabled from couture.push_journey where name = 'bag'`,
  );
  return rows[0]?.enabled ?? false;
}

/** Which of these products are still in the bags of these customers. */
export async function stillInBags(
  client: Queryable,
  occasions: ReadonlyArray<{ readonly customer_id: string; readonly product_id: string | null }>,
): Promise<boolean[]> {
  const { rows } = await client.query<{ n: number }>(
    `select g.n::int from unnest($1::text[], $2::text[]) with ordinality as g (customer, product, n)
     join couture.bag b on b.customer_id = g.customer
     where exists (select from jsonb_array_elements(b.items) i where i ->> 'product_id' = g.product)`,
    [occasions.map(({ customer_id }) => customer_id), occasions.map(({ product_id }) => product_id)],
  );
  const there = new Set(rows.map(({ n }) => n));
  return occasions.map((_, at) => there.has(at + 1));
}
