// GET /api/recommendations/…: a request → the list as it is now, from memory where all of it is fresh.
import { recommendationRoutes as routes } from '../../contract/recommendation.ts';
import { type Binding, bind } from '../bind.ts';
import { Rendered } from '../rendered.ts';
import { type LiveList, LiveLists } from './live-lists.ts';
import { shopId } from './shop-ids.ts';
import type { Storefront } from './storefront.ts';
import { units } from './wire.ts';

/** Anyone may hold it, nobody may use it unasked: prices and stock are of this moment. */
const publicList = 'public, no-cache';
const privateList = 'private, no-cache';

/** Adds the recommendation routes. */
export function recommendations(binding: Binding, shop: Storefront, bundleDiscount: number): void {
  const productType = shop.ids.product;
  bind(binding, routes.similar, ({ params, query }) => {
    const id = shopId(productType, params.product_id);
    return answer(shop, `similar ${query.limit} ${id}`, publicList, (lists) =>
      lists.similar(id, query.limit),
    );
  });
  bind(binding, routes.boughtTogether, ({ params, query }) => {
    const id = shopId(productType, params.product_id);
    return answer(shop, `bought ${query.limit} ${id}`, publicList, (lists) =>
      lists.boughtTogether(id, query.limit),
    );
  });
  bind(binding, routes.personalized, ({ query, principal }) => {
    const { customerId } = principal;
    return answer(shop, `personal ${query.limit} ${customerId ?? ''}`, privateList, (lists) =>
      lists.personalized(customerId, query.limit),
    );
  });
  bind(binding, routes.trending, ({ query }) =>
    answer(shop, `trending ${query.limit} ${query.category}`, publicList, (lists) =>
      lists.trending(query.category, query.limit),
    ),
  );
  bind(binding, routes.youMayLike, ({ params, query, principal, ctx }) => {
    const id = shopId(productType, params.product_id);
    const customerId = principal?.customerId;
    ctx.vary('Authorization');
    ctx.vary('Cookie');
    const control = principal ? privateList : publicList;
    return answer(shop, `like ${query.limit} ${JSON.stringify([id, customerId])}`, control, (lists) =>
      lists.youMayLike(id, customerId, query.limit),
    );
  });
  bind(binding, routes.bundle, ({ params, query }) => {
    const id = shopId(productType, params.product_id);
    return answer(
      shop,
      `bundle ${query.limit} ${id}`,
      publicList,
      (lists) => lists.bundle(id, query.limit, bundleDiscount),
      ({ shown, price }) => ({
        products: shown.map((each) => shop.wire.listed(each)),
        ...(price && {
          original_price: units(price.originalCents),
          bundle_price: units(price.bundleCents),
          savings: units(price.savingCents),
        }),
      }),
    );
  });
  bind(binding, routes.forCart, ({ body }) => {
    const ids = [...new Set(body.product_ids.map((id) => shopId(productType, id, 'product_ids')))].sort();
    return answer(shop, `cart ${body.limit} ${JSON.stringify(ids)}`, 'no-store', (lists) =>
      lists.forCart(ids, body.limit),
    );
  });
}

/** The rendered answer that is held under the key, or a new one. */
function answer<L extends LiveList>(
  shop: Storefront,
  key: string,
  cacheControl: string,
  read: (lists: LiveLists) => Promise<L>,
  write: (list: L) => unknown = ({ shown }) => shown.map((each) => shop.wire.listed(each)),
): Rendered | Promise<Rendered> {
  return (shop.served.certain && shop.answers.get(key, shop.version)) || renew();

  async function renew(): Promise<Rendered> {
    const serving = await shop.served.current();
    const { version } = shop;
    const list = await read(new LiveLists(serving, shop.cards));
    // Published meanwhile, and the old lists perhaps dropped: once more, from the build that is served now.
    if (shop.served.known.lists !== serving.lists) return renew();
    const rendered = new Rendered(write(list), { build: serving.lists?.build, cacheControl });
    shop.answers.set(key, rendered, list.freshUntil, version);
    return rendered;
  }
}
