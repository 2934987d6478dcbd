// A product and its variants with their current prices and stock.
import { catalogueVariants } from '../../sql/store/shop/catalogue.ts';
import type { Card, Reading } from './card-cache.ts';
import type { Storefront } from './storefront.ts';

export interface VariantsNow {
  readonly card: Card;
  /** All variants of the product, including itself. */
  readonly group: readonly Card[];
}

/**
 * Undefined if the shop doesn't have the product now. The catalogue may be a minute behind, so the cards decide which
 * products are variants.
 */
export async function variantsNow(
  { pool, cards }: Pick<Storefront, 'pool' | 'cards'>,
  id: string,
  used?: Set<Reading>,
): Promise<VariantsNow | undefined> {
  const variants = await catalogueVariants(pool, id);
  const known = await cards.read(new Set([id, ...variants]), used);
  const card = known.get(id);
  if (!card) return undefined;
  const alike = variants.flatMap((each) => known.get(each) ?? []);
  return { card, group: alike.filter((each) => each === card || sameGroup(each, card)) };
}

function sameGroup(one: Card, other: Card): boolean {
  return one.group_id !== null && one.group_id === other.group_id;
}
