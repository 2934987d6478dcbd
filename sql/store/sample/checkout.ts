// Checkout of the sample shop: an order request → rows of shop.orders, or the reason for refusing it. Prices and stock
// come from the database; a repeated request, even a concurrent one, places one order.
import { createHash } from 'node:crypto';
import { daysAgo } from '../../days-ago.ts';
import { inTransaction, type Pool, type Queryable } from '../../pool.ts';
import {
  type BundleSaving,
  type OrderBundle,
  type OrderItem,
  type PricedOrder,
  priceOrder,
  unitsOrdered,
} from './order-pricing.ts';

export interface OrderRequest {
  /** Who sends the request; idempotency keys are unique per principal. `guest` for guests. */
  readonly principal: string;
  /** Null for a guest. */
  readonly customerId: string | null;
  readonly idempotencyKey: string;
  /** Ids as Postgres writes them. */
  readonly items: readonly OrderItem[];
  /** In addition to the items. The caller has checked that the shop offers each bundle. */
  readonly bundles: readonly OrderBundle[];
  /** The total that the shopper was shown. */
  readonly expectedTotalCents?: number | undefined;
}

export interface OrderLine {
  readonly product_id: string;
  readonly name: string;
  readonly quantity: number;
  readonly unit_cents: number;
  readonly line_cents: number;
}

export interface PlacedOrder {
  readonly order_id: string;
  readonly status: string;
  /** ISO 8601, UTC. */
  readonly ordered_at: string;
  readonly lines: readonly OrderLine[];
  readonly total_cents: number;
  /** What the bundles saved; already subtracted from the total. */
  readonly saving_cents: number;
}

export type Checkout =
  | { readonly kind: 'placed'; readonly order: PlacedOrder }
  /** The same request was sent before; this is its order. */
  | { readonly kind: 'repeated'; readonly order: PlacedOrder }
  | { readonly kind: 'idempotency_reused' }
  | { readonly kind: 'customer_unknown' }
  | { readonly kind: 'product_unknown'; readonly productIds: readonly string[] }
  | {
      readonly kind: 'out_of_stock';
      readonly left: ReadonlyArray<{ product_id: string; name: string; wanted: number; left: number }>;
    }
  | {
      readonly kind: 'price_changed';
      readonly lines: readonly OrderLine[];
      readonly total_cents: number;
      readonly saving_cents: number;
    };

/** Days for which an idempotency key is kept. */
const requestDays = 7;

/** Milliseconds between prunes of old idempotency keys, by the next order. */
const pruneInterval = 3_600_000;
let pruneAt = 0;

/** Serialises the assignment of order ids, since shop.orders has no sequence. Taken last, so its holder never waits. */
const orderIdLock = 0x636f6f72;

/**
 * Returns whether the shop is the sample shop or a generated one, and this role may write orders into it: the fixtures
 * created its tables, and the source views read them. A real shop may have tables of the same names, but not the marker.
 */
export async function checkoutAvailable(client: Queryable): Promise<boolean> {
  // to_regclass fails for a schema that the role may not use.
  const { rows: schemas } = await client.query<{ usable: boolean }>(
    `select has_schema_privilege(oid, 'usage') as usable from pg_namespace where nspname = 'shop'`,
  );
  if (!schemas[0]?.usable) return false;
  const { rows } = await client.query<{ available: boolean }>(
    `with expected (relation, source, columns) as (values
       ('shop.product', 'couture_source.product',
        '{product_id bigint,name text,price numeric,discounted_price numeric,on_sale boolean,inventory integer}'::text[]),
       ('shop.orders', 'couture_source.order_line',
        '{order_id bigint,customer_id bigint,status text,created_at timestamp with time zone}'),
       ('shop.order_line', 'couture_source.order_line',
        '{order_id bigint,product_id bigint,quantity integer,unit_price numeric}'))
     select bool_and(
       e.columns <@ array(
         select a.attname || ' ' || format_type(a.atttypid, null) from pg_attribute a
         where a.attrelid = to_regclass(e.relation) and a.attnum > 0 and not a.attisdropped)
       and exists (
         select from pg_rewrite r
         join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
         where r.ev_class = to_regclass(e.source) and d.refclassid = 'pg_class'::regclass
           and d.refobjid = to_regclass(e.relation)))
       and to_regclass('shop.sample_marker') is not null
       and has_table_privilege(to_regclass('shop.customer'), 'select')
       and has_table_privilege(to_regclass('shop.orders'), 'insert')
       and has_table_privilege(to_regclass('shop.product'), 'update') as available
     from expected e`,
  );
  return rows[0]!.available === true;
}

/**
 * Returns the earlier result of the same request, or undefined if it is new; the result holds even if the shop would refuse
 * it today.
 */
export async function findRepeatedOrder(pool: Pool, request: OrderRequest): Promise<Checkout | undefined> {
  return readClaim(pool, request, requestHash(request));
}

