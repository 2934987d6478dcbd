// POST and GET /api/orders: the checkout of the sample shop, and a customer's own orders in any shop.
import {
  type Checkout,
  findRepeatedOrder,
  type OrderLine,
  type OrderRequest,
  type PlacedOrder,
  placeOrder,
} from '../../../sql/store/sample/checkout.ts';
import type { OrderBundle, OrderItem } from '../../../sql/store/sample/order-pricing.ts';
import { type CustomerOrder, type OrderPlace, ordersOf } from '../../../sql/store/shop/customer-orders.ts';
import type { Principal } from '../../auth/principal.ts';
import { bundleSaving, centsOf, decimalOf, scaleOf, unitsOf } from '../../contract/money.ts';
import {
  type AskedOrder,
  type OwnOrder,
  orderRoutes as routes,
  type WirePlacedOrder,
} from '../../contract/order.ts';
import { CoutureError } from '../../core/errors.ts';
import { LiveLists } from '../../recommendations/live-lists.ts';
import type { Card } from '../../shop/card-cache.ts';
import { shopId } from '../../shop/shop-ids.ts';
import type { Storefront } from '../../shop/storefront.ts';
import type { SharedBudget } from '../../work/shared-budget.ts';
import { addressGroup } from '../address-group.ts';
import { Answer, type Binding, bind } from '../bind.ts';

export interface OrderParts {
  /** Share of the price that a bundle saves. */
  readonly bundleDiscount: number;
  /** Orders at a time: each waits for the others on a connection of its own. */
  readonly checkouts: SharedBudget;
}

/** Adds the order routes. */
export function orders(binding: Binding, shop: Storefront, { bundleDiscount, checkouts }: OrderParts): void {
  bind(binding, routes.place, async ({ body, headers, principal, ctx }) => {
    if (!(await shop.hasCheckout())) {
      if (shop.views.isBroken('product')) throw shop.views.unavailable('products');
      throw new CoutureError(
        'checkout_unavailable',
        'This shop has its own checkout',
        'Redirect the shopper to it.',
      );
    }
    const request: OrderRequest = {
      principal: buyer(principal, headers['x-couture-visitor']),
      customerId: principal?.customerId ?? null,
      idempotencyKey: headers['idempotency-key'],
      items: askedItems(shop, body),
      bundles: askedBundles(shop, body, bundleDiscount),
      expectedTotalCents:
        body.expected_total === undefined ? undefined : centsOf(body.expected_total, shop.currency),
    };
    const checkout = await checkouts.run(addressGroup(ctx.ip), 1, () => checkOut(shop, request, body));
    if (checkout.kind !== 'placed' && checkout.kind !== 'repeated') throw refusal(shop, checkout, request);
    const { order } = checkout;
    // Invalidate here at once; other processes get a NOTIFY.
    if (checkout.kind === 'placed') shop.cards.forget(new Set(order.lines.map((line) => line.product_id)));
    return new Answer(checkout.kind === 'placed' ? 201 : 200, placedOrder(shop, order));
  });
  bind(binding, routes.own, async ({ query, principal }) => {
    const { customerId } = principal;
    if (customerId === undefined) return { orders: [], next: null };
    const before = query.cursor === undefined ? undefined : readCursor(query.cursor);
    // One more than shown, to know whether there is a next page.
    const found = await shop.views.read(
      'order_line',
      'orders',
      () => ordersOf(shop.pool, shop.ids.customer, customerId, { limit: query.limit + 1, before }),
      // An empty list would suggest that the customer's orders are lost.
      () => Promise.reject(shop.views.unavailable('orders')),
    );
    const shown = found.slice(0, query.limit);
    const cards = await shop.cards.read(
      new Set(shown.flatMap((order) => order.lines.map((line) => line.product_id))),
    );
    const last = shown.at(-1);
    return {
      orders: shown.map((order) => ownOrder(shop, order, cards)),
      next: last && found.length > shown.length ? writeCursor(last.place) : null,
    };
  });
}

/**
 * The scope of idempotency keys. Guests without a visitor id share one: with another guest's key and the same order they
 * get that order's response, which names no person.
 */
function buyer(principal: Principal | undefined, visitor: string | undefined): string {
  if (!principal) return visitor === undefined ? 'guest' : `guest:${visitor}`;
  return principal.customerId === undefined ? `sub:${principal.sub}` : `customer:${principal.customerId}`;
}

