// A list as it is shown now: from entries of the build, rung by rung, what can be bought this moment. Over-fetched, so
// that a full list stays full.
import { becauseMark, type ServedEntry } from '../../sql/store/lists/served-lists.ts';
import type { Card } from '../shop/card-cache.ts';
import { type ListRules, pinnedEntry } from './curate.ts';

/** Reads cards; what it has read bounds how long an answer holds. */
export interface CardReader {
  read(ids: Iterable<string>): Promise<ReadonlyMap<string, Card>>;
}

/** An entry with the card of the variant that is shown. */
export interface Shown {
  readonly card: Card;
  readonly score: number;
  readonly reason: string;
  readonly rung: string;
}

/** Entries of one rung, boosted already; read when those before it were not enough. */
export type Rung = () => Promise<readonly ServedEntry[]> | readonly ServedEntry[];

export interface Composition {
  readonly cards: CardReader;
  readonly rules: ListRules;
  /** Best first. */
  readonly rungs: readonly Rung[];
  readonly limit: number;
  /** Products that may not appear, in any variant: the subject, the cart. */
  readonly without: ReadonlySet<string>;
  /** The variants of a product that is pinned. */
  readonly variants: (id: string) => Promise<readonly string[]>;
}

/** Goes down the rungs until `limit` products are found that are in stock and none is a repeat. */
export async function compose(composition: Composition): Promise<Shown[]> {
  const { rules, limit, without } = composition;
  const taken = new Set(without);
  const pins = await shownPins(composition, taken);
  const shown: Shown[] = [];
  const placePins = () => {
    while (pins[0] && pins[0].place <= shown.length + 1 && shown.length < limit)
      shown.push(pins.shift()!.shown);
  };
  placePins();
  for (const rung of composition.rungs) {
    if (shown.length >= limit) break;
    const entries = (await rung()).filter(
      (entry) => !rules.blocks(entry.variants) && !entry.variants.some((id) => taken.has(id)),
    );
    for (let at = 0; at < entries.length && shown.length < limit; ) {
      // A few more than are missing, since some are sold out; not all, since each costs a read.
      const chunk = entries.slice(at, at + limit - shown.length + 2);
      at += chunk.length;
      for (const found of await inStock(composition.cards, chunk)) {
        if (shown.length >= limit) break;
        if (found.variants.some((id) => taken.has(id))) continue;
        for (const id of found.variants) taken.add(id);
        shown.push(found.shown);
        placePins();
      }
    }
  }
  // A list that is shorter than a pin's place ends with it.
  for (const pin of pins) if (shown.length < limit) shown.push(pin.shown);
  return shown;
}

/** The variant that stands for the others where it can be bought, else the one of which most is left. */
export function bestVariant(variants: readonly string[], cards: ReadonlyMap<string, Card>): Card | undefined {
  let best: Card | undefined;
  for (const [at, id] of variants.entries()) {
    const card = cards.get(id);
    if (!card?.in_stock) continue;
    if (at === 0) return card;
    if (!best || left(card) > left(best)) best = card;
  }
  return best;
}

/** Of what is not counted there is no end. */
function left({ inventory }: Card): number {
  return inventory ?? Number.POSITIVE_INFINITY;
}

interface Found {
  readonly variants: readonly string[];
  readonly shown: Shown;
}

async function inStock(cache: CardReader, entries: readonly ServedEntry[]): Promise<Found[]> {
  const ids = entries.flatMap((entry) => [...entry.variants, ...(entry.because ? [entry.because] : [])]);
  const cards = await cache.read(ids);
  const found: Found[] = [];
  for (const entry of entries) {
    const card = bestVariant(entry.variants, cards);
    if (!card) continue;
    const { score, rung } = entry;
    found.push({
      variants: entry.variants,
      shown: { card, score, rung, reason: reasonOf(entry, card, cards) },
    });
  }
  return found;
}

/** "because you bought …" with the product's name of today; none where the product shown is the one that was bought. */
function reasonOf(entry: ServedEntry, shown: Card, cards: ReadonlyMap<string, Card>): string {
  if (entry.because === undefined) return entry.reason;
  const named = entry.because !== null && entry.because !== shown.id;
  const name = named ? cards.get(entry.because!)?.name : undefined;
  return name ? entry.reason.replace(becauseMark, () => name) : (entry.plain ?? entry.reason);
}

async function shownPins(
  { cards, rules, variants }: Composition,
  taken: Set<string>,
): Promise<Array<{ place: number; shown: Shown }>> {
  const pins: Array<{ place: number; shown: Shown }> = [];
  for (const { place, productId } of rules.pins) {
    const group = await variants(productId);
    if (rules.blocks(group) || group.some((id) => taken.has(id))) continue;
    // The very variant that was pinned, as long as there is one of it.
    const [found] = await inStock(cards, [pinnedEntry([...new Set([productId, ...group])])]);
    if (!found) continue;
    for (const id of group) taken.add(id);
    pins.push({ place, shown: found.shown });
  }
  return pins;
}
