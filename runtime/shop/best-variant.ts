// The variant that stands for its group in a list, and the group's lowest price.
import type { Card } from './card-cache.ts';

/**
 * The first variant, which represents the group, if it is in stock; otherwise the cheapest variant in stock, and of those
 * the one with the most stock. Undefined if all are sold out.
 */
export function bestVariant(variants: readonly string[], cards: ReadonlyMap<string, Card>): Card | undefined {
  let best: Card | undefined;
  for (const [at, id] of variants.entries()) {
    const card = cards.get(id);
    if (!card?.in_stock) continue;
    if (at === 0) return card;
    if (!best || isBetter(card, best)) best = card;
  }
  return best;
}

/** The lowest price among the variants in stock, in cents; undefined unless it is lower than that of the displayed variant. */
export function lowerPrice(
  shown: Card,
  variants: readonly string[],
  cards: ReadonlyMap<string, Card>,
): number | undefined {
  if (!shown.in_stock || shown.pay_cents === null) return undefined;
  let lowest = shown.pay_cents;
  for (const id of variants) {
    const card = cards.get(id);
    if (card?.in_stock && card.pay_cents !== null && card.pay_cents < lowest) lowest = card.pay_cents;
  }
  return lowest < shown.pay_cents ? lowest : undefined;
}

function isBetter(card: Card, best: Card): boolean {
  const [cents, bestCents] = [card.pay_cents ?? 0, best.pay_cents ?? 0];
  return cents === bestCents ? left(card) > left(best) : cents < bestCents;
}

/** Untracked stock counts as unlimited. */
function left({ inventory }: Card): number {
  return inventory ?? Number.POSITIVE_INFINITY;
}
