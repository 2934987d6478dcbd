// GET /api/recommendations/…: a request → the current list, from the cache while all of it is fresh.

import type { Context } from 'koa';
import { purchasesOf } from '../../../sql/store/shop/shop-customers.ts';
import { recommendationRoutes as routes } from '../../contract/recommendation.ts';
import type { QueryOf, Route } from '../../contract/route.ts';
import { dueProduct, listedProduct } from '../../recommendations/list-wire.ts';
import { type LiveBundle, type LiveList, LiveLists } from '../../recommendations/live-lists.ts';
import { type Arm, visitorOf } from '../../shop/arms.ts';
import type { Lease } from '../../shop/lease.ts';
import { Rendered } from '../../shop/rendered.ts';
import type { Storefront } from '../../shop/storefront.ts';
import { type Binding, bind } from '../bind.ts';

/** Shared caches may store it but must revalidate, because prices and stock are live. */
const publicList = 'public, no-cache';
const privateList = 'private, no-cache';

/** Answers for the pages that the runtime writes. */
export interface RecommendationAnswers {
  trending(
    query: QueryOf<typeof routes.trending>,
    ctx: Pick<Context, 'url' | 'headers'>,
  ): Rendered | Promise<Rendered>;
}

/** Adds the recommendation routes. */
export function recommendations(
  binding: Binding,
  shop: Storefront,
  bundleDiscount: number,
): RecommendationAnswers {
  bind(binding, routes.similar, ({ params, query, ctx }) => {
    const read = ofProduct(shop, params.product_id, (lists, id) => lists.similar(id, query.limit));
    return answer(shop, routes.similar, ctx, read);
  });
  bind(binding, routes.boughtTogether, ({ params, query, ctx }) => {
    const read = ofProduct(shop, params.product_id, (lists, id) => lists.boughtTogether(id, query.limit));
    return answer(shop, routes.boughtTogether, ctx, read);
  });
  bind(binding, routes.personalized, ({ query, principal, ctx }) => {
    const { customerId } = principal;
    const key = `personalized ${JSON.stringify([customerId, query.limit])}`;
    const held = { key, cacheControl: privateList };
    return answer(
      shop,
      routes.personalized,
      ctx,
      (lists) => lists.personalized(customerId, query.limit),
      held,
    );
  });
  bind(binding, routes.buyAgain, ({ query, principal, ctx }) => {
    const { customerId } = principal;
    if (customerId === undefined) return answer(shop, routes.buyAgain, ctx, async (lists) => lists.none());
    const key = `again ${JSON.stringify([customerId, query.limit, query.within])}`;
    const read = async (lists: LiveLists) => {
      // The customer may buy one of them at any time.
      lists.expireAt(Date.now() + shop.cards.age);
      const { shown, lease } = await lists.buyAgain(customerId, query, () =>
        latestPurchases(shop, customerId),
      );
      return { value: shown.map((each) => dueProduct(shop.wire, each)), lease };
    };
    return answer(shop, routes.buyAgain, ctx, read, { key, cacheControl: privateList });
  });
  const trending: RecommendationAnswers['trending'] = (query, ctx) =>
    answer(shop, routes.trending, ctx, (lists) => lists.trending(query.category, query.limit));
  bind(binding, routes.trending, ({ query, ctx }) => trending(query, ctx));
  bind(binding, routes.youMayLike, ({ params, query, principal, ctx }) => {
    const customerId = principal?.customerId;
    ctx.vary('Authorization');
    ctx.vary('Cookie');
    const key = `like ${JSON.stringify([params.product_id, customerId, query.limit])}`;
    const held = { key, cacheControl: principal ? privateList : publicList };
    const read = ofProduct(shop, params.product_id, (lists, id) =>
      lists.youMayLike(id, customerId, query.limit),
    );
    return answer(shop, routes.youMayLike, ctx, read, held);
  });
  bind(binding, routes.bundle, ({ params, query, ctx }) => {
    const read = ofProduct(shop, params.product_id, (lists, id) =>
      lists.bundle(id, query.limit, bundleDiscount),
    );
    return answer(shop, routes.bundle, ctx, async (lists) => {
      const { shown, price, lease }: LiveList & Partial<LiveBundle> = await read(lists);
      const value = {
        products: shown.map((each) => listedProduct(shop.wire, each)),
        ...(price && {
          original_price: shop.wire.units(price.originalCents),
          bundle_price: shop.wire.units(price.bundleCents),
          savings: shop.wire.units(price.savingCents),
          discount: bundleDiscount,
        }),
      };
      return { value, lease };
    });
  });
  bind(binding, routes.forCart, ({ body, ctx }) => {
    const asked = [...new Set(body.product_ids)].sort();
    const held = { key: `cart ${JSON.stringify([asked, body.limit])}`, cacheControl: 'no-store' };
    const read = async (lists: LiveLists) => {
      const found = await Promise.all(asked.map((text) => shop.productIds.find(text, 'product_ids')));
      const known = found.filter((each) => each !== undefined);
      for (const { until } of known) lists.expireAt(until);
      if (known.length < found.length) lists.expireAt(Date.now() + shop.cards.age);
      return lists.forCart([...new Set(known.map(({ id }) => id))], body.limit);
    };
    return answer(shop, routes.forCart, ctx, read, held);
  });
  return { trending };
}

