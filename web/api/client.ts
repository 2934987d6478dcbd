// The client of the runtime. A route's input → its answer, typed by the contract; failures as ApiError or OfflineError.

import type {
  CatalogueFacets,
  Category,
  ProductDetail,
  ProductPage,
} from '../../runtime/contract/catalogue.ts';
import type { AskedOrder, OwnOrder, WirePlacedOrder } from '../../runtime/contract/order.ts';
import type { ListedProduct, ProductCard, WireId } from '../../runtime/contract/product.ts';
import type { Bundle } from '../../runtime/contract/recommendation.ts';
import type { Session } from '../../runtime/contract/session.ts';
import type { ShopFacts } from '../../runtime/contract/shop.ts';
import { visitorHeaders } from './report-events.ts';
import { type RequestOptions, request } from './request.ts';

export interface CatalogueQuery {
  readonly category?: string | undefined;
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  /** `1` for yes, as in the URL. */
  readonly on_sale?: string | undefined;
  readonly in_stock?: string | undefined;
  readonly min_price?: string | undefined;
  readonly max_price?: string | undefined;
  /** Names of colours and sizes, of which products have one each. */
  readonly colour?: readonly string[] | undefined;
  readonly size?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** A list, and the build that it comes from. */
export interface ProductList {
  readonly products: readonly ListedProduct[];
  readonly buildId: number | undefined;
}

export interface BundleOffer extends Bundle {
  readonly buildId: number | undefined;
}

/** Maximum number of answers in memory, which render a previous page at once; each is requested again nevertheless. */
const maxKept = 60;

interface Answer<T> {
  readonly body: T;
  readonly buildId: number | undefined;
}

export class Client {
  readonly base: string;
  /** Called after each request with whether the network answered; an answer from the worker's cache does not count. */
  onReach: ((reached: boolean) => void) | undefined;
  readonly #kept = new Map<string, unknown>();

  /** @param base origin of the runtime; '' is the page's own */
  constructor(base = '') {
    this.base = base.replace(/\/+$/, '');
  }

  /** Takes answers as if they had just arrived: those that the document was written from. */
  know(answers: Readonly<Record<string, unknown>>): void {
    for (const [path, body] of Object.entries(answers)) this.#kept.set(path, body);
  }

  products(query: CatalogueQuery, signal?: AbortSignal): Promise<ProductPage> {
    return this.#get(productsPath(query), signal).then(({ body }) => body as ProductPage);
  }

  /** Counts the colours and sizes of what the query lists. */
  facets(query: CatalogueQuery, signal?: AbortSignal): Promise<CatalogueFacets> {
    const wanted = { ...query, sort: undefined, cursor: undefined, limit: undefined };
    return this.#get(`/api/facets${queryOf(wanted)}`, signal).then(({ body }) => body as CatalogueFacets);
  }

  product(id: WireId, signal?: AbortSignal): Promise<ProductDetail> {
    return this.#get(productPath(id), signal).then(({ body }) => body as ProductDetail);
  }

  categories(signal?: AbortSignal): Promise<Category[]> {
    return this.#get('/api/categories', signal).then(({ body }) => body as Category[]);
  }

  /** The last answer to the same query, if still in memory: render it at once while the new request is in flight. */
  lastProducts(query: CatalogueQuery): ProductPage | undefined {
    return this.#kept.get(productsPath(query)) as ProductPage | undefined;
  }

  lastProduct(id: WireId): ProductDetail | undefined {
    return this.#kept.get(productPath(id)) as ProductDetail | undefined;
  }

  lastCategories(): Category[] | undefined {
    return this.#kept.get('/api/categories') as Category[] | undefined;
  }

  lastTrending(limit: number, category?: string): readonly ListedProduct[] | undefined {
    return this.#kept.get(listPath('trending', { limit, category })) as ListedProduct[] | undefined;
  }

  lastForCart(ids: readonly WireId[], limit: number): readonly ListedProduct[] | undefined {
    return this.#kept.get(forCartPath(ids, limit)) as ListedProduct[] | undefined;
  }

  similar(id: WireId, limit: number, signal?: AbortSignal): Promise<ProductList> {
    return this.#list(`similar/${encodeURIComponent(id)}`, { limit }, signal);
  }

  boughtTogether(id: WireId, limit: number, signal?: AbortSignal): Promise<ProductList> {
    return this.#list(`bought-together/${encodeURIComponent(id)}`, { limit }, signal);
  }

  youMayLike(id: WireId, limit: number, signal?: AbortSignal): Promise<ProductList> {
    return this.#list(`you-may-like/${encodeURIComponent(id)}`, { limit }, signal);
  }

  trending(limit: number, category?: string, signal?: AbortSignal): Promise<ProductList> {
    return this.#list('trending', { limit, category }, signal);
  }

  /** Recommendations for the signed-in customer; 401 for guests. */
  personalized(limit: number, signal?: AbortSignal): Promise<ProductList> {
    return this.#list('personalized', { limit }, signal);
  }

