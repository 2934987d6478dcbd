// Life in the simulated shop between two runs of its journeys: views, bags, orders and their states, prices and stock, in the
// database and in the history that the oracle reads.
import type { Random } from '../../fixtures/random.ts';
import type { History } from './journey-oracle.ts';
import type { PushShop } from './push-shop.ts';

/** The history as it goes on. */
export type LiveHistory = History & {
  readonly orders: Map<string, Array<{ order: string; product: string; at: number }>>;
  readonly states: Map<string, { customer: string; at: number; status: string }>;
  readonly bags: Map<string, { items: readonly string[]; changedAt: number }>;
};

const hour = 3_600_000;

/** An order of one product, placed because of a message. */
export interface ExtraOrder {
  readonly customer: string;
  readonly product: string;
  readonly at: number;
}

/** What people and the shop do between two runs; `extra` are orders that are placed on top of it. */
export async function liveOn(
  { client }: PushShop,
  history: LiveHistory,
  random: Random,
  { from, to, extra = [] }: { from: number; to: number; extra?: readonly ExtraOrder[] },
): Promise<void> {
  const { browsers, orders, states, bags, views, watched, price, stock } = history;
  const products = [...price.keys()];
  const wanted = [...new Set(browsers.flatMap(({ customer }) => watched.get(customer) ?? []))];
  const at = () => from + random.below((to - from) / 1_000) * 1_000;
  const pick = <T>(from_: readonly T[]) => from_[random.below(from_.length)]!;
  const people = Math.ceil(browsers.length / 8);
  const viewed: ExtraOrder[] = [];
  const ordered: ExtraOrder[] = [...extra];
  const changed = new Map<string, string>();
  const bagged = new Map<string, { items: readonly string[]; changedAt: number }>();
  // Of the last weeks: older orders are at rest.
  const recent = [...states].filter(([, each]) => each.at > from - 30 * 24 * hour);
  for (let n = 0; n < people; n++) {
    const view = { customer: pick(browsers).customer, product: pick(products), at: at() };
    views.push(view);
    viewed.push(view);
    // Some put something into their bag, or take everything out.
    if (random.chance(0.3)) {
      const items = Array.from({ length: random.below(4) }, () => pick(products));
      bagged.set(pick(browsers).customer, { items: [...new Set(items)], changedAt: at() });
    }
    // Parcels move on, some of them back, and some orders are cancelled.
    if (random.chance(0.5) && recent.length > 0) {
      const [order, state] = pick(recent);
      const next = pick(['paid', 'shipped', 'delivered', 'cancelled']);
      if (['paid', 'shipped', 'delivered'].includes(state.status)) {
        states.set(order, { ...state, status: next });
        changed.set(order, next);
      }
    }
    // Some buy what they, or others, have viewed.
    if (!random.chance(0.3)) continue;
    const { customer, product } = random.chance(0.5)
      ? pick(views.slice(-20))
      : { ...view, customer: pick(browsers).customer };
    ordered.push({ customer, product, at: at() });
  }
  await client.query(
    `insert into couture.recommendation_event (at, type, kind, item, place, customer)
     select at, 'view', 'product_page', product, 1, customer from unnest($1::timestamptz[], $2::text[], $3::text[]) g (at, product, customer)`,
    columnsOf(viewed),
  );
  const { rows: made } = await client.query<{ id: string }>(
    `with given as (
       select row_number() over () + (select max(order_id) from shop.orders) as id, *
       from unnest($1::timestamptz[], $2::bigint[], $3::bigint[]) g (at, product, customer)
     ), made as (
       insert into shop.orders (order_id, customer_id, status, created_at) select id, customer, 'paid', at from given
     ), lines as (
       insert into shop.order_line (order_id, product_id, quantity, unit_price) select id, product, 1, 10 from given
     ) select id::text from given order by given.id`,
    columnsOf(ordered),
  );
  for (const [n, { customer, product, at: time }] of ordered.entries()) {
    const order = made[n]!.id;
    states.set(order, { customer, at: time, status: 'paid' });
    orders.set(customer, [...(orders.get(customer) ?? []), { order, product, at: time }]);
  }
  for (const [order, status] of changed) {
    const { customer } = states.get(order)!;
    // A cancelled order was never bought.
    if (status === 'cancelled')
      orders.set(
        customer,
        (orders.get(customer) ?? []).filter((each) => each.order !== order),
      );
  }
  await client.query(
    `update shop.orders o set status = g.status from unnest($1::bigint[], $2::text[]) g (id, status) where o.order_id = g.id`,
    [[...changed.keys()], [...changed.values()]],
  );
  for (const [customer, bag] of bagged) {
    if (bag.items.length > 0) bags.set(customer, bag);
    else bags.delete(customer);
    await saveBag(client, customer, bag);
  }
  for (let n = 0; n < 16; n++) {
    const product = random.chance(0.7) ? pick(wanted) : pick(products);
    if (random.chance(0.4)) {
      price.set(product, Math.max(2, price.get(product)! + (random.chance(0.5) ? -1 : 1)));
      await client.query(
        'update shop.product set on_sale = false, discounted_price = null, price = $2 where product_id = $1',
        [product, price.get(product)],
      );
    } else {
      stock.set(product, stock.get(product)! > 0 ? 0 : 5);
      await client.query('update shop.product set inventory = $2 where product_id = $1', [
        product,
        stock.get(product),
      ]);
    }
  }
}

function columnsOf(lines: readonly ExtraOrder[]): unknown[] {
  return [
    lines.map(({ at }) => new Date(at)),
    lines.map(({ product }) => product),
    lines.map(({ customer }) => customer),
  ];
}

async function saveBag(
  client: PushShop['client'],
  customer: string,
  { items, changedAt }: { items: readonly string[]; changedAt: number },
): Promise<void> {
  await client.query(
    items.length === 0
      ? 'delete from couture.bag where customer_id = $1 and $2::jsonb is not null and $3::timestamptz is not null'
      : `insert into couture.bag (customer_id, items, changed_at) values ($1, $2, $3)
         on conflict (customer_id) do update set items = excluded.items, changed_at = excluded.changed_at`,
    [customer, JSON.stringify(items.map((id) => ({ product_id: id, quantity: 1 }))), new Date(changedAt)],
  );
}
