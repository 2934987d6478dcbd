// The lists as they are served: entries of the build, with merchandising rules applied, filtered by live stock.
import { type FallbackSource, isNearPrice, servedFallbacks } from '../../sql/store/lists/fallback-chain.ts';
import type { ServedEntry } from '../../sql/store/lists/served-lists.ts';
import type { Purchase } from '../../sql/store/shop/shop-customers.ts';
import { type BundlePrice, bundlePrice } from '../contract/money.ts';
import { bestVariant } from '../shop/best-variant.ts';
import type { Card, CardCache, Reading } from '../shop/card-cache.ts';
import { Lease } from '../shop/lease.ts';
import type { ListCache, ShopKind } from '../shop/list-cache.ts';
import type { Serving } from '../shop/served-build.ts';
import { type CardReader, compose, type Shown, type Source } from './compose.ts';
import { type CuratedList, ListRules, nextChange } from './curate.ts';
import { dueEntry, isBoughtSince, isDue, newestByProduct, nextDay, type ShownDue } from './due.ts';

/** A list, and how long it is valid. */
export interface LiveList {
  readonly shown: readonly Shown[];
  readonly lease: Lease;
}

export interface LiveBundle extends LiveList {
  readonly price: BundlePrice | undefined;
}

/** A list of products that are due. */
export interface LiveDueList extends LiveList {
  readonly shown: readonly ShownDue[];
}

/** Reads lists for one request, all from one build with the same rules. Ids must be valid for the shop's id types. */
export class LiveLists {
  readonly #serving: Serving;
  readonly #cache: CardCache;
  readonly #used = new Set<Reading>();
  readonly #cards: CardReader;
  readonly #now = Date.now();
  readonly #bestsellersOnly: boolean;
  #until = Number.POSITIVE_INFINITY;

  /** @param bestsellersOnly for visitors in the control group, who get no recommendations */
  constructor(serving: Serving, cards: CardCache, bestsellersOnly = false) {
    this.#serving = serving;
    this.#bestsellersOnly = bestsellersOnly;
    this.#cache = cards;
    this.#cards = { read: (ids) => cards.read(ids, this.#used) };
  }

  /** Ends the lists' validity at this time, in milliseconds since 1970. */
  expireAt(until: number): void {
    this.#until = Math.min(this.#until, until);
  }

