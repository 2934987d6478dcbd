// The cart: what a shopper means to buy, stored on this device, online or not. Its prices are those the shopper saw; the
// server decides what is paid when the order is placed.
import { type BundlePrice, bundlePrice } from '../../runtime/contract/money.ts';
import type { AskedOrder } from '../../runtime/contract/order.ts';
import type { ProductCard, WireId } from '../../runtime/contract/product.ts';
import {
  type CartAside,
  type CartBundle,
  type CartContent,
  type CartItem,
  type CartProduct,
  emptyCart,
  maxQuantity,
  parseAside,
  parseCart,
  productIdsOf,
} from './cart-content.ts';
import { mergeCarts, sameBundle } from './merge-carts.ts';
import { payCents, unitsOf } from './money.ts';
import { type Saved, saved } from './saved.ts';
import { Store } from './store.ts';

/** What has changed since the product was added; shown until the shopper has seen it. */
export type CartChange =
  | { readonly kind: 'price'; readonly product: CartProduct; readonly before: number; readonly now: number }
  | { readonly kind: 'sold_out'; readonly product: CartProduct }
  | { readonly kind: 'gone'; readonly product: CartProduct }
  | { readonly kind: 'bundle_gone'; readonly product: CartProduct };

/** The order that is sent to the server. */
export type Ordered = Pick<AskedOrder, 'items' | 'bundles'>;

export class Cart extends Store {
  readonly #saved: Saved<CartContent>;
  #content: CartContent;
  /** What this tab last read from storage or wrote to it: the base of a merge with the changes of other tabs. */
  #base: CartContent;
  #changes: readonly CartChange[] = [];
  readonly #aside: Saved<CartAside | undefined>;

  constructor(
    kept: Saved<CartContent> = saved('couture-cart', emptyCart, parseCart),
    aside: Saved<CartAside | undefined> = saved('couture-cart-aside', undefined, parseAside),
  ) {
    super();
    this.#saved = kept;
    this.#aside = aside;
    this.#content = kept.stored() ?? emptyCart;
    this.#base = this.#content;
    kept.watch(() => {
      const unsaved = !this.isSaved;
      this.#content = this.#fresh();
      if (unsaved) this.#write();
      this.changed();
    });
  }

  /** Whether the content outlives this page. */
  get isSaved(): boolean {
    return this.#content === this.#base;
  }

  get items(): readonly CartItem[] {
    return this.#content.items;
  }

  get bundles(): readonly CartBundle[] {
    return this.#content.bundles;
  }

  /** What differed when the shop was last asked. */
  get changes(): readonly CartChange[] {
    return this.#changes;
  }

  /** Number of items, of all products together. */
  get count(): number {
    const single = this.items.reduce((sum, item) => sum + item.quantity, 0);
    return this.bundles.reduce((sum, bundle) => sum + bundle.products.length, single);
  }

  /** Cents, after bundle savings. */
  get totalCents(): number {
    const single = this.items.reduce((sum, item) => sum + item.quantity * item.product.cents, 0);
    return this.bundles.reduce((sum, bundle) => sum + priceOfBundle(bundle).bundleCents, single);
  }

  get savingCents(): number {
    return this.bundles.reduce((sum, bundle) => sum + priceOfBundle(bundle).savingCents, 0);
  }

  /** The order of everything in the cart at the total that the cart shows. */
  get order(): Ordered & { readonly expected_total: number } {
    return {
      items: this.items.map(({ product, quantity }) => ({ product_id: String(product.id), quantity })),
      bundles: this.bundles.map(({ subject, products }) => ({
        product_id: String(subject),
        product_ids: products.map((product) => String(product.id)),
      })),
      expected_total: unitsOf(this.totalCents),
    };
  }