/**
 * Places the order in one transaction, or changes nothing.
 * @param bundleSaving the rounding that the API and the cart use too
 * @param scale cents in one unit of the shop's currency
 */
export async function placeOrder(
  pool: Pool,
  request: OrderRequest,
  bundleSaving: BundleSaving,
  scale = 100,
): Promise<Checkout> {
  const client = await pool.connect();
  let failed = true;
  try {
    const checkout = await inTransaction(
      client,
      () => checkOut(client, request, bundleSaving, scale),
      'begin isolation level read committed',
    ).catch((thrown: unknown) => {
      if (thrown instanceof Undone) return thrown.checkout;
      throw thrown;
    });
    // The order is committed; if pruning fails, a later order prunes.
    if (checkout.kind === 'placed' && performance.now() >= pruneAt) {
      pruneAt = performance.now() + pruneInterval;
      await pruneOrderRequests(client).catch(() => {});
    }
    failed = false;
    return checkout;
  } finally {
    // A statement that timed out may still be running on its connection.
    client.release(failed);
  }
}

/** Deletes up to 1,000 expired idempotency keys; skips rows that a concurrent call has locked. */
export async function pruneOrderRequests(client: Queryable, olderThanDays = requestDays): Promise<number> {
  const { rowCount } = await client.query(
    `delete from couture.order_request where (principal, idempotency_key) in (
       select principal, idempotency_key from couture.order_request
       where created_at < ${daysAgo('$1')} order by created_at limit 1000 for update skip locked)`,
    [olderThanDays],
  );
  return rowCount ?? 0;
}

/** Thrown to roll the transaction back; carries the result that the caller receives. */
class Undone extends Error {
  readonly checkout: Checkout;

  constructor(checkout: Checkout) {
    super(checkout.kind);
    this.checkout = checkout;
  }
}

async function checkOut(
  client: Queryable,
  request: OrderRequest,
  bundleSaving: BundleSaving,
  scale: number,
): Promise<Checkout> {
  const before = await claim(client, request);
  if (before) return before;
  if (!(await isCustomer(client, request.customerId))) throw new Undone({ kind: 'customer_unknown' });
  const units = unitsOrdered(request.items, request.bundles);
  const products = await lockProducts(client, [...units.keys()], scale);
  const unknown = [...units.keys()].filter((id) => !products.has(id));
  if (unknown.length > 0) throw new Undone({ kind: 'product_unknown', productIds: unknown });
  const short = [...units].flatMap(([id, wanted]) => {
    const { name, inventory: stock, payCents: price } = products.get(id)!;
    // A product without a price cannot be sold, as its card says.
    const inventory = Number.isNaN(price) ? 0 : stock;
    return wanted > inventory ? [{ product_id: id, name, wanted, left: Math.max(0, inventory) }] : [];
  });
  if (short.length > 0) throw new Undone({ kind: 'out_of_stock', left: short });
  const price = (id: string) => products.get(id)!.payCents;
  const priced = priceOrder(request.items, request.bundles, price, bundleSaving);
  const sums = {
    lines: namedLines(priced, products),
    total_cents: priced.totalCents,
    saving_cents: priced.savingCents,
  };
  const { expectedTotalCents = priced.totalCents } = request;
  if (expectedTotalCents !== priced.totalCents) throw new Undone({ kind: 'price_changed', ...sums });
  await takeFromStock(client, units);
  const order: PlacedOrder = { ...(await insertOrder(client, request.customerId, priced, scale)), ...sums };
  await client.query(
    `update couture.order_request set response = $3 where principal = $1 and idempotency_key = $2`,
    [request.principal, request.idempotencyKey, JSON.stringify(order)],
  );
  await notifyStock(client, [...units.keys()]);
  return { kind: 'placed', order };
}

/**
 * Claims the key for this request. A concurrent request with the same key waits here, on the primary key, until this
 * transaction has ended; if it placed no order, the next waiting request proceeds.
 * @returns the earlier result of the key, if it has one
 */
async function claim(client: Queryable, request: OrderRequest): Promise<Checkout | undefined> {
  const key = [request.principal, request.idempotencyKey];
  const hash = requestHash(request);
  for (;;) {
    const claimed = await client.query(
      `insert into couture.order_request (principal, idempotency_key, request_hash) values ($1, $2, $3)
       on conflict do nothing`,
      [...key, hash],
    );
    if (claimed.rowCount === 1) return undefined;
    const before = await readClaim(client, request, hash);
    // Without a row, a prune deleted it between the two statements and the key is free.
    if (before) return before;
  }
}

async function readClaim(
  client: Queryable,
  { principal, idempotencyKey }: OrderRequest,
  hash: string,
): Promise<Checkout | undefined> {
  const { rows } = await client.query<{ request_hash: string; response: PlacedOrder }>(
    'select request_hash, response from couture.order_request where principal = $1 and idempotency_key = $2',
    [principal, idempotencyKey],
  );
  if (!rows[0]) return undefined;
  if (rows[0].request_hash !== hash) return { kind: 'idempotency_reused' };
  return { kind: 'repeated', order: rows[0].response };
}

