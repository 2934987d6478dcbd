// What a journey does not know in this shop: its views and settings → a sentence for each journey that has less to do there.
import type { Config } from '../../runtime/core/options.ts';
import type { Queryable } from '../../sql/pool.ts';
import { believedDate } from '../../sql/store/shop/believed-dates.ts';

interface ShopFacts {
  /** Whether the views have states of orders. */
  readonly has_status: boolean;
  /** Whether orders come from files, so that the shop's latest ones are missing. */
  readonly imported: boolean;
}

/** Journey → what it lacks; journeys that lack nothing are absent. */
export async function journeyCautions(
  client: Queryable,
  { shopUrl, storefront }: Pick<Config, 'shopUrl' | 'storefront'>,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<ShopFacts>(
    `select to_regclass('couture_source.shop_order') is not null or exists (
         select from pg_attribute where attrelid = to_regclass('couture_source.order_line') and attname = 'order_status') as has_status,
       coalesce(pg_get_viewdef(to_regclass('couture_source.order_line')) like '%imported.order_line%', false) as imported`,
  );
  const { has_status, imported } = rows[0]!;
  const cautions = new Map<string, string>();
  if (!has_status)
    cautions.set(
      'order-status',
      imported
        ? 'It has nothing to send: imported orders have no status that changes.'
        : 'It has nothing to send: the source view order_line has no column order_status.',
    );
  if (imported) {
    const newest = await newestOrder(client);
    const unknown = `It doesn’t know what was bought after the newest imported order${newest ? ` (${newest})` : ''}: import orders daily.`;
    for (const name of ['bag', 'viewed', 'buy-again', 'win-back']) cautions.set(name, unknown);
    cautions.set('welcome', 'It finds a first order only if the order is imported within 4 days.');
    for (const name of ['price-drop', 'back-in-stock'])
      cautions.set(
        name,
        'Prices and stock change when products are imported; each change is told for 6 hours.',
      );
  }
  if (shopUrl !== undefined || !storefront) {
    const known = cautions.get('bag');
    const bags =
      'It knows the bags of couture’s storefront; the shop’s own pages would have to send theirs to POST /api/bag.';
    cautions.set('bag', known ? `${bags} ${known}` : bags);
  }
  return cautions;
}

async function newestOrder(client: Queryable): Promise<string | undefined> {
  const { rows } = await client.query<{ day: string | null }>(
    `select to_char(max(ordered_at) at time zone 'UTC', 'YYYY-MM-DD') as day from couture_source.order_line where ${believedDate}`,
  );
  return rows[0]!.day ?? undefined;
}