  /** What the signed-in customer is due to buy again within some days; 401 for guests. */
  buyAgain(limit: number, within: number, signal?: AbortSignal): Promise<ProductList> {
    return this.#list('buy-again', { limit, within }, signal);
  }

  async bundle(id: WireId, limit: number, signal?: AbortSignal): Promise<BundleOffer> {
    const path = `/api/recommendations/bundle/${encodeURIComponent(id)}?limit=${limit}`;
    const { body, buildId } = await this.#get<Bundle>(path, signal);
    return { ...body, buildId };
  }

  async forCart(ids: readonly WireId[], limit: number, signal?: AbortSignal): Promise<ProductList> {
    const { body, buildId } = await this.#send<ListedProduct[]>(
      'POST',
      '/api/recommendations/for-cart',
      { product_ids: ids, limit },
      signal,
    );
    this.#keep(forCartPath(ids, limit), body);
    return { products: body, buildId };
  }

  session(signal?: AbortSignal): Promise<Session> {
    return this.#get('/api/session', signal).then(({ body }) => body as Session);
  }

  shop(signal?: AbortSignal): Promise<ShopFacts> {
    return this.#get('/api/shop', signal).then(({ body }) => body as ShopFacts);
  }

  async signOut(): Promise<void> {
    await this.#send('DELETE', '/api/session');
    this.#kept.clear();
  }

  async watchList(signal?: AbortSignal): Promise<ProductCard[]> {
    const { body } = await this.#get<{ products: ProductCard[] }>('/api/watchlist', signal);
    return body.products;
  }

  /** @param watched whether the product should be on the list */
  async watch(id: WireId, watched: boolean): Promise<ProductCard[]> {
    const { body } = watched
      ? await this.#send<{ products: ProductCard[] }>('POST', '/api/watchlist', { product_id: id })
      : await this.#send<{ products: ProductCard[] }>(
          'DELETE',
          `/api/watchlist?product_id=${encodeURIComponent(id)}`,
        );
    return body.products;
  }

  async orders(cursor?: string, signal?: AbortSignal): Promise<{ orders: OwnOrder[]; next: string | null }> {
    const path = `/api/orders${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`;
    return (await this.#get<{ orders: OwnOrder[]; next: string | null }>(path, signal)).body;
  }

  /**
   * Places an order. After an OfflineError, retry with the same key: the order is placed once.
   * @param asGuest sends no cookie: for an order that was first sent before the shopper signed in
   * @throws ApiError `out_of_stock`, `price_changed` … if no order was placed
   */
  async placeOrder(
    order: Partial<AskedOrder>,
    key: string,
    { asGuest = false } = {},
  ): Promise<WirePlacedOrder> {
    const sent = { headers: { 'Idempotency-Key': key }, anonymous: asGuest };
    return (await this.#send<WirePlacedOrder>('POST', '/api/orders', order, undefined, sent)).body;
  }

  async #list(path: string, query: Query, signal?: AbortSignal): Promise<ProductList> {
    const { body, buildId } = await this.#get<ListedProduct[]>(listPath(path, query), signal);
    return { products: body, buildId };
  }

  async #get<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
    const answer = await this.#ask<T>(path, { method: 'GET' }, signal);
    this.#keep(path, answer.body);
    return answer;
  }

  #keep(path: string, body: unknown): void {
    this.#kept.delete(path);
    this.#kept.set(path, body);
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value!);
  }

  #send<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    { headers = {}, anonymous = false }: Pick<RequestOptions, 'headers' | 'anonymous'> = {},
  ): Promise<Answer<T>> {
    return this.#ask<T>(path, { method, headers, body, anonymous }, signal);
  }

  async #ask<T>(path: string, init: RequestOptions, signal?: AbortSignal): Promise<Answer<T>> {
    // The visitor id keeps a visitor's lists the same on every request, also while two builds are compared.
    const visitor = path.startsWith('/api/recommendations/') ? visitorHeaders() : {};
    const { body, headers } = await request<T>(this.base, path, {
      ...init,
      headers: { ...visitor, ...init.headers },
      signal,
      onReach: this.onReach,
    });
    const build = Number(headers.get('X-Couture-Build') ?? Number.NaN);
    return { body, buildId: Number.isInteger(build) && build > 0 ? build : undefined };
  }
}

function productsPath(query: CatalogueQuery): string {
  return `/api/products${queryOf({ ...query })}`;
}

function productPath(id: WireId): string {
  return `/api/products/${encodeURIComponent(id)}`;
}

function listPath(path: string, query: Query): string {
  return `/api/recommendations/${path}${queryOf(query)}`;
}

/** The question as a path, although the products are sent in the body: bags stay out of logs. */
export function forCartPath(ids: readonly WireId[], limit: number): string {
  return listPath('for-cart', { product_ids: ids.join(), limit });
}

type Query = Record<string, string | number | readonly string[] | undefined>;

function queryOf(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().flatMap((each) => (each === undefined || each === '' ? [] : [[name, String(each)]])),
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
