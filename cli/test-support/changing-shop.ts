// A shop whose orders, products and watch lists change from day to day, in every way that a real one's do.
import { createHash } from 'node:crypto';
import { randomShop } from '../../fixtures/oracle-shop.ts';
import type { Random } from '../../fixtures/random.ts';
import { loadTinyShop, type TinyShop } from '../../fixtures/tiny-shop.ts';
import type { Client } from '../../sql/pool.ts';

export const idTypes = ['bigint', 'int', 'uuid', 'text'] as const;
export type ShopIdType = (typeof idTypes)[number];

/** Fills the schema `tiny` with a random shop whose ids are of this type. */
export async function loadChangingShop(client: Client, seed: number, type: ShopIdType): Promise<void> {
  const id = <T extends string | null>(text: T) =>
    (text ? shopId(type, text) : type === 'text' ? text : null) as T;
  const { products, lines, watched } = randomShop(seed);
  const shop: TinyShop = {
    products: products.map((product) => ({ ...product, id: id(product.id) })),
    lines: lines.map((line) => ({
      ...line,
      order: id(line.order),
      customer: id(line.customer),
      product: id(line.product),
    })),
    watched: watched.map(({ customer, product }) => ({ customer: id(customer), product: id(product) })),
  };
  await loadTinyShop(client, shop, { order: type, customer: type, product: type });
}

/** Change → how it is made. `n` is new for each change, and `type` the type of ids. */
const changes: Readonly<Record<string, (random: Random, id: (name: string) => string) => string>> = {
  'new orders': (random, id) =>
    [1, 2, 3].map((n) => copyOrder(random, id(`new${n}`), `interval '${random.below(30)} hours'`)).join(';'),
  'a backdated order': (random, id) =>
    copyOrder(random, id('back'), `interval '-${100 + random.below(400)} days'`),
  'an edited line': (random) =>
    `update tiny.order_line set product_id = (select product_id from tiny.product order by md5(product_id::text || ${random.below(1e6)}) limit 1)
     where ctid in (${someLine(random)})`,
  'another quantity': (random) =>
    `update tiny.order_line set quantity = ${random.below(3) - 1} where ctid in (${someLine(random)})`,
  'another customer': (random, id) =>
    `update tiny.order_line set customer_id = '${id('moved')}' where order_id in (${someOrder(random)})`,
  'a cancelled order': (random) => `delete from tiny.order_line where order_id in (${someOrder(random)})`,
  'a deleted line': (random) => `delete from tiny.order_line where ctid in (${someLine(random)})`,
  'another date': (random) =>
    `update tiny.order_line set ordered_at = ordered_at - interval '${random.below(40)} days' where order_id in (${someOrder(random)})`,
  'another time': (random) =>
    `update tiny.order_line set ordered_at = ordered_at + interval '${random.below(1e6)} microseconds' where ctid in (${someLine(random)})`,
  'rows that move': () => `update tiny.order_line set quantity = quantity where md5(ctid::text) < '4'`,
  'a product that is gone': (random) =>
    `delete from tiny.product where product_id in (${someProduct(random)})`,
  'another price': (random) =>
    `update tiny.product set price = price + 1 where product_id in (${someProduct(random)})`,
  'another name': (random) =>
    `update tiny.product p set name = q.name, description = q.description from tiny.product q
     where p.product_id in (${someProduct(random)}) and q.product_id in (${someProduct(random)})`,
  'a new product': (random, id) =>
    `insert into tiny.product select '${id('product')}', name, description, category, price from tiny.product where product_id in (${someProduct(random)})`,
  'a watched product': (random, id) =>
    `insert into tiny.watchlist select '${id('watcher')}', product_id from tiny.product where product_id in (${someProduct(random)})`,
  'an order in the future': (random, id) => copyOrder(random, id('future'), `interval '40 years'`),
};

/** Makes some random changes, in one transaction. Returns what changed, for the message of a failed test. */
export async function changeShop(
  client: Client,
  random: Random,
  type: ShopIdType,
  day: number,
): Promise<string> {
  const chosen = random.some(Object.keys(changes), 1 + random.below(5));
  const id = (name: string) => shopId(type, `${name} of day ${day}`);
  for (const change of chosen) await client.query(changes[change]!(random, id));
  return chosen.join(', ');
}

function copyOrder(random: Random, id: string, later: string): string {
  return `insert into tiny.order_line
    select '${id}', customer_id, product_id, quantity, ordered_at + ${later} from tiny.order_line where order_id in (${someOrder(random)})`;
}

function someOrder(random: Random): string {
  return `select order_id from tiny.order_line where order_id is not null and isfinite(ordered_at)
    group by 1 order by md5(order_id::text || '${random.below(1e6)}') limit 1`;
}

function someLine(random: Random): string {
  return `select ctid from tiny.order_line order by md5(ctid::text || '${random.below(1e6)}') limit 2`;
}

function someProduct(random: Random): string {
  return `select product_id from tiny.product order by md5(product_id::text || '${random.below(1e6)}') limit 1`;
}

function shopId(type: ShopIdType, text: string): string {
  if (type === 'text') return text;
  const hash = createHash('md5').update(text).digest('hex');
  if (type === 'uuid') return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return String(
    type === 'int'
      ? Number.parseInt(hash.slice(0, 7), 16)
      : BigInt.asIntN(64, BigInt(`0x${hash.slice(0, 16)}`)),
  );
}
