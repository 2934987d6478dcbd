// Composes a list: entries of the fallback chain, source by source → products in stock. Reads more entries than needed, so
// that sold-out products do not leave gaps.
import { becauseMark, type ServedEntry } from '../../sql/store/lists/served-lists.ts';
import { bestVariant, lowerPrice } from '../shop/best-variant.ts';
import type { Card } from '../shop/card-cache.ts';
import { type ListRules, pinnedEntry } from './curate.ts';

/** Reads cards; the cards read determine how long the response is valid. */
export interface CardReader {
  read(ids: Iterable<string>): Promise<ReadonlyMap<string, Card>>;
}

/** An entry with the card of the displayed variant. */
export interface Shown {
  readonly card: Card;
  /** Ids of all variants of the product, in any order. */
  readonly variants: readonly string[];
  /** Price of the cheapest variant in stock, in cents, if the displayed one costs more. */
  readonly fromCents?: number | undefined;
  readonly score: number;
  readonly reason: string;
  readonly source: string;
}

/** Entries of one source of the fallback chain, already boosted; read only if earlier sources were not enough. */
export type Source = () => Promise<readonly ServedEntry[]> | readonly ServedEntry[];

export interface Composition {
  readonly cards: CardReader;
  readonly rules: ListRules;
  /** Best first. */
  readonly sources: readonly Source[];
  readonly limit: number;
  /** Products to leave out in every variant: the subject, the cart. */
  readonly without: ReadonlySet<string>;
  /** Reads the variants of a pinned product. */
  readonly variants: (id: string) => Promise<readonly string[]>;
}

/** Goes through the fallback chain until it has `limit` distinct products in stock. */
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
  for (const source of composition.sources) {
    if (shown.length >= limit) break;
    const entries = (await source()).filter(
      (entry) => !rules.blocks(entry.variants) && !entry.variants.some((id) => taken.has(id)),
    );
    for (let at = 0; at < entries.length && shown.length < limit; ) {
      // A few more than are missing, since some may be sold out; not all, since each costs a read.
      const chunk = entries.slice(at, at + limit - shown.length + 2);
      at += chunk.length;
      for (const found of await inStock(composition.cards, chunk)) {
        if (shown.length >= limit) break;
        if (found.variants.some((id) => taken.has(id))) continue;
        for (const id of found.variants) taken.add(id);
        shown.push(found);
        placePins();
      }
    }
  }
  // If the list is too short for a pin's position, the pin goes to the end.
  for (const pin of pins) if (shown.length < limit) shown.push(pin.shown);
  return shown;
}

async function inStock(cache: CardReader, entries: readonly ServedEntry[]): Promise<Shown[]> {
  const ids = entries.flatMap((entry) => [...entry.variants, ...(entry.because ? [entry.because] : [])]);
  const cards = await cache.read(ids);
  const found: Shown[] = [];
  for (const entry of entries) {
    const card = bestVariant(ownFirst(entry), cards);
    if (!card) continue;
    const { variants, score, source } = entry;
    const fromCents = lowerPrice(card, variants, cards);
    found.push({ card, variants, fromCents, score, source, reason: reasonOf(entry, card, cards) });
  }
  return found;
}

/** The variants of an entry. Of a product that is recommended again, the one that the customer bought comes first. */
export function ownFirst({
  variants,
  because,
}: Pick<ServedEntry, 'variants' | 'because'>): readonly string[] {
  if (!because || !variants.includes(because)) return variants;
  return [because, ...variants.filter((id) => id !== because)];
}

/** "because you bought …" with the current name of that product; the plain reason if it is the displayed product itself. */
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
    // Prefer the pinned variant itself while it is in stock.
    const [found] = await inStock(cards, [pinnedEntry([...new Set([productId, ...group])])]);
    if (!found) continue;
    for (const id of group) taken.add(id);
    pins.push({ place, shown: found });
  }
  return pins;
}
