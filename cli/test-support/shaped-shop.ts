// A shop with planted pairs, written in the forms that shop platforms export: the lists of a build must not depend on the form.
import { stringify } from 'csv-stringify/sync';

interface ShapedProduct {
  readonly sku: string;
  readonly title: string;
  readonly type: string;
  readonly price: number;
  readonly stock: number;
  readonly text: string;
}

interface ShapedOrder {
  readonly number: number;
  readonly email: string;
  readonly time: Date;
  readonly status: 'completed' | 'cancelled' | 'refunded' | 'pending' | 'processing';
  readonly items: ReadonlyArray<{ readonly product: ShapedProduct; readonly quantity: number }>;
}

export interface ShapedShop {
  readonly products: readonly ShapedProduct[];
  readonly orders: readonly ShapedOrder[];
  /** SKU → SKU that is bought with it. */
  readonly partners: ReadonlyMap<string, string>;
  /** Pairs that exist in undone orders only. */
  readonly undone: ReadonlyArray<readonly [string, string]>;
}

const types = ['Jackets', 'Boots', 'Kettles', 'Rugs'];
const words = ['Amber', 'Birch', 'Cobalt', 'Dune', 'Ember', 'Fjord', 'Grove', 'Heath'];

/** Twelve orders of each pair, some with a third product, and ten undone orders of each false pair. */
export function shapedShop(): ShapedShop {
  const products = types.flatMap((type, group) =>
    words.map(
      (word, at): ShapedProduct => ({
        sku: `${type.slice(0, 2).toUpperCase()}-${10 * group + at + 100}`,
        title: `${word} ${type.toLowerCase().slice(0, -1)}`,
        type,
        price: 20 + 7 * group + 3 * at + 0.5,
        stock: 5 + at,
        text: `${word} ${type.toLowerCase()}, made to last.`,
      }),
    ),
  );
  const at = (group: number, index: number) => products[8 * group + (index % 8)]!;
  const pairs = words.flatMap((_, index) =>
    [0, 2].map((group) => [at(group, index), at(group + 1, index)] as const),
  );
  const undone = words.slice(0, 4).map((_, index) => [at(0, index), at(3, index + 3)] as const);
  const orders: ShapedOrder[] = [];
  const add = (status: ShapedOrder['status'], items: readonly ShapedProduct[]) => {
    const number = 3001 + orders.length;
    orders.push({
      number,
      email: `buyer${(number * 7) % 41}@example.test`,
      time: new Date(Date.UTC(2024, 0, 1) + number * 5 * 3_600_000),
      status,
      items: items.map((product, place) => ({ product, quantity: 1 + ((number + place) % 2) })),
    });
  };
  for (let round = 0; round < 12; round++) {
    for (const [index, [one, other]] of pairs.entries()) {
      // From the pair's own two types, so that no undone pair exists in an order that counts.
      const third = products[(index % 2) * 16 + ((index * 5 + round * 11) % 16)]!;
      const extra = round % 3 === 0 && third !== one && third !== other ? [third] : [];
      add(round % 4 === 3 ? 'processing' : 'completed', [one, other, ...extra]);
    }
    if (round < 10) {
      for (const pair of undone) add((['cancelled', 'refunded', 'pending'] as const)[round % 3]!, pair);
    }
  }
  const partners = new Map(
    pairs.flatMap(([one, other]) => [
      [one.sku, other.sku],
      [other.sku, one.sku],
    ]),
  );
  return { products, orders, partners, undone: undone.map(([one, other]) => [one.sku, other.sku]) };
}

/** Two files: orders with one row for each line, and products. */
export interface ShapedFiles {
  readonly orders: string;
  readonly products: string;
}

