// A customer's list together with its inputs: recent purchases and the watch list.
import type { WireId } from '../../../../runtime/contract/product.ts';
import { CoutureError } from '../../../../runtime/core/errors.ts';
import { jsonId } from '../../../../runtime/shop/shop-ids.ts';
import {
  buyAgainList,
  customerLists,
  findCustomerKey,
  type ListEntry,
} from '../../../../sql/store/lists/lists.ts';
import { customerName, purchasesOf, watchListOf } from '../../../../sql/store/shop/shop-customers.ts';
import { canonicalId, isId } from '../../../../sql/store/shop/shop-products.ts';
import { keptProducts } from '../../../../sql/store/shop/watch-list.ts';
import type { RepurchaseFigures } from '../../models/repurchase.ts';
import { describeEntries, describeProducts, type InspectedLists, type InspectedProduct } from './entries.ts';
import type { InspectedKind, Inspection } from './inspection.ts';

/** What `recs inspect --customer ID --json` prints. */
export interface CustomerInspection {
  readonly build_id: number;
  readonly customer: { readonly id: WireId; readonly name: string | null };
  /** Latest first. */
  readonly purchases: ReadonlyArray<
    InspectedProduct & { readonly quantity: number; readonly ordered_at: string | null }
  >;
  readonly watch_list: readonly InspectedProduct[];
  /** The kinds `personalized` and `buy_again`, unless they are missing. */
  readonly lists: InspectedLists;
  /** Products that the build may recommend again to customers who bought them; null if the build did not record it. */
  readonly repurchase: RepurchaseFigures | null;
  readonly missing: Record<string, string>;
}

/** The kinds of lists that customers have. */
export const customerKinds = ['personalized', 'buy_again'] as const satisfies readonly InspectedKind[];

/** @throws CoutureError `customer_unknown` */
export async function inspectCustomer(
  inspection: Inspection,
  text: string,
  kinds: readonly InspectedKind[] = customerKinds,
): Promise<CustomerInspection> {
  const { client, source, build, ids } = inspection;
  const limit = inspection.limit('personalized');
  const id = canonicalId(ids.customer, text);
  if (id === undefined) throw unknownCustomer(text);
  const name = await customerName(source, ids.customer, text);
  const key = await findCustomerKey(client, ids.customer, text);
  const kept = await keptProducts(client, id, limit);
  if (name === undefined && key === undefined && kept.length === 0) throw unknownCustomer(text);
  const purchases = await purchasesOf(source, ids.customer, text, limit);
  const inShop = await watchListOf(source, ids.customer, text, limit);
  const watched = [...new Set([...inShop, ...kept.filter((id) => isId(ids.product, id))])]
    .sort()
    .slice(0, limit);
  const products = await describeProducts(inspection, [
    ...purchases.map((each) => each.product_id),
    ...watched,
  ]);
  const entries: ListEntry[] = [];
  if (key !== undefined && kinds.includes('personalized'))
    entries.push(...(await customerLists(client, build.build_id, key, limit)));
  if (key !== undefined && kinds.includes('buy_again'))
    entries.push(...(await buyAgainList(client, build.build_id, key, limit)));
  const lists = await describeEntries(inspection, entries);
  return {
    build_id: build.build_id,
    customer: { id: jsonId(ids.customer, text), name: name ?? null },
    purchases: purchases.map(({ product_id, quantity, ordered_at }) => ({
      ...products.get(product_id)!,
      quantity,
      ordered_at: isoTime(ordered_at),
    })),
    watch_list: watched.map((id) => products.get(id)!),
    lists,
    repurchase: (build.metrics.repurchase as RepurchaseFigures | undefined) ?? null,
    missing: Object.fromEntries(
      kinds
        .filter((kind) => !lists[kind])
        .map((kind) => [kind, whyMissing(inspection, kind, purchases.length + watched.length)]),
    ),
  };
}

/** ISO time. Null for Postgres's infinity, which a JavaScript Date cannot hold. */
function isoTime(time: Date | number | null): string | null {
  return time instanceof Date && !Number.isNaN(time.getTime()) ? time.toISOString() : null;
}

function whyMissing({ build }: Inspection, kind: string, known: number): string {
  const { config, build_id: id } = build;
  if (Array.isArray(config.kinds) && !config.kinds.includes(kind)) {
    return `Build ${id} was made without this kind of list.`;
  }
  if (kind === 'buy_again')
    return 'No product that customers buy again is due for this one, or they bought none yet.';
  if (known === 0)
    return 'This customer has not bought or watched anything yet and is shown what is trending.';
  return `Build ${id} found no recommendations from this customer's purchases and watch list; the customer is shown what is trending.`;
}

function unknownCustomer(text: string): CoutureError {
  return new CoutureError(
    'customer_unknown',
    `No customer has the id ${JSON.stringify(text)}.`,
    'Use an id from couture_source.customer or couture_source.order_line.',
  );
}
