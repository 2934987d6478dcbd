// Asks the shop for the cart's products, a few at a time: current prices, what is sold out, what is gone.
import type { ProductCard, WireId } from '../../runtime/contract/product.ts';
import { ApiError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import type { Cart } from './cart.ts';

const atOnce = 6;

/** @returns whether the shop answered for every product; the others stay unchanged */
export async function reconcileCart(cart: Cart, client: Client, signal?: AbortSignal): Promise<boolean> {
  let whole = true;
  const today = new Map<WireId, ProductCard | null>();
  const offers = new Map<WireId, number | null>();
  const unanswered = (error: unknown) => {
    if (signal?.aborted) throw signal.reason;
    whole = false;
    return error;
  };
  const products = cart.productIds.map((id) => async () => {
    try {
      today.set(id, await client.product(id, signal));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) today.set(id, null);
      else unanswered(error);
    }
  });
  const bundles = [...new Set(cart.bundles.map((bundle) => bundle.subject))].map((id) => async () => {
    try {
      const offer = await client.bundle(id, 24, signal);
      // A sold-out subject has no offer now; that it is sold out is reported already.
      if (offer.discount !== undefined) offers.set(id, offer.discount);
      else if (today.get(id)?.in_stock) offers.set(id, null);
    } catch (error) {
      unanswered(error);
    }
  });
  await inTurn(products);
  await inTurn(bundles);
  cart.reconcile(today, offers);
  return whole;
}

async function inTurn(tasks: Array<() => Promise<void>>): Promise<void> {
  const work = async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
