// A customer's list beside what it was made from: recent purchases and the watch list.
import { CoutureError } from '../../../../runtime/core/errors.ts';
import { customerLists, findCustomerKey } from '../../../../sql/store/lists/lists.ts';
import { customerName, purchasesOf, watchListOf } from '../../../../sql/store/shop/shop-customers.ts';
import { isId } from '../../../../sql/store/shop/shop-products.ts';
import type { RepurchaseFigures } from '../../lists/repurchase.ts';
import { describeEntries, describeProducts, type InspectedLists, type InspectedProduct } from './entries.ts';
import { type Inspection, type JsonId, jsonId } from './inspection.ts';

/** What `recs inspect --customer ID --json` prints. */
export interface CustomerInspection {
  readonly build_id: number;
  readonly customer: { readonly id: JsonId; readonly name: string | null };
  /** Latest first. */
  readonly purchases: ReadonlyArray<
    InspectedProduct & { readonly quantity: number; readonly ordered_at: string | null }
  >;
  readonly watch_list: readonly InspectedProduct[];
  /** `personalized`, or nothing. */
  readonly lists: InspectedLists;
  /** Which products the build may recommend again to their buyers; null where it does not say. */
  readonly repurchase: RepurchaseFigures | null;
  readonly missing: Record<string, string>;
}

/** @throws CoutureError `customer_unknown` */
export async function inspectCustomer(inspection: Inspection, text: string): Promise<CustomerInspection> {
  const { client, source, build, ids } = inspection;
  const limit = inspection.limit('personalized');
  if (!isId(ids.customer, text)) throw unknownCustomer(text);
  const name = await customerName(source, ids.customer, text);
  const key = await findCustomerKey(client, ids.customer, text);
  if (name === undefined && key === undefined) throw unknownCustomer(text);
  const purchases = await purchasesOf(source, ids.customer, text, limit);
  const watched = await watchListOf(source, ids.customer, text, limit);
  const products = await describeProducts(inspection, [
    ...purchases.map((each) => each.product_id),
    ...watched,
  ]);
  const entries = key === undefined ? [] : await customerLists(client, build.build_id, key, limit);
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
    missing: lists.personalized
      ? {}
      : { personalized: whyMissing(inspection, purchases.length + watched.length) },
  };
}

/** Postgres has times that JavaScript has not: infinity. */
function isoTime(time: Date | number | null): string | null {
  return time instanceof Date && !Number.isNaN(time.getTime()) ? time.toISOString() : null;
}

function whyMissing({ build }: Inspection, known: number): string {
  const { config, build_id: id } = build;
  if (Array.isArray(config.kinds) && !config.kinds.includes('personalized')) {
    return `Build ${id} was made without this kind.`;
  }
  if (known === 0) return 'Nothing was bought or watched yet: this customer is shown what is trending.';
  return `Nothing follows from what was bought or watched when build ${id} was made: this customer is shown what is trending.`;
}

function unknownCustomer(text: string): CoutureError {
  return new CoutureError(
    'customer_unknown',
    `No customer has the id ${JSON.stringify(text)}.`,
    'Ids are those of couture_source.customer and couture_source.order_line.',
  );
}
