// List entries → what people want to see of each: name, category, price, stock, and the reason in words.
import type { WireId } from '../../../../runtime/contract/product.ts';
import { jsonId } from '../../../../runtime/shop/shop-ids.ts';
import { substituteCustomers } from '../../../../sql/store/lists/fallback-chain.ts';
import { type ListEntry, reasonWords, variantsOf } from '../../../../sql/store/lists/lists.ts';
import { productsById, type ShopProduct } from '../../../../sql/store/shop/shop-products.ts';
import type { Inspection } from './inspection.ts';

/** A product as it is shown with its lists. */
export interface InspectedProduct {
  readonly id: WireId;
  /** Null if the shop no longer has the product. */
  readonly name: string | null;
  readonly category: string | null;
  readonly price: number | null;
  /** True if any of its variants is in stock, or if the shop does not track its stock. */
  readonly in_stock: boolean;
}

/** One entry of a list in `--json`. */
export interface InspectedEntry extends InspectedProduct {
  readonly rank: number;
  readonly score: number;
  /** Orders or customers in common (bestseller: orders); null for fallback entries. 32767 means that many or more. */
  readonly count: number | null;
  readonly reason: string;
  readonly source: string;
  /**
   * How customers buy it with the product whose list it is in: instead of it (`similar`), or with it (`bundle`). Null: not
   * proven.
   */
  readonly relation: 'substitute' | 'complement' | null;
  /** personalized: the customer's own product that led to this entry. */
  readonly because_id: WireId | null;
}

export type InspectedLists = Record<string, InspectedEntry[]>;

/** Groups entries by kind, keeping their order, and adds product facts and reasons. */
export async function describeEntries(
  inspection: Inspection,
  entries: readonly ListEntry[],
): Promise<InspectedLists> {
  const type = inspection.ids.product;
  const named = entries.flatMap((entry) => [entry.item_id, ...(entry.because_id ? [entry.because_id] : [])]);
  const products = await describeProducts(inspection, named);
  const reasons = await reasonWords(
    inspection.client,
    entries.map(({ kind, reason, item_id: item, because_id: because }) => ({
      kind,
      reason,
      // "Because you bought X" is not said about X itself.
      because:
        because === null || because === item ? null : (products.get(because)?.name ?? `product ${because}`),
    })),
  );
  const lists: InspectedLists = {};
  for (const [at, entry] of entries.entries()) {
    const { id, name, category, price, in_stock } = products.get(entry.item_id)!;
    (lists[entry.kind] ??= []).push({
      rank: entry.rank,
      id,
      name,
      category,
      price,
      in_stock,
      score: entry.score,
      count: countOf(entry),
      reason: entry.words ?? reasons[at]!,
      source: entry.source,
      relation: relationOf(entry),
      because_id: entry.because_id === null ? null : jsonId(type, entry.because_id),
    });
  }
  return lists;
}

/** Id → the product as the shop has it now. Ids that the shop no longer has get null for name, category and price. */
export async function describeProducts(
  { client, source, ids }: Inspection,
  wanted: readonly string[],
): Promise<Map<string, InspectedProduct>> {
  const variants = await variantsOf(client, ids.product, wanted);
  const all = new Set([...wanted, ...[...variants.values()].flat()]);
  const found = await productsById(source, ids.product, [...all]);
  return new Map(
    wanted.map((id) => {
      const product = found.get(id);
      const group = (variants.get(id) ?? [id])
        .map((each) => found.get(each))
        .filter((each) => each !== undefined);
      return [
        id,
        {
          id: jsonId(ids.product, id),
          name: product?.name ?? null,
          category: product?.category ?? null,
          price: product?.price ?? null,
          in_stock: group.some(sells),
        },
      ];
    }),
  );
}

function sells(product: ShopProduct): boolean {
  return product.inventory === null || product.inventory > 0;
}

/** The count in the entry's reason. Other kinds store places and percentages there, and zero or less is a code. */
function countOf({ kind, reason }: ListEntry): number | null {
  if (kind === 'similar' && reason <= 0) return substituteCustomers(reason) ?? null;
  return reason > 0 && ['similar', 'bought_together', 'bundle', 'bestseller'].includes(kind) ? reason : null;
}

function relationOf({ kind, reason }: ListEntry): InspectedEntry['relation'] {
  if (kind === 'bundle') return 'complement';
  return kind === 'similar' && substituteCustomers(reason) !== undefined ? 'substitute' : null;
}
