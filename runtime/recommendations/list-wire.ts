// An entry of a list → JSON of the contract.
import type { ListedProduct } from '../contract/product.ts';
import type { DueProduct } from '../contract/recommendation.ts';
import type { Wire } from '../shop/wire.ts';
import type { Shown } from './compose.ts';
import type { ShownDue } from './due.ts';

/** The entry's card with its score (six significant digits), its reason and its place in the fallback chain. */
export function listedProduct(wire: Wire, shown: Shown): ListedProduct {
  const { card, variants, fromCents, score, reason, source } = shown;
  return {
    ...wire.card(card, fromCents),
    ...(variants.length > 1 ? { variant_of: wire.id([...variants].sort()[0]!) } : {}),
    score: Number(score.toPrecision(6)),
    reason,
    source,
  };
}

export function dueProduct(wire: Wire, shown: ShownDue): DueProduct {
  const { entry, every, dueDay } = shown.due;
  return {
    ...listedProduct(wire, shown),
    last_bought_on: entry.lastDay,
    interval_days: dueDay === null ? null : every,
    due_on: dueDay,
  };
}