  /** Every product in the cart, once. */
  get productIds(): WireId[] {
    return productIdsOf(this.#content);
  }

  add(products: readonly ProductCard[], quantity = 1): void {
    let { items, bundles } = this.#fresh();
    for (const card of products) {
      const product = cartProduct(card);
      const before = items.find((item) => item.product.id === product.id);
      const item = { product, quantity: Math.min(maxQuantity, (before?.quantity ?? 0) + quantity) };
      items = before ? items.map((each) => (each === before ? item : each)) : [...items, item];
    }
    this.#set({ items, bundles });
  }

  /** Adds a bundle as one entry: it stays together and keeps its saving. */
  addBundle(subject: WireId, products: readonly ProductCard[], share: number): void {
    const { items, bundles } = this.#fresh();
    const bundle = { subject, products: products.map(cartProduct), share };
    this.#set({ items, bundles: [...bundles, bundle] });
  }

  /** @param quantity 0 removes the product */
  setQuantity(id: WireId, quantity: number): void {
    const wanted = Math.max(0, Math.min(maxQuantity, Math.trunc(quantity) || 0));
    const { items, bundles } = this.#fresh();
    const left = items.flatMap((item) => {
      if (item.product.id !== id) return [item];
      return wanted === 0 ? [] : [{ ...item, quantity: wanted }];
    });
    this.#set({ items: left, bundles });
  }

  removeBundle(bundle: CartBundle): void {
    const { items, bundles } = this.#fresh();
    const at = bundles.findIndex((each) => sameBundle(each, bundle));
    this.#set({ items, bundles: bundles.filter((_, place) => place !== at) });
  }

  /** Undoes a removal. A product that is in the cart again keeps its quantity. */
  putBack({ items = [], bundles = [] }: Partial<CartContent>): void {
    const fresh = this.#fresh();
    const held = new Set(fresh.items.map((item) => item.product.id));
    this.#set({
      items: [...fresh.items, ...items.filter((item) => !held.has(item.product.id))],
      bundles: [...fresh.bundles, ...bundles],
    });
  }

  /** Removes what was ordered; what was added meanwhile stays. */
  takeOut({ items, bundles }: Ordered): void {
    const content = this.#fresh();
    const ordered = new Map<string, number>();
    for (const { product_id, quantity } of items)
      ordered.set(product_id, (ordered.get(product_id) ?? 0) + quantity);
    const left = content.items.flatMap((item) => {
      const quantity = item.quantity - (ordered.get(String(item.product.id)) ?? 0);
      return quantity > 0 ? [{ ...item, quantity }] : [];
    });
    const gone = bundles.map(({ product_ids }) => product_ids.join(' '));
    const kept = content.bundles.filter(({ products }) => {
      const at = gone.indexOf(products.map((product) => product.id).join(' '));
      if (at >= 0) gone.splice(at, 1);
      return at < 0;
    });
    this.#set({ items: left, bundles: kept });
  }

  /**
   * Updates the prices, and reports what has changed.
   * @param today product id → its current card; null if the shop no longer has it; absent if the shop did not answer
   * @param offers subject of a bundle → share that it saves now; null if it is no longer offered
   */
  reconcile(
    today: ReadonlyMap<WireId, ProductCard | null>,
    offers: ReadonlyMap<WireId, number | null>,
  ): void {
    const content = this.#fresh();
    const changes: CartChange[] = [];
    const look = (product: CartProduct): CartProduct => {
      const card = today.get(product.id);
      if (card === undefined) return product;
      if (card === null) {
        changes.push({ kind: 'gone', product });
        return product;
      }
      const now = cartProduct(card);
      if (!card.in_stock) changes.push({ kind: 'sold_out', product: now });
      else if (now.cents !== product.cents)
        changes.push({ kind: 'price', product: now, before: product.cents, now: now.cents });
      return now;
    };
    const items = content.items.map((item) => ({ ...item, product: look(item.product) }));
    const bundles = content.bundles.map((bundle) => {
      const products = bundle.products.map(look);
      const share = offers.get(bundle.subject);
      if (share === null) changes.push({ kind: 'bundle_gone', product: products[0]! });
      return { ...bundle, products, share: share ?? bundle.share };
    });
    // A reported change that the shopper has not seen yet stays, although the cart has its price by now.
    const said = new Set(changes.map((change) => `${change.product.id}`));
    const still = this.#changes.filter(
      (change) => change.kind === 'price' && !said.has(`${change.product.id}`),
    );
    this.#changes = [...still, ...changes];
    this.#set({ items, bundles });
  }

  /** Dismisses price changes that the shopper has read. Unavailable products stay reported until they are removed. */
  acknowledge(): void {
    this.#changes = this.#changes.filter(isInTheWay);
    this.changed();
  }

  /** What blocks an order, product by product. */
  get blocked(): ReadonlySet<WireId> {
    return new Set<WireId>(this.#changes.filter(isInTheWay).map((change) => change.product.id));
  }

  clear(): void {
    this.#changes = [];
    this.#saved.clear();
    this.#aside.clear();
    this.#content = emptyCart;
    this.#base = emptyCart;
    this.changed();
  }

  /** After the sign-in expires: sets the content aside for its owner, and shows an empty cart. */
  putAside(by: string): void {
    const content = this.#fresh();
    if (content.items.length + content.bundles.length === 0) return;
    this.clear();
    this.#aside.write({ by, content });
  }

  /** After a sign-in: adds what was set aside for this customer; drops what was set aside for another one. */
  giveBack(to: string): void {
    const aside = this.#aside.read();
    if (!aside) return;
    this.#aside.clear();
    if (aside.by === to) this.#set(mergeCarts(emptyCart, aside.content, this.#fresh()));
  }

  /** The content merged with what other tabs have written: a page in the back-forward cache gets no storage events. */
  #fresh(): CartContent {
    const theirs = this.#saved.stored();
    if (theirs === undefined) return this.#content;
    const fresh = this.isSaved ? theirs : mergeCarts(this.#base, this.#content, theirs);
    this.#base = theirs;
    return fresh;
  }

  #write(): void {
    if (this.#saved.write(this.#content)) this.#base = this.#content;
  }

  #set(content: CartContent): void {
    this.#content = content;
    const held = new Set(this.productIds);
    this.#changes = this.#changes.filter((change) => held.has(change.product.id));
    this.#write();
    this.changed();
  }
}

/** The price of a bundle in the cart, as the server calculates it. */
export function priceOfBundle({ products, share }: Pick<CartBundle, 'products' | 'share'>): BundlePrice {
  return bundlePrice(
    products.map((product) => product.cents),
    share,
  );
}

function isInTheWay({ kind }: CartChange): boolean {
  return kind !== 'price';
}

function cartProduct(card: ProductCard): CartProduct {
  const { id, name, url, image_url, category, colour, size } = card;
  const options = { ...(colour === undefined ? {} : { colour }), ...(size === undefined ? {} : { size }) };
  return { id, name, url, image_url, category, ...options, cents: payCents(card) };
}