/** Merges repeated products into one item. */
function askedItems(shop: Storefront, { items }: AskedOrder): OrderItem[] {
  const quantities = new Map<string, number>();
  for (const { product_id, quantity } of items) {
    const id = shopId(shop.ids.product, product_id, 'items.product_id');
    quantities.set(id, (quantities.get(id) ?? 0) + quantity);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}

/** Checks for a repeated order first: bundles change from build to build, but an order once placed stays placed. */
async function checkOut(shop: Storefront, request: OrderRequest, asked: AskedOrder): Promise<Checkout> {
  if (request.bundles.length > 0) {
    const before = await findRepeatedOrder(shop.pool, request);
    if (before) return before;
    await requireOffered(shop, request.bundles, asked);
  }
  return placeOrder(shop.pool, request, bundleSaving, scaleOf(shop.currency));
}

function askedBundles(shop: Storefront, { bundles }: AskedOrder, discountShare: number): OrderBundle[] {
  return bundles.map(({ product_ids }, at) => ({
    items: product_ids.map((id) => shopId(shop.ids.product, id, `bundles.${at}.product_ids`)),
    discountShare,
  }));
}

/** Checks each bundle against the current offers. */
async function requireOffered(
  shop: Storefront,
  bundles: readonly OrderBundle[],
  asked: AskedOrder,
): Promise<void> {
  const lists = new LiveLists(await shop.served.current(), shop.cards);
  await Promise.all(
    bundles.map(async ({ items }, at) => {
      const subject = shopId(shop.ids.product, asked.bundles[at]!.product_id, `bundles.${at}.product_id`);
      if (!isOffered(items, await lists.bundleGroups(subject))) throw notOffered(subject, items, at);
    }),
  );
}

/**
 * Whether the products are the subject and others of its bundle, each once, in any variant. Does not check stock: the
 * database does, with a different error.
 */
function isOffered(items: readonly string[], groups: ReadonlyArray<readonly string[]>): boolean {
  const places = items.map((id) => groups.findIndex((group) => group.includes(id)));
  return places.includes(0) && !places.includes(-1) && new Set(places).size === places.length;
}

function notOffered(subject: string, items: readonly string[], at: number): CoutureError {
  const message = `Products ${items.join(', ')} are not offered as a bundle with ${subject}`;
  return new CoutureError(
    'bad_request',
    message,
    `GET /api/recommendations/bundle/${encodeURIComponent(subject)} returns the current bundle.`,
    { details: { errors: [{ path: `body.bundles.${at}`, message }] } },
  );
}

/** The error for an order that was not placed; `items` gives the reasons per product. */
function refusal(
  shop: Storefront,
  checkout: Exclude<Checkout, { kind: 'placed' | 'repeated' }>,
  { customerId }: OrderRequest,
): CoutureError {
  switch (checkout.kind) {
    case 'out_of_stock': {
      const items = checkout.left.map((each) => ({ ...each, product_id: shop.wire.id(each.product_id) }));
      const words = checkout.left.map(({ name, wanted, left }) => `${name} (${wanted} wanted, ${left} left)`);
      return new CoutureError(
        'out_of_stock',
        `Not enough in stock: ${words.slice(0, 5).join(', ')}`,
        'No order was placed. Change the cart, then try again.',
        { details: { items } },
      );
    }
    case 'price_changed':
      return new CoutureError(
        'price_changed',
        `The current total is ${decimalOf(checkout.total_cents, shop.currency)}`,
        'No order was placed. Show the shopper the current prices, then place the order again.',
        { details: { items: checkout.lines.map((line) => wireLine(shop, line)) } },
      );
    case 'customer_unknown':
      return new CoutureError(
        'customer_unknown',
        `The shop has no customer ${customerId}`,
        'No order was placed. Sign in as a customer of the shop, or sign out to order as a guest.',
      );
    case 'product_unknown':
      return new CoutureError(
        'product_unknown',
        `The shop has no product ${checkout.productIds.slice(0, 5).join(', ')}`,
        'No order was placed. Remove it from the cart.',
        { details: { items: checkout.productIds.map((id) => ({ product_id: shop.wire.id(id) })) } },
      );
    case 'idempotency_reused':
      return new CoutureError(
        'idempotency_reused',
        'This Idempotency-Key was already used for a different order',
        'Generate a new key for each order.',
      );
  }
}

function placedOrder(shop: Storefront, order: PlacedOrder): WirePlacedOrder {
  return {
    order_id: shop.wire.id(order.order_id),
    status: order.status,
    ordered_at: order.ordered_at,
    lines: order.lines.map((line) => wireLine(shop, line)),
    total: shop.wire.units(order.total_cents),
    savings: shop.wire.units(order.saving_cents),
  };
}

function wireLine(shop: Storefront, line: OrderLine): WirePlacedOrder['lines'][number] {
  return {
    product_id: shop.wire.id(line.product_id),
    name: line.name,
    quantity: line.quantity,
    unit_price: shop.wire.units(line.unit_cents),
    line_price: shop.wire.units(line.line_cents),
  };
}

/** An order as its customer sees it. */
export function ownOrder(shop: Storefront, order: CustomerOrder, cards: ReadonlyMap<string, Card>): OwnOrder {
  const { order_id, numeric_id, ordered_at, lines } = order;
  const number = Number(order_id);
  const currency = currencyOf(order.currency) ?? shop.currency;
  const cents = (units: number) => centsOf(units, currency);
  return {
    order_id: numeric_id && Number.isSafeInteger(number) ? number : order_id,
    ordered_at: ordered_at.toISOString(),
    currency,
    lines: lines.map(({ product_id, quantity, unit_price }) => {
      const card = cards.get(product_id);
      const shown = card && shop.wire.card(card);
      return {
        product_id: shop.wire.id(product_id),
        name: shown?.name ?? null,
        quantity,
        unit_price: unitsOf(cents(unit_price), currency),
        line_price: unitsOf(cents(unit_price) * quantity, currency),
        image_url: shown?.image_url ?? null,
        url: shown?.url ?? null,
        ...(shown?.colour === undefined ? {} : { colour: shown.colour }),
        ...(shown?.size === undefined ? {} : { size: shown.size }),
      };
    }),
    total: unitsOf(
      lines.reduce((sum, line) => sum + cents(line.unit_price) * line.quantity, 0),
      currency,
    ),
  };
}

/** Shops may write anything, such as `usd`: `Intl` refuses what is not three letters. */
function currencyOf(code: string | null): string | undefined {
  const plain = code?.trim().toUpperCase() ?? '';
  return /^[A-Z]{3}$/.test(plain) ? plain : undefined;
}

function writeCursor({ micros, orderId }: OrderPlace): string {
  return Buffer.from(`${micros} ${orderId}`).toString('base64url');
}

function readCursor(cursor: string): OrderPlace {
  const match = /^(-?\d{1,18}) ([^\0]+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match) return { micros: match[1]!, orderId: match[2]! };
  throw new CoutureError('bad_request', 'Invalid cursor', 'Omit it to start from the first page.');
}
