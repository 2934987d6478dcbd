// An entry of a list → JSON of the contract.
import type { ListedProduct } from '../contract/product.ts';
import type { Wire } from '../shop/wire.ts';
import type { Shown } from './compose.ts';

/** The entry's card with its score (six significant digits), its reason and its place in the fallback chain. */
export function listedProduct(wire: Wire, { card, fromCents, score, reason, source }: Shown): ListedProduct {
  return { ...wire.card(card, fromCents), score: Number(score.toPrecision(6)), reason, source };
}
