// The values of personal messages, for many people per statement: customers → names, and the product in stock that leads
// each one's list. Lists and names are read for a batch; stock and prices just before the messages are sent.
import type { IdType } from '../../../sql/id-types.ts';
import type { Pool } from '../../../sql/pool.ts';
import { activeRules, type CurationRule } from '../../../sql/store/lists/curation.ts';
import type { ServedEntry } from '../../../sql/store/lists/served-lists.ts';
import {
  type KeyedProduct,
  publishedBuild,
  readKeyedProducts,
  readNames,
  readTopEntries,
  type TopEntry,
} from '../../../sql/store/push/content.ts';
import { readCards } from '../../../sql/store/shop/product-cards.ts';
import { isId } from '../../../sql/store/shop/shop-products.ts';
import { scaleOf } from '../../contract/money.ts';
import { compose, ownFirst } from '../../recommendations/compose.ts';
import { ListRules } from '../../recommendations/curate.ts';
import { bestVariant } from '../../shop/best-variant.ts';
import { type Card, CardCache } from '../../shop/card-cache.ts';

export interface ContentSource {
  readonly pool: Pool;
  readonly ids: { readonly product: IdType; readonly customer: IdType };
  /** Of the shop's prices, ISO 4217. */
  readonly currency: string;
}

/** What one person's message is made of. */
export interface Personal {
  readonly name: string | undefined;
  /** Current card of the top entry, in stock; undefined without one. */
  readonly card: Card | undefined;
}

/** What a batch of messages needs. */
export interface Wanted {
  readonly name: boolean;
  readonly product: boolean;
}

/** Milliseconds for which a card is cached: messages in flight take longer. */
const cardAge = 250;
const maxCards = 20_000;
/** Entries read of each list: if all of them are sold out, the person counts as one without a list. */
const depth = 10;
/** Products whose keys are kept. */
const maxProducts = 200_000;

export class PersonalContent {
  readonly #source: ContentSource;
  readonly #cards: CardCache;
  /** Products by key, of the build `#build`. */
  #products = new Map<number, KeyedProduct>();
  #build: number | undefined;

  constructor(source: ContentSource) {
    this.#source = source;
    const { pool, ids, currency } = source;
    this.#cards = new CardCache((wanted) => readCards(pool, ids.product, wanted, scaleOf(currency)), {
      age: cardAge,
      max: maxCards,
    });
  }

  /**
   * Reads names and lists of a batch.
   * @param customers ids, also of visitors' accounts that the shop does not know
   * @returns reads the current cards of some of them
   */
  async prepare(
    customers: ReadonlyArray<string | null>,
    wanted: Wanted,
  ): Promise<(some: ReadonlyArray<string | null>) => Promise<Personal[]>> {
    const { pool, ids } = this.#source;
    const known = [...new Set(customers)].filter((id) => id !== null && isId(ids.customer, id)) as string[];
    const [names, lists] = await Promise.all([
      wanted.name ? readNames(pool, ids.customer, known) : new Map<string, string>(),
      wanted.product ? this.#lists(known) : undefined,
    ]);
    return async (some) => {
      const cards = lists && (await this.#topCards(lists, some));
      return some.map((id, at) => ({
        name: id === null ? undefined : names.get(id),
        card: cards?.[at],
      }));
    };
  }

  /** The current cards of products; without those that the shop does not have. */
  cards(ids: Iterable<string>): Promise<ReadonlyMap<string, Card>> {
    return this.#cards.read(ids);
  }

  async #lists(customers: readonly string[]): Promise<Lists> {
    const { pool, ids } = this.#source;
    const [build, rules] = await Promise.all([publishedBuild(pool), activeRules(pool)]);
    const entries =
      build === undefined
        ? new Map<string, TopEntry[]>()
        : await readTopEntries(pool, ids.customer, { build, ids: customers, depth });
    if (build !== this.#build || this.#products.size > maxProducts) {
      this.#products = new Map();
      this.#build = build;
    }
    const products = this.#products;
    const keys = new Set([...entries.values()].flat().flatMap((each) => [each.item, each.because ?? 0]));
    const missing = [...keys].filter((key) => key > 0 && !products.has(key));
    for (const product of await readKeyedProducts(pool, missing)) products.set(product.key, product);
    // Once per batch, not for each chunk.
    const lists = new Map([...entries].map(([id, list]) => [id, served(list, products)]));
    return { entries: lists, rules };
  }

  /** The product in stock that leads each list, with the shop's merchandising rules applied. */
  async #topCards(
    { entries, rules }: Lists,
    customers: ReadonlyArray<string | null>,
  ): Promise<Array<Card | undefined>> {
    const listRules = new ListRules(
      rules,
      { kind: 'personalized', subject: [], category: undefined },
      Date.now(),
    );
    const lists = customers.map((id) => (id !== null && entries.get(id)) || []);
    const pinned = await this.#pinned(listRules);
    const ranked = (list: readonly ServedEntry[]) =>
      listRules.boost(list).filter((each) => !listRules.blocks(each.variants));
    const found = await this.#firstInStock(pinned?.leads ? [] : lists.map(ranked));
    // A pin alone is no personal entry.
    return lists.map((list, at) => (list.length === 0 ? undefined : (found[at] ?? pinned?.card)));
  }

  /** The first pinned product in stock, and whether it leads every list; otherwise it is for lists that are sold out. */
  async #pinned(rules: ListRules): Promise<{ card: Card; leads: boolean } | undefined> {
    if (rules.pins.length === 0) return undefined;
    const [top] = await compose({
      cards: this.#cards,
      rules,
      sources: [],
      limit: 1,
      without: new Set(),
      variants: async (id) => [id],
    });
    if (!top) return undefined;
    const leads = rules.pins.some(({ place, productId }) => place === 1 && productId === top.card.id);
    return { card: top.card, leads };
  }

  /** The first product in stock of each list, place by place: most lists need the cards of their first entry alone. */
  async #firstInStock(
    lists: ReadonlyArray<readonly ServedEntry[]>,
  ): Promise<ReadonlyArray<Card | undefined>> {
    const found: Array<Card | undefined> = lists.map(() => undefined);
    let open = [...lists.keys()];
    for (let place = 0; open.length > 0; place++) {
      open = open.filter((at) => lists[at]!.length > place);
      const cards = await this.#cards.read(new Set(open.flatMap((at) => lists[at]![place]!.variants)));
      for (const at of open) found[at] = bestVariant(ownFirst(lists[at]![place]!), cards);
      open = open.filter((at) => found[at] === undefined);
    }
    return found;
  }
}

interface Lists {
  /** Customer → entries of their list. */
  readonly entries: ReadonlyMap<string, readonly ServedEntry[]>;
  readonly rules: readonly CurationRule[];
}

function served(
  entries: readonly TopEntry[],
  products: ReadonlyMap<number, KeyedProduct>,
): Array<Omit<ServedEntry, 'because'> & { because: string | null }> {
  return entries.flatMap(({ item, score, because }) => {
    const variants = products.get(item)?.variants ?? [];
    const own = because === null ? null : (products.get(because)?.id ?? null);
    return variants.length === 0
      ? []
      : [{ variants, score, reason: '', source: 'personalized', because: own }];
  });
}