  /** The empty list. */
  none(): LiveList {
    return { shown: [], lease: this.#lease() };
  }

  /** Similar products. Stays short when the category has too few with a similar price. */
  similar(id: string, limit: number): Promise<LiveList> {
    return this.#ofProduct('similar', id, limit, (lists) => lists.product('similar', id));
  }

  boughtTogether(id: string, limit: number): Promise<LiveList> {
    return this.#ofProduct('bought_together', id, limit, (lists) => lists.product('bought_together', id));
  }

  /** Similar products, interleaved with the customer's personalized ones; without a customer, similar products only. */
  youMayLike(id: string, customerId: string | undefined, limit: number): Promise<LiveList> {
    return this.#ofProduct('you_may_like', id, limit, async (lists, rules) => {
      const similar = lists.product('similar', id);
      if (customerId === undefined) return similar;
      const personal = lists.customer(customerId);
      return interleave(rules.boost(await similar), rules.boost(await personal));
    });
  }

  async personalized(customerId: string | undefined, limit: number): Promise<LiveList> {
    const { lists } = this.#serving;
    if (!lists) return this.none();
    const rules = this.#rules({ kind: 'personalized', subject: [], category: undefined });
    const own: Source[] =
      customerId === undefined || this.#bestsellersOnly
        ? []
        : [async () => rules.boost(await lists.customer(customerId))];
    return this.#composed(lists, rules, [...own, ...this.#shopFallbacks(lists, rules)], limit, []);
  }

  /**
   * What a customer is due to buy again within some days: the variants that they bought, unless these are sold out or
   * were bought since. Nothing is appended from the fallback chain.
   * @param purchases the customer's latest purchases, in the shop now
   */
  async buyAgain(
    customerId: string,
    { limit, within }: { readonly limit: number; readonly within: number },
    purchases: () => Promise<readonly Purchase[]>,
  ): Promise<LiveDueList> {
    const { lists } = this.#serving;
    if (!lists || this.#bestsellersOnly) return { ...this.none(), shown: [] };
    this.expireAt(nextDay(this.#now));
    const rules = this.#rules({ kind: 'buy_again', subject: [], category: undefined });
    const entries = (await lists.buyAgain(customerId))
      .map((entry) => dueEntry(entry))
      .filter((due) => isDue(due, within, this.#now) && !rules.blocks(due.entry.variants));
    if (entries.length === 0) return { shown: [], lease: this.#lease() };
    const bought = newestByProduct(await purchases());
    const cards = await this.#cards.read(entries.map(({ entry }) => entry.variants[0]!));
    const shown = entries.flatMap((due): ShownDue[] => {
      const { variants, score, reason, source } = due.entry;
      const card = cards.get(variants[0]!);
      return card?.in_stock && !isBoughtSince(due, bought)
        ? [{ card, variants, score, reason, source, due }]
        : [];
    });
    return { shown: shown.slice(0, limit), lease: this.#lease() };
  }

  /** The trending list of a category, or of the whole shop for ''; empty for a category without lists. */
  async trending(category: string, limit: number): Promise<LiveList> {
    const { lists } = this.#serving;
    if (!lists) return this.none();
    const rules = this.#rules({ kind: 'trending', subject: [], category: category || undefined });
    const known = await lists.shop('bestseller', category);
    if (category && known.length === 0 && (await lists.shop('trending', category)).length === 0)
      return this.none();
    return this.#composed(lists, rules, this.#shopFallbacks(lists, rules, category), limit, []);
  }

  /** Products bought together with those in a cart: their lists merged by summing scores. */
  async forCart(ids: readonly string[], limit: number): Promise<LiveList> {
    const { lists } = this.#serving;
    if (!lists) return this.none();
    const rules = this.#rules({ kind: 'for_cart', subject: [], category: undefined });
    const groups = await Promise.all(ids.map((id) => lists.variants(id)));
    const merged: Source = async () =>
      rules.boost(merge(await Promise.all(ids.map((id) => lists.product('bought_together', id)))));
    const own = this.#bestsellersOnly ? [] : [merged];
    return this.#composed(lists, rules, [...own, ...this.#shopFallbacks(lists, rules)], limit, groups.flat());
  }

  /**
   * The product and up to `limit` others that are offered with it. Empty if the product or all the others are sold out:
   * a bundle has no fallback chain, since it consists of products bought together.
   * @param discount as a share of the price
   */
  async bundle(id: string, limit: number, discount: number): Promise<LiveBundle> {
    const { lists } = this.#serving;
    const subject = (await this.#cards.read([id])).get(id);
    if (!lists || !subject?.in_stock || this.#bestsellersOnly) return { ...this.none(), price: undefined };
    const group = await lists.variants(id);
    const rules = this.#rules({ kind: 'bundle', subject: group, category: subject.category });
    const source: Source = async () => rules.boost(await lists.product('bundle', id));
    const others = await this.#composed(lists, rules, [source], limit, group);
    if (others.shown.length === 0) return { ...others, price: undefined };
    const itself: Shown = {
      card: subject,
      variants: group,
      score: 1,
      reason: 'the product itself',
      source: 'subject',
    };
    const shown = [itself, ...others.shown];
    return {
      shown,
      lease: this.#lease(),
      price: bundlePrice(
        shown.map(({ card }) => card.pay_cents ?? 0),
        discount,
      ),
    };
  }

  /**
   * The products that a bundle of this one may contain, each as the ids of its variants: itself first, then the others,
   * regardless of stock.
   */
  async bundleGroups(id: string): Promise<ReadonlyArray<readonly string[]>> {
    const { lists } = this.#serving;
    const subject = (await this.#cards.read([id])).get(id);
    if (!lists || !subject) return [];
    const group = await lists.variants(id);
    const rules = this.#rules({ kind: 'bundle', subject: group, category: subject.category });
    const pinned = await Promise.all(rules.pins.map(({ productId }) => lists.variants(productId)));
    const listed = (await lists.product('bundle', id)).map((entry) => entry.variants);
    return [group, ...[...pinned, ...listed].filter((variants) => !rules.blocks(variants))];
  }

  /** A list of a product, continued along the fallback chain. */
  async #ofProduct(
    kind: string,
    id: string,
    limit: number,
    read: (lists: ListCache, rules: ListRules) => Promise<readonly ServedEntry[]>,
  ): Promise<LiveList> {
    const { lists } = this.#serving;
    const subject = (await this.#cards.read([id])).get(id);
    if (!lists || !subject) return this.none();
    const group = await lists.variants(id);
    const rules = this.#rules({ kind, subject: group, category: subject.category });
    const own: Source = async () => {
      const entries = await read(lists, rules);
      // Already boosted before interleaving; sorting by score would undo it.
      return kind === 'you_may_like' ? entries : rules.boost(entries);
    };
    // The control group gets bestsellers in place of every list; for all others, a similar list rather stays short.
    const isSimilar = kind === 'similar' && !this.#bestsellersOnly;
    const ofCategory = categorySource(lists, rules, subject);
    const fallbacks = isSimilar
      ? this.#fallbacks(servedFallbacks.similar, {
          category_bestseller: async () => this.#nearPrice(await ofCategory(), subject),
        })
      : this.#fallbacks(servedFallbacks.product, {
          ...shopSources(lists, rules),
          category_bestseller: ofCategory,
        });
    const sources = this.#bestsellersOnly ? fallbacks : [own, ...fallbacks];
    return this.#composed(lists, rules, sources, limit, group);
  }

  /** The entries that cost about as much as the product, by the variant that is shown. */
  async #nearPrice(entries: readonly ServedEntry[], { pay_cents: price }: Card): Promise<ServedEntry[]> {
    if (price === null) return [];
    const cards = await this.#cards.read(entries.flatMap((entry) => entry.variants));
    return entries.filter(({ variants }) => {
      const other = bestVariant(variants, cards)?.pay_cents;
      return typeof other === 'number' && isNearPrice(price, other);
    });
  }

  async #composed(
    lists: ListCache,
    rules: ListRules,
    sources: readonly Source[],
    limit: number,
    without: readonly string[],
  ): Promise<LiveList> {
    const shown = await compose({
      cards: this.#cards,
      rules,
      sources,
      limit,
      without: new Set(without),
      variants: (id) => lists.variants(id),
    });
    return { shown, lease: this.#lease() };
  }

  #shopFallbacks(lists: ListCache, rules: ListRules, category = ''): Source[] {
    return this.#fallbacks(servedFallbacks.shop, shopSources(lists, rules, category));
  }

  /** The sources of the chain, in its order; without trending for visitors in the control group. */
  #fallbacks<Name extends FallbackSource>(chain: readonly Name[], sources: Record<Name, Source>): Source[] {
    return chain
      .filter((name) => !(this.#bestsellersOnly && name === 'trending'))
      .map((name) => sources[name]);
  }

  #rules(list: CuratedList): ListRules {
    return new ListRules(this.#serving.rules, list, this.#now);
  }

  #lease(): Lease {
    return new Lease(
      this.#cache,
      this.#used,
      Math.min(this.#until, nextChange(this.#serving.rules, this.#now)),
    );
  }
}

function categorySource(lists: ListCache, rules: ListRules, { category }: Card): Source {
  return async () => {
    if (!category) return [];
    const [entries, reason] = await Promise.all([lists.shop('bestseller', category), lists.categoryReason()]);
    return rules.boost(entries.map((entry) => ({ ...entry, source: 'category_bestseller', reason })));
  };
}

function shopSources(lists: ListCache, rules: ListRules, category = ''): Record<ShopKind, Source> {
  return {
    trending: async () => rules.boost(await lists.shop('trending', category)),
    bestseller: async () => rules.boost(await lists.shop('bestseller', category)),
  };
}

/** Interleaves two lists: a1 b1 a2 b2 …; `compose` drops repeats. */
function interleave(one: readonly ServedEntry[], other: readonly ServedEntry[]): ServedEntry[] {
  const entries: ServedEntry[] = [];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    if (one[at]) entries.push(one[at]!);
    if (other[at]) entries.push(other[at]!);
  }
  return entries;
}

/**
 * Sums positive scores, which are evidence. An entry that appears only as a fallback (negative score) keeps its best score.
 * The reason comes from the list with the highest score.
 */
function merge(lists: ReadonlyArray<readonly ServedEntry[]>): ServedEntry[] {
  const merged = new Map<string, { entry: ServedEntry; sum: number }>();
  for (const entry of lists.flat()) {
    const key = entry.variants[0]!;
    const before = merged.get(key);
    if (!before) merged.set(key, { entry, sum: entry.score });
    else {
      const sum =
        entry.score > 0 && before.sum > 0 ? before.sum + entry.score : Math.max(before.sum, entry.score);
      merged.set(key, { entry: entry.score > before.entry.score ? entry : before.entry, sum });
    }
  }
  return [...merged.values()]
    .map(({ entry, sum }) => ({ ...entry, score: sum }))
    .sort((one, other) => other.score - one.score);
}
