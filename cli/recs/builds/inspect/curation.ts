// Merchandising rules in readable form, with product names and ISO dates: all of them, or those that affect some lists.
import type { WireId } from '../../../../runtime/contract/product.ts';
import { ruleHolds } from '../../../../runtime/recommendations/curate.ts';
import { jsonId } from '../../../../runtime/shop/shop-ids.ts';
import type { IdType } from '../../../../sql/id-types.ts';
import type { Queryable } from '../../../../sql/pool.ts';
import { type CurationRule, listRules } from '../../../../sql/store/lists/curation.ts';
import { variantsOf } from '../../../../sql/store/lists/lists.ts';
import { isId, productsById } from '../../../../sql/store/shop/shop-products.ts';

/** A rule as --json and tables show it. */
export interface InspectedRule {
  readonly curation_id: number;
  readonly action: CurationRule['action'];
  readonly product_id: WireId;
  /** Null if the shop no longer has the product. */
  readonly name: string | null;
  readonly scope: CurationRule['scope'];
  /** What the rule applies to: the name of a product or of a category; null: the whole shop. */
  readonly where: string | null;
  readonly kinds: readonly string[];
  readonly place: number | null;
  readonly factor: number | null;
  readonly from: string | null;
  readonly until: string | null;
  readonly note: string;
}

interface Shop {
  readonly client: Queryable;
  readonly source: Queryable;
  readonly ids: { readonly product: IdType };
}

export async function inspectRules(shop: Shop, rules: readonly CurationRule[]): Promise<InspectedRule[]> {
  const subjects = rules.filter((rule) => rule.scope === 'product').map((rule) => rule.subject);
  const ids = [...new Set([...rules.map((rule) => rule.product_id), ...subjects])];
  const known = await productsById(
    shop.source,
    shop.ids.product,
    ids.filter((id) => isId(shop.ids.product, id)),
  );
  return rules.map((rule) => ({
    curation_id: rule.curation_id,
    action: rule.action,
    product_id: jsonId(shop.ids.product, rule.product_id),
    name: known.get(rule.product_id)?.name ?? null,
    scope: rule.scope,
    where: rule.scope === 'product' ? (known.get(rule.subject)?.name ?? rule.subject) : rule.subject || null,
    kinds: rule.kinds,
    place: rule.place,
    factor: rule.factor,
    from: rule.from_at?.toISOString() ?? null,
    until: rule.until_at?.toISOString() ?? null,
    note: rule.note,
  }));
}

/** Returns the rules that now apply to lists of these kinds, for one product if `subject` is given. */
export async function rulesAbout(
  shop: Shop,
  kinds: readonly string[],
  list: { readonly subject?: string; readonly category?: string | undefined },
): Promise<InspectedRule[]> {
  const rules = await listRules(shop.client);
  if (rules.length === 0) return [];
  const { subject, category } = list;
  const variants =
    subject === undefined
      ? []
      : ((await variantsOf(shop.client, shop.ids.product, [subject])).get(subject) ?? [subject]);
  const now = Date.now();
  const holding = rules.filter((rule) =>
    kinds.some((kind) => ruleHolds(rule, { kind, subject: variants, category }, now)),
  );
  return inspectRules(shop, holding);
}
