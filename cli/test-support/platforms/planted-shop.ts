// A shop with a known structure, in the schema `planted`, from which each platform's tables are filled: outfits whose pieces
// are bought together, customers with a favourite outfit, and orders of which some don't count.
import { Random } from '../../../fixtures/random.ts';
import type { Client } from '../../../sql/pool.ts';

export interface PlantedSize {
  readonly outfits: number;
  /** Pieces of an outfit, each in a different category. */
  readonly kinds: number;
  /** Sizes of a product; 1: the shop has no variants. */
  readonly sizes: number;
  readonly customers: number;
  readonly orders: number;
  /** Share of orders with one product of any outfit besides. */
  readonly noise: number;
}

/** What became of an order; only a `sale` counts. */
const fates = [
  ['sale', 80],
  ['cancelled', 6],
  ['refunded', 4],
  ['unpaid', 4],
  ['cart', 4],
  ['test', 2],
] as const;

const kindNames = [
  'Dress',
  'Shirt',
  'Boots',
  'Tote',
  'Scarf',
  'Belt',
  'Coat',
  'Cardigan',
  'Skirt',
  'Trousers',
];

/**
 * Fills `planted`: product (live, hidden or deleted), item (a product in a size), customer, purchase, line. Two products of
 * different outfits, `planted.false_pair`, are bought together in orders that don't count, and only there. A platform's own
 * SQL fills `planted.sold`: which of its ids is which item, and where its page is.
 */
export async function plantShop(client: Client, size: PlantedSize): Promise<void> {
  const random = new Random(7);
  const products = Array.from({ length: size.outfits * size.kinds }, (_, at) => {
    const [outfit, kind] = [Math.floor(at / size.kinds), at % size.kinds];
    const price = 20 + random.below(180) + random.below(100) / 100;
    const state = kind > 0 && at % 37 === 36 ? 'deleted' : kind > 0 && at % 41 === 40 ? 'hidden' : 'live';
    const sale = at % 7 === 3 ? Math.round(price * 80) / 100 : null;
    const name = `Look ${outfit + 1} ${kindNames[kind]}`;
    const category = `${kindNames[kind]}s`;
    return {
      product: at + 1,
      outfit,
      kind,
      name,
      category,
      handle: name.toLowerCase().replaceAll(' ', '-'),
      price,
      sale,
      state,
    };
  });
  const items = products.flatMap(({ product }) =>
    Array.from({ length: size.sizes }, (_, at) => ({
      item: product * 10 + at,
      product,
      size: 'SML'[at],
      stock: random.next() < 0.08 ? 0 : 5 + random.below(90),
    })),
  );
  const customers = Array.from({ length: size.customers }, (_, at) => ({
    customer: at + 1,
    favourite: random.below(size.outfits),
  }));
  const falsePair = [1, products.length - size.kinds + 2];
  const total = fates.reduce((sum, [, weight]) => sum + weight, 0);
  const start = Date.now() - 400 * 86_400_000;
  const purchases: object[] = [];
  const lines: object[] = [];
  for (let purchase = 1; purchase <= size.orders; purchase++) {
    const buyer = random.next() < 0.15 ? undefined : customers[random.below(size.customers)]!;
    let draw = random.below(total);
    const fate = fates.find(([, weight]) => (draw -= weight) < 0)![0];
    const outfit = buyer && random.next() < 0.6 ? buyer.favourite : random.below(size.outfits);
    const chosen = new Set<number>();
    const pieces = 1 + random.below(Math.min(4, size.kinds));
    while (chosen.size < pieces) chosen.add(outfit * size.kinds + random.below(size.kinds) + 1);
    if (random.next() < size.noise) chosen.add(1 + random.below(products.length));
    if (fate !== 'sale') for (const product of falsePair) chosen.add(product);
    else if (chosen.has(falsePair[0]!)) chosen.delete(falsePair[1]!);
    const at = new Date(start + Math.floor(random.next() ** 0.7 * 399 * 86_400_000)).toISOString();
    purchases.push({ purchase, customer: buyer?.customer ?? null, fate, at });
    for (const product of chosen) {
      const quantity = random.next() < 0.1 ? 2 : 1;
      lines.push({
        purchase,
        item: product * 10 + random.below(size.sizes),
        quantity,
        returned: random.next() < 0.03 ? quantity : 0,
      });
    }
  }
  await client.query(`
    create schema planted;
    create table planted.product (product int primary key, outfit int, kind int, name text, category text, handle text, price numeric(10,2),
      sale numeric(10,2), state text);
    create table planted.item (item int primary key, product int, size text, stock int);
    create table planted.customer (customer int primary key, favourite int);
    create table planted.purchase (purchase int primary key, customer int, fate text, at timestamptz);
    create table planted.line (line serial primary key, purchase int, item int, quantity int, returned int);
    create table planted.false_pair (product int);
    create table planted.sold (product_id text primary key, item int, url text, image_url text)`);
  const tables = {
    product: products,
    item: items,
    customer: customers,
    purchase: purchases,
    line: lines,
    false_pair: falsePair.map((product) => ({ product })),
  };
  for (const [table, rows] of Object.entries(tables)) {
    const columns = Object.keys(rows[0]!).join(', ');
    await client.query(
      `insert into planted.${table} (${columns}) select ${columns} from json_populate_recordset(null::planted.${table}, $1)`,
      [JSON.stringify(rows)],
    );
  }
}
