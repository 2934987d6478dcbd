// The runtime's live view of the shop: the served build, product cards, cached responses. One per process.
import { LRUCache } from 'lru-cache';
import type { IdType } from '../../sql/id-types.ts';
import type { Pool } from '../../sql/pool.ts';
import { checkoutAvailable } from '../../sql/store/sample/checkout.ts';
import { readCards } from '../../sql/store/shop/product-cards.ts';
import { productText } from '../../sql/store/shop/shop-products.ts';
import { scaleOf } from '../contract/money.ts';
import type { Log } from '../core/log.ts';
import { sharedRun } from '../work/shared-run.ts';
import { Answers, type Held } from './answers.ts';
import { type Arm, armOf } from './arms.ts';
import { CardCache } from './card-cache.ts';
import { ProductIds } from './product-ids.ts';
import { SearchAids } from './search-aids.ts';
import { ServedBuild } from './served-build.ts';
import type { ShopAddresses } from './shop-addresses.ts';
import { ShopViews } from './shop-views.ts';
import { Wire } from './wire.ts';

export interface StorefrontOptions {
  readonly pool: Pool;
  /** URL of the same database, for the LISTEN connection. */
  readonly url: string;
  readonly ids: { readonly product: IdType; readonly customer: IdType };
  /** Milliseconds for which a card is cached. */
  readonly cardAge: number;
  /** Memory budget of lists, cards and responses together, in bytes. */
  readonly cacheMemory: number;
  /** Share of visitors who see bestsellers instead of recommendations. */
  readonly holdout?: number;
  readonly log: Log;
  /** Default: paths refer to couture's storefront. */
  readonly addresses?: ShopAddresses;
  /** Currency of the shop's prices; default: EUR. */
  readonly currency?: string;
}

/** Approximate size of a cached card, in bytes. */
const cardBytes = 800;

/** Memory budget of product texts, in bytes. */
const textBytes = 2 * 1024 * 1024;

interface ProductText {
  readonly description: string;
  readonly tags: readonly string[];
}

export class Storefront {
  readonly pool: Pool;
  readonly ids: StorefrontOptions['ids'];
  readonly cards: CardCache;
  readonly productIds: ProductIds;
  readonly views: ShopViews;
  readonly served: ServedBuild;
  readonly searchAids: SearchAids;
  readonly answers: Answers;
  readonly wire: Wire;
  readonly currency: string;
  /** Whether couture serves the checkout: in the sample shop or a generated one. Every order and visit asks. */
  readonly hasCheckout = sharedRun(() =>
    this.views.read(
      'product',
      'checkout tables',
      () => checkoutAvailable(this.pool),
      () => false,
    ),
  );
  readonly #holdout: number;
  /** Last known texts of products, as the fallback when they cannot be read. */
  readonly #texts = new LRUCache<string, ProductText>({
    maxSize: textBytes,
    sizeCalculation: ({ description, tags }, id) =>
      200 + 2 * (id.length + description.length + tags.join().length),
  });

  constructor(options: StorefrontOptions) {
    const { pool, url, ids, log } = options;
    const third = Math.floor(options.cacheMemory / 3);
    this.pool = pool;
    this.ids = ids;
    this.#holdout = options.holdout ?? 0;
    this.currency = options.currency ?? 'EUR';
    const scale = scaleOf(this.currency);
    this.wire = new Wire(ids, this.currency, options.addresses);
    this.answers = new Answers(third);
    this.views = new ShopViews(log);
    this.searchAids = new SearchAids(pool, log);
    const lastKnown = (wanted: string[]) => this.cards.lastKnown(wanted);
    this.cards = new CardCache(
      (wanted) =>
        this.views.read(
          'product',
          'product cards',
          () => readCards(pool, ids.product, wanted, scale),
          () => lastKnown(wanted),
        ),
      { age: options.cardAge, max: Math.max(1_000, Math.floor(third / cardBytes)) },
    );
    this.productIds = new ProductIds(pool, ids.product, this.cards);
    this.served = new ServedBuild({
      pool,
      url,
      ids,
      log,
      listBytes: third,
      onSold: (productIds) => this.cards.forget(productIds),
    });
  }

  /** Incremented with every change of the build, the rules or known stock. */
  get version(): number {
    return this.served.version + this.cards.version;
  }

  /** Whether visitors are assigned to arms at all. */
  get hasArms(): boolean {
    return this.#holdout > 0 || this.served.known.experiment !== undefined;
  }

  /** The arm of a visitor; undefined if there are no arms or the visitor is unknown. */
  armOf(visitor: string | undefined): Arm | undefined {
    return armOf(visitor, { holdout: this.#holdout, experiment: this.served.known.experiment });
  }

  /** The valid cached response for this key; undefined while the served build is uncertain. */
  held(key: string): Held | undefined {
    return this.served.certain ? this.answers.get(key, this.version) : undefined;
  }

  /** Description and tags of a product; undefined if the shop has no such product. */
  async text(id: string): Promise<ProductText | undefined> {
    const text = await this.views.read(
      'product',
      'product texts',
      () => productText(this.pool, this.ids.product, id),
      () => this.#texts.get(id) ?? { description: '', tags: [] },
    );
    if (text) this.#texts.set(id, text);
    return text;
  }

  async start(): Promise<void> {
    await this.served.start();
    this.cards.start();
  }

  async close(): Promise<void> {
    this.cards.close();
    await this.served.close();
  }
}
