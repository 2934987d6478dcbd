// A client with made-up answers: every state of a widget, without a runtime.
import type { ProductDetail } from '../../runtime/contract/catalogue.ts';
import type { ListedProduct } from '../../runtime/contract/product.ts';
import { ApiError, OfflineError } from '../api/api-error.ts';
import { type BundleOffer, Client, type ProductList } from '../api/client.ts';

export const storyStates = ['full', 'short', 'empty', 'loading', 'error', 'offline'] as const;
export type StoryState = (typeof storyStates)[number];

/** Products of the sample shop by their ids, which their pictures show; the third has a name longer than a card is wide. */
const names = [
  'Marlow Wrap Midi Dress in Rust',
  'Marlow Wrap Midi Dress in Navy',
  'Marlow Wrap Midi Dress in Forest with a name that is rather longer than a card is wide',
  'Ottoline Tiered Maxi Dress in Terracotta',
  'Ottoline Tiered Maxi Dress in Teal',
  'Juno Sundress in White',
  'Juno Sundress in Butter',
  'Juno Sundress in Sky',
];

/** Products of each kind: plain, on sale, without a picture, with a broken picture, without reviews. */
function product(at: number): ListedProduct {
  return {
    id: at + 1,
    name: names[at % names.length]!,
    price: 89.95 + at,
    discounted_price: at % 3 === 1 ? 59.9 : null,
    on_sale: at % 3 === 1,
    image_url: at === 2 ? null : at === 4 ? '/pictures/none.svg' : `/pictures/${at + 1}.svg`,
    rating: at === 3 ? 0 : 4.3,
    review_count: at === 3 ? 0 : 12 * at + 1,
    in_stock: at !== 5,
    category: 'Dresses',
    url: `/product/${at + 1}`,
    score: 1 - at / 10,
    reason: at === 0 ? 'bought together in 41 orders' : at === 1 ? '' : 'same category, similar price',
    source: 'orders',
  };
}

export class StoryClient extends Client {
  readonly #state: StoryState;

  constructor(state: StoryState) {
    super();
    this.#state = state;
  }

  override similar(_: unknown, limit: number): Promise<ProductList> {
    return this.#list(limit);
  }

  override boughtTogether(_: unknown, limit: number): Promise<ProductList> {
    return this.#list(limit);
  }

  override youMayLike(_: unknown, limit: number): Promise<ProductList> {
    return this.#list(limit);
  }

  override trending(limit: number): Promise<ProductList> {
    return this.#list(limit);
  }

  override personalized(limit: number): Promise<ProductList> {
    return this.#list(limit);
  }

  override async buyAgain(limit: number): Promise<ProductList> {
    const { products, buildId } = await this.#list(limit);
    const reasons = [
      'you buy this about every 5 weeks; last on 2 October 2025',
      'customers buy this about every 3 months; you bought it on 14 August 2025',
      'you buy this in about every 2 orders',
    ];
    return { buildId, products: products.map((each, at) => ({ ...each, reason: reasons[at % 3]! })) };
  }

  override forCart(_: unknown, limit: number): Promise<ProductList> {
    return this.#list(limit);
  }

  override async product(): Promise<ProductDetail> {
    await this.#answer();
    return { ...product(7), description: '', tags: [], variants: [] };
  }

  override async bundle(_: unknown, limit: number): Promise<BundleOffer> {
    await this.#answer();
    const count = { short: 2, empty: 0 }[this.#state as string] ?? Math.min(limit, 3) + 1;
    const products = [7, 0, 1, 3].slice(0, count).map(product);
    if (count === 0) return { products, buildId: 1 };
    return { products, original_price: 300, bundle_price: 270, savings: 30, discount: 0.1, buildId: 1 };
  }

  async #list(limit: number): Promise<ProductList> {
    await this.#answer();
    const count = { short: 2, empty: 0 }[this.#state as string] ?? limit;
    return { products: Array.from({ length: count }, (_, at) => product(at)), buildId: 1 };
  }

  #answer(): Promise<void> {
    if (this.#state === 'loading') return new Promise(() => {});
    if (this.#state === 'error') return Promise.reject(new ApiError(500, { title: 'Server error' }));
    if (this.#state === 'offline') return Promise.reject(new OfflineError());
    return Promise.resolve();
  }
}
