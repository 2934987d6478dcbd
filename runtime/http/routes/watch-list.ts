// GET, POST and DELETE /api/watchlist: the signed-in customer's own watch list.
import { notSeen, seenNow } from '../../../sql/store/push/watched.ts';
import {
  maxWatched,
  unwatch,
  type WatchOutcome,
  watch,
  watchedProducts,
} from '../../../sql/store/shop/watch-list.ts';
import { isViewTrouble } from '../../../sql/view-trouble.ts';
import type { Principal } from '../../auth/principal.ts';
import { watchListRoutes as routes } from '../../contract/watch-list.ts';
import { CoutureError } from '../../core/errors.ts';
import type { Storefront } from '../../shop/storefront.ts';
import { type Binding, bind } from '../bind.ts';

/** Adds the watch list routes; those that change the list return it. */
export function watchList(binding: Binding, shop: Storefront): void {
  bind(binding, routes.read, async ({ principal }) =>
    principal.customerId === undefined ? { products: [] } : listOf(shop, principal.customerId),
  );
  bind(binding, routes.add, async ({ principal, body }) => {
    const customerId = customerOf(principal);
    const found = await shop.productIds.find(body.product_id);
    const id = found?.id;
    const known = id !== undefined && (await shop.cards.read([id])).has(id);
    if (!known && shop.views.isBroken('product')) throw shop.views.unavailable('products');
    if (!known) throw new CoutureError('product_unknown', `The shop has no product ${body.product_id}`);
    // Before it is watched: an alert about an earlier change could be sent in between.
    await seenNow(shop.pool, customerId, id);
    const outcome = await change(shop, watch(shop.pool, shop.ids, customerId, id));
    if (outcome !== 'done') await notSeen(shop.pool, customerId, id);
    requireDone(outcome, customerId);
    return listOf(shop, customerId);
  });
  bind(binding, routes.remove, async ({ principal, query, body }) => {
    const customerId = customerOf(principal);
    const asked = query.product_id ?? body?.product_id;
    if (asked === undefined) {
      throw new CoutureError('bad_request', 'product_id is missing', 'Send it in the query or the body.');
    }
    // A group is watched while one of its variants is.
    const { products = [] } = (await shop.productIds.find(asked)) ?? {};
    for (const id of products)
      requireDone(await change(shop, unwatch(shop.pool, shop.ids, customerId, id)), customerId);
    return listOf(shop, customerId);
  });
}

async function listOf(shop: Storefront, customerId: string) {
  const ids = await shop.views.read(
    'watchlist',
    'watch lists',
    () => watchedProducts(shop.pool, shop.ids, customerId, maxWatched),
    // An empty list would suggest that the customer's is lost.
    () => Promise.reject(shop.views.unavailable('watch lists')),
  );
  const cards = await shop.cards.read(ids);
  return { products: ids.flatMap((id) => cards.get(id) ?? []).map((card) => shop.wire.card(card)) };
}

/** @throws CoutureError `source_unavailable` while the view cannot be read */
async function change(shop: Storefront, outcome: Promise<WatchOutcome>): Promise<WatchOutcome> {
  try {
    return await outcome;
  } catch (error) {
    if (isViewTrouble(error)) throw shop.views.unavailable('watch lists');
    throw error;
  }
}

function customerOf({ sub, customerId }: Principal): string {
  if (customerId !== undefined) return customerId;
  throw new CoutureError(
    'customer_unknown',
    `${JSON.stringify(sub.slice(0, 60))} is not a customer of this shop`,
  );
}

function requireDone(outcome: WatchOutcome, customerId: string): void {
  if (outcome === 'refused')
    throw new CoutureError('customer_unknown', `The shop has no customer ${customerId}`);
  if (outcome === 'read_only') {
    throw new CoutureError(
      'watch_list_read_only',
      'The shop’s own watch list is read-only',
      'Allow couture’s role to call couture_source.watch and couture_source.unwatch, or define both: "couture doctor" prints the statements.',
    );
  }
  if (outcome === 'full') {
    throw new CoutureError(
      'limit_reached',
      `The watch list has ${maxWatched} products already`,
      'Remove one of them first.',
    );
  }
}