export function plainFiles(shop: ShapedShop): ShapedFiles {
  const rows = shop.orders.flatMap((order) =>
    order.items.map(({ product, quantity }) => ({
      order_id: order.number,
      customer_id: order.email,
      product_id: product.sku,
      ordered_at: order.time.toISOString(),
      quantity,
      unit_price: product.price,
      status: order.status,
    })),
  );
  const products = shop.products.map(({ sku, title, type, price, stock, text }) => ({
    product_id: sku,
    name: title,
    description: text,
    category: type,
    price,
    inventory: stock,
  }));
  return { orders: csv(rows), products: csv(products) };
}

/** Order facts on an order's first row only, or on its last; product facts on the first row of a handle. */
export function shopifyFiles(shop: ShapedShop, factsOn: 'first' | 'last' = 'first'): ShapedFiles {
  const financial = {
    completed: 'paid',
    processing: 'authorized',
    cancelled: 'voided',
    refunded: 'refunded',
    pending: 'pending',
  };
  const rows = shop.orders.flatMap((order) =>
    order.items.map(({ product, quantity }, at) => {
      const says = at === (factsOn === 'first' ? 0 : order.items.length - 1);
      return {
        Name: `#${order.number}`,
        Email: says ? order.email : '',
        'Financial Status': says ? financial[order.status] : '',
        Currency: says ? 'EUR' : '',
        'Created at': says ? `${order.time.toISOString().slice(0, 19).replace('T', ' ')} +0000` : '',
        'Lineitem quantity': quantity,
        'Lineitem name': `${product.title} - M`,
        'Lineitem price': product.price,
        'Lineitem sku': product.sku,
        'Cancelled at': says && order.status === 'cancelled' ? '2024-12-01 00:00:00 +0000' : '',
        Notes: says ? 'Leave it\nat the door, please' : '',
      };
    }),
  );
  const products = shop.products.flatMap(({ sku, title, type, price, stock, text }) => {
    const empty = {
      Title: '',
      'Body (HTML)': '',
      'Product Category': '',
      Type: '',
      Published: '',
      Status: '',
    };
    const handle = { Handle: title.toLowerCase().replaceAll(' ', '-') };
    const variant = {
      'Variant SKU': sku,
      'Option1 Value': 'M',
      'Variant Inventory Tracker': 'shopify',
      'Variant Inventory Qty': stock,
      'Variant Inventory Policy': 'deny',
      'Variant Price': price,
      'Image Src': '',
    };
    const noVariant = Object.fromEntries(Object.keys(variant).map((name) => [name, '']));
    return [
      {
        ...handle,
        ...empty,
        Title: title,
        'Body (HTML)': `<p>${text}</p>`,
        Type: type,
        Published: 'true',
        Status: 'active',
        ...variant,
      },
      { ...handle, ...empty, ...noVariant, 'Image Src': 'https://cdn.example.test/second.jpg' },
    ];
  });
  return { orders: csv(rows), products: csv(products) };
}

/** Statuses as WooCommerce stores them, products with the simple type and all their categories. */
export function wooCommerceFiles(shop: ShapedShop): ShapedFiles {
  const rows = shop.orders.flatMap((order) =>
    order.items.map(({ product, quantity }) => ({
      'Order Number': order.number,
      'Order Status': `wc-${order.status}`,
      'Order Date': order.time.toISOString().slice(0, 19).replace('T', ' '),
      'Customer User ID': 0,
      'Email (Billing)': order.email,
      SKU: product.sku,
      'Item Name': product.title,
      Quantity: quantity,
      'Item Cost': product.price,
    })),
  );
  const products = shop.products.map(({ sku, title, type, price, stock, text }, at) => ({
    ID: 500 + at,
    Type: 'simple',
    SKU: sku,
    Name: title,
    Published: 1,
    Description: text,
    'In stock?': 1,
    Stock: stock,
    'Regular price': price,
    Categories: `${type}, Sale`,
  }));
  return { orders: csv(rows), products: csv(products) };
}

function csv(rows: ReadonlyArray<Record<string, string | number>>): string {
  return stringify([...rows], { header: true });
}