function requestHash({ customerId, items, bundles, expectedTotalCents }: OrderRequest): string {
  const content = [
    customerId,
    items.map(({ productId, quantity }) => [productId, quantity]),
    bundles.map((bundle) => [bundle.items, bundle.discountShare]),
    expectedTotalCents ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

interface LockedProduct {
  readonly name: string;
  /** What a shopper pays now, computed as in couture_source.product and the product cards. */
  readonly payCents: number;
  readonly inventory: number;
}

/** The login may know people whom the shop does not. */
async function isCustomer(client: Queryable, customerId: string | null): Promise<boolean> {
  if (customerId === null) return true;
  const { rowCount } = await client.query('select from shop.customer where customer_id = $1::bigint', [
    customerId,
  ]);
  return rowCount === 1;
}

/** Locks the rows in the order of their ids, so that two carts can't deadlock. */
async function lockProducts(
  client: Queryable,
  ids: readonly string[],
  scale: number,
): Promise<Map<string, LockedProduct>> {
  const { rows } = await client.query<{ id: string; name: string; cents: string | null; inventory: number }>(
    // Sizes of the sample shop have one name.
    `select product_id::text as id, inventory,
       case when right(name, length(size)) = size then name else concat_ws(', ', name, size) end as name,
       round(coalesce(case when on_sale then discounted_price end, price) * $2::numeric)::bigint::text as cents
     from shop.product where product_id = any ($1::bigint[]) order by product_id for update`,
    [ids, scale],
  );
  return new Map(
    rows.map(({ id, name, cents, inventory }) => [
      id,
      { name, inventory, payCents: Number(cents ?? Number.NaN) },
    ]),
  );
}

function namedLines(priced: PricedOrder, products: ReadonlyMap<string, LockedProduct>): OrderLine[] {
  return priced.lines.map(({ productId, quantity, unitCents, lineCents }) => ({
    product_id: productId,
    name: products.get(productId)!.name,
    quantity,
    unit_cents: unitCents,
    line_cents: lineCents,
  }));
}

async function takeFromStock(client: Queryable, units: ReadonlyMap<string, number>): Promise<void> {
  await client.query(
    `update shop.product p set inventory = p.inventory - o.units
     from unnest($1::bigint[], $2::int[]) as o (id, units) where p.product_id = o.id`,
    [[...units.keys()], [...units.values()]],
  );
}

async function insertOrder(
  client: Queryable,
  customerId: string | null,
  { lines }: PricedOrder,
  scale: number,
): Promise<Pick<PlacedOrder, 'order_id' | 'status' | 'ordered_at'>> {
  // A separate statement, because only the next one sees the rows committed while this one waited. Postgres serialises
  // commits with a NOTIFY anyway.
  await client.query('select pg_advisory_xact_lock($1)', [orderIdLock]);
  const { rows } = await client.query<{ order_id: string; status: string; created_at: Date }>(
    `insert into shop.orders (order_id, customer_id, status, created_at)
     select coalesce(max(order_id), 0) + 1, $1::bigint, 'paid', now() from shop.orders
     returning order_id::text, status, created_at`,
    [customerId],
  );
  const { order_id, status, created_at } = rows[0]!;
  await client.query(
    `insert into shop.order_line (order_id, product_id, quantity, unit_price)
     select $1::bigint, line.id, line.quantity, line.cents / $5::numeric
     from unnest($2::bigint[], $3::int[], $4::bigint[]) with ordinality as line (id, quantity, cents, place) order by line.place`,
    [
      order_id,
      lines.map((line) => line.productId),
      lines.map((line) => line.quantity),
      lines.map((line) => line.unitCents),
      scale,
    ],
  );
  return { order_id, status, ordered_at: created_at.toISOString() };
}

/** Postgres accepts NOTIFY payloads below 8,000 bytes. */
const maxPayloadBytes = 7_000;

/** Notifies the servers, on commit, which products' stock has changed. */
async function notifyStock(client: Queryable, ids: readonly string[]): Promise<void> {
  for (const payload of payloads(ids)) await client.query(`select pg_notify('couture_stock', $1)`, [payload]);
}

function payloads(ids: readonly string[]): string[] {
  const parts: string[][] = [];
  let bytes = maxPayloadBytes;
  for (const id of ids) {
    // Ids of the sample shop are digits; JSON adds two quotes and a comma to each.
    bytes += id.length + 3;
    if (bytes > maxPayloadBytes) {
      parts.push([]);
      bytes = id.length + 5;
    }
    parts.at(-1)!.push(id);
  }
  return parts.map((part) => JSON.stringify(part));
}