/** The customer's purchases as the shop has them now; none while its orders cannot be read. */
function latestPurchases({ pool, ids, views }: Storefront, customerId: string) {
  return views.read(
    'order_line',
    'latest purchases',
    () => purchasesOf(pool, ids.customer, customerId, maxPurchases),
    () => [],
  );
}

/** Products that the customer bought last: more than a list can have. */
const maxPurchases = 100;

/** Reads a list of the product that the text names; the empty list if there is no such product. */
function ofProduct<L extends LiveList>(
  { productIds, cards }: Storefront,
  text: string,
  read: (lists: LiveLists, id: string) => Promise<L>,
): (lists: LiveLists) => Promise<L | LiveList> {
  return async (lists) => {
    const found = await productIds.find(text);
    lists.expireAt(found?.until ?? Date.now() + cards.age);
    return found ? read(lists, found.id) : lists.none();
  };
}

/** A list, or another JSON value, with its lease. */
type ReadList = LiveList | { readonly value: unknown; readonly lease: Lease };

interface ListRequest {
  readonly route: Route;
  /** Of the cache. */
  readonly key: string;
  readonly cacheControl: string;
  readonly arm: Arm;
  readonly read: (lists: LiveLists) => Promise<ReadList>;
}

/** The cached response or a new one; cached by URL unless a key is given. */
function answer(
  shop: Storefront,
  route: Route,
  ctx: Pick<Context, 'url' | 'headers'>,
  read: ListRequest['read'],
  { key, cacheControl }: { key: string; cacheControl: string } = { key: ctx.url, cacheControl: publicList },
): Rendered | Promise<Rendered> {
  const arm = (shop.hasArms && shop.armOf(visitorOf(ctx.headers))) || 'standard';
  const ofArm =
    arm === 'standard' ? { key, cacheControl } : { key: `${arm} ${key}`, cacheControl: privateList };
  const held = shop.held(ofArm.key);
  if (held) return held.rendered;
  // Many clients request the same list at the moment it expires; render it once.
  return shop.answers.once(`${shop.version} ${ofArm.key}`, () =>
    render(shop, { route, ...ofArm, arm, read }),
  );
}

/** Reads the list of the current build, and stores the response in the cache. */
async function render(shop: Storefront, request: ListRequest): Promise<Rendered> {
  const { route, key, cacheControl, arm, read } = request;
  const serving = await shop.served.current();
  const { version } = shop;
  const other = arm === 'experiment' ? serving.experiment?.lists : undefined;
  const shownBuild = other ? { ...serving, lists: other } : serving;
  const list = await read(new LiveLists(shownBuild, shop.cards, arm === 'holdout'));
  // Another build was published in the meantime, and the old lists may be gone: retry with the new build.
  if (shop.served.known.lists !== serving.lists) return render(shop, request);
  const value = 'value' in list ? list.value : list.shown.map((each) => listedProduct(shop.wire, each));
  const rendered = new Rendered(value, { build: shownBuild.lists?.build, cacheControl });
  shop.answers.set(key, { rendered, lease: list.lease, version, route: route.path });
  return rendered;
}
