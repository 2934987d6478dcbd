// Finds the tables of a shop that Django made, whatever its app, models and user model are called, and those of other shops
// that look like them (Prisma, Rails): tables → roles.
import type { Reading, Roles, TableRole } from './preset-template.ts';
import { namesOf, pickColumn as pick, plainName as plain, readingOf } from './shop-columns.ts';
import { buyersOf, isLogin } from './shop-people.ts';
import { findReferences, idColumn, type Reference, type References } from './shop-references.ts';
import type { ShopTable } from './shop-tables.ts';

interface Sale {
  readonly line: ShopTable;
  readonly orders: ShopTable;
  readonly product: ShopTable;
  readonly variant: ShopTable | undefined;
  /** What a line refers to, and the product that a variant belongs to. */
  readonly order: Reference;
  readonly item: Reference;
  readonly parent: Reference | undefined;
}

/**
 * The roles for the preset `django`; undefined when no tables look like orders of products.
 * @param schema of the orders; without it, the first of `djangoSchemas`
 */
export function findDjangoRoles(tables: readonly ShopTable[], schema?: string): Roles | undefined {
  const references = findReferences(tables);
  const sales = findSales(tables, references);
  const sale = sales.get(schema ?? likeliest(sales)[0] ?? '')?.sale;
  return sale && new RoleFinder(tables, references, sale).find();
}

/** Schemas whose orders look equally like a shop's: several where each tenant has one. `public` is taken before others. */
export function djangoSchemas(tables: readonly ShopTable[]): string[] {
  const schemas = likeliest(findSales(tables, findReferences(tables)));
  return schemas.includes('public') ? ['public'] : schemas;
}

/** What belongs to a shop's sales: products, categories, buyers, and what lies beside them. */
class RoleFinder {
  readonly #tables: readonly ShopTable[];
  readonly #references: References;
  readonly #sale: Sale;
  readonly #roles = new Map<string, TableRole>();

  constructor(tables: readonly ShopTable[], references: References, sale: Sale) {
    this.#tables = tables;
    this.#references = references;
    this.#sale = sale;
  }

  find(): Roles {
    const { line, variant, product, orders, order, item, parent } = this.#sale;
    this.#add('line', line, { order_id: order.column, product_id: item.column });
    if (variant) this.#add('variant', variant, { id: item.key, product_id: parent?.column });
    this.#addProduct(product, parent?.key ?? item.key);
    this.#addOptions(variant ?? product);
    this.#addOrders(orders);
    this.#addBeside();
    return this.#roles;
  }

  #add(name: string, table: ShopTable, columns: Record<string, string | undefined> = {}): void {
    const synonyms = synonymsOf(name, table, columns);
    this.#roles.set(name, { table, synonyms, readings: readingsOf(name, table, synonyms) });
  }

  /** What a table refers to. */
  #of(table: ShopTable): readonly Reference[] {
    return this.#references.get(table)!;
  }

  /** @param id column whose values order lines hold, or those of variants */
  #addProduct(product: ShopTable, id: string): void {
    const to = (words: RegExp) => this.#of(product).find((each) => words.test(plain(each.table.name)));
    const brand = to(/brand|manufacturer|vendor$/);
    const named = (words: RegExp) =>
      this.#of(product).find(
        ({ table }) => words.test(plain(table.name)) && pick('category', 'name', table) !== undefined,
      );
    const category = named(/categor/) ?? named(/collection|department|genre|type$/);
    const key = idColumn(product);
    this.#add('product', product, { id, key, category_id: category?.column, brand_id: brand?.column });
    if (category) this.#addCategory(category);
    if (brand && pick('brand', 'name', brand.table)) this.#add('brand', brand.table, { id: brand.key });
    if (category) return;
    // Many to many: a table with a key of each, and little besides.
    for (const link of this.#tables) {
      const own = this.#of(link).find((each) => each.table === product && each.key === key);
      const other = this.#of(link).find((each) => /categor/.test(plain(each.table.name)));
      if (!own || !other || link.columns.size > 8 || !pick('category', 'name', other.table)) continue;
      if (pick('product', 'name', link)) continue;
      this.#addCategory(other);
      this.#add('category_link', link, { product_id: own.column, category_id: other.column });
      return;
    }
  }

  /** Tables of colours and sizes that a variant refers to. */
  #addOptions(sold: ShopTable): void {
    for (const [role, words] of [
      ['colour', /colou?rs?$|farben?$|couleurs?$/],
      ['size', /sizes?$|gr(oe|ö)ssen?$|tailles?$/],
    ] as const) {
      const found = this.#of(sold).find((each) => words.test(plain(each.table.name)));
      if (!found || !pick(role, 'name', found.table)) continue;
      this.#add(role, found.table, { id: found.key });
      const owner = this.#sale.variant ? 'variant' : 'product';
      const { synonyms, ...rest } = this.#roles.get(owner)!;
      this.#roles.set(owner, { ...rest, synonyms: new Map([...synonyms, [`${role}_id`, found.column]]) });
    }
  }

  /** With the key of the category above it, if the categories are a tree. */
  #addCategory({ table, key }: Reference): void {
    const parent = this.#of(table).find((each) => each.table === table)?.column;
    const named = [...table.columns.keys()].find((column) => /^parent(?:category)?id$/.test(plain(column)));
    this.#add('category', table, { id: key, parent_id: parent ?? named });
  }

  #addOrders(orders: ShopTable): void {
    const buyer = buyersOf(this.#of(orders))[0];
    const owner = buyer && !isLogin(buyer.table) ? this.#accountOf(buyer.table) : undefined;
    const state = this.#of(orders).find(isOrderState);
    this.#add('orders', orders, {
      id: this.#sale.order.key,
      // Accounts that a login service keeps, such as Clerk or Auth0, have no table.
      account_id: buyer?.column ?? pick('orders', 'account_id', orders),
      state_id: state?.column,
    });
    if (state) this.#add('order_state', state.table, { id: state.key });
    if (buyer && owner) {
      this.#add('profile', buyer.table, { id: buyer.key, account_id: owner.column });
      this.#add('account', owner.table, { id: owner.key });
    } else if (buyer) this.#add('account', buyer.table, { id: buyer.key });
  }

  /** A customer table of the shop that has a login. */
  #accountOf(table: ShopTable): Reference | undefined {
    return this.#of(table).find((each) => each.table !== table && isLogin(each.table));
  }

  /** Reviews, pictures, stock and watch lists: of each, the first table that fits. */
  #addBeside(): void {
    const { line, variant, product: ofVariants, item: soldBy } = this.#sale;
    const key = idColumn(ofVariants);
    for (const table of this.#tables) {
      if (table === line || table === variant) continue;
      const to = (target: ShopTable, id: string | undefined) =>
        this.#of(table).find((each) => each.table === target && each.key === id)?.column;
      const product = to(ofVariants, key);
      const item = to(variant ?? ofVariants, soldBy.key);
      this.#addFirst('review', /review|rating|comment/, 'rating', table, product);
      this.#addFirst('picture', /image|picture|photo|media/, 'image', table, product);
      this.#addFirst('stock', /stock|inventor/, 'quantity', table, item);
      if (item !== undefined && !this.#roles.has('watch_item')) this.#addWatchItem(table, item);
    }
  }

  #addFirst(role: string, names: RegExp, needed: string, table: ShopTable, key: string | undefined): void {
    if (key === undefined || this.#roles.has(role) || !names.test(plain(table.name))) return;
    if (pick(role, needed, table)) this.#add(role, table, { product_id: key });
  }

  #addWatchItem(table: ShopTable, item: string): void {
    const account = this.#roles.get('account')?.table;
    const owner = this.#of(table).find((each) => each.table === account);
    const list = this.#of(table).find((each) => isWatchList(each.table));
    const listOwner = list && this.#of(list.table).find((each) => each.table === account);
    if (list && listOwner) {
      this.#addWatch('watch', list.table, { account_id: listOwner.column });
      this.#addWatch('watch_item', table, { product_id: item, watch_id: list.column });
    } else if (owner && isWatchList(table)) {
      this.#addWatch('watch_item', table, { product_id: item, account_id: owner.column });
    }
  }

  /** `writable`: an insert has to give nothing else than the keys and, at most, a time (`stamp`). */
  #addWatch(name: string, table: ShopTable, keys: Record<string, string>): void {
    const others = [...table.columns.values()].filter(
      (column) =>
        column.required && column.name !== table.primaryKey && !Object.values(keys).includes(column.name),
    );
    const [stamp] = others;
    const writable = others.length === 0 || (others.length === 1 && stamp!.kind === 'time');
    const id = table.primaryKey ? table.columns.get(table.primaryKey) : undefined;
    this.#add(name, table, {
      ...keys,
      writable: writable && !id?.required ? Object.values(keys)[0] : undefined,
      stamp: stamp?.name,
    });
  }
}

/** Whether Django made the tables: they lie beside its own, or their users have its columns. */
export function isDjango(roles: Roles, tables: readonly ShopTable[]): boolean {
  const { schema } = roles.get('orders')!.table;
  if (tables.some((table) => table.schema === schema && /^(?:django_|auth_user$)/.test(table.name)))
    return true;
  const account = roles.get('account')?.table.columns;
  return (account?.has('password') && account.has('last_login')) ?? false;
}

interface ScoredSale {
  readonly score: number;
  readonly sale: Sale;
}

function likeliest(sales: ReadonlyMap<string, ScoredSale>): string[] {
  const highest = Math.max(...[...sales.values()].map(({ score }) => score));
  return [...sales].filter(([, { score }]) => score === highest).map(([schema]) => schema);
}

/** Schema of the orders → the lines, orders and products that look most like it. */
function findSales(tables: readonly ShopTable[], references: References): Map<string, ScoredSale> {
  const sales = new Map<string, ScoredSale>();
  for (const line of tables) {
    const own = references.get(line)!;
    for (const order of own) {
      for (const item of own) {
        if (order === item || order.table === item.table || order.table === line || item.table === line)
          continue;
        const parent = parentOf(item.table);
        const product = parent?.table ?? item.table;
        if (isPart(order.table)) continue;
        const score = scoreSale(line, order.table, product, parent && item.table);
        const { schema } = order.table;
        if (score === undefined || (sales.get(schema)?.score ?? -1) >= score) continue;
        const sale = { line, orders: order.table, product, variant: parent && item.table };
        sales.set(schema, { score, sale: { ...sale, order, item, parent } });
      }
    }
  }
  return sales;

  /** Lines of orders, and what belongs to them. The order itself is called order_details in some shops. */
  function isPart(table: ShopTable): boolean {
    if (!/(item|line|entry|detail|position)s?$/.test(plain(table.name))) return false;
    return references
      .get(table)!
      .some(
        (each) =>
          each.table !== table &&
          orderNames.test(plain(each.table.name)) &&
          !otherOrders.test(plain(each.table.name)),
      );
  }

  /** The product that a variant belongs to. */
  function parentOf(table: ShopTable): Reference | undefined {
    // Tryton: what is sold has its name in a template.
    if (!pick('product', 'name', table)) {
      const template = references.get(table)!.find((each) => /template$/.test(plain(each.table.name)));
      if (template && pick('product', 'name', template.table)) return template;
    }
    if (!/variant|variation|sku|size|option|item/.test(plain(table.name))) return undefined;
    return references.get(table)!.find((each) => each.table !== table && isProduct(each.table));
  }
}

const orderNames = /order|purchase|sale|invoice/;

/** Orders that customers do not place, and tables beside those of orders. */
const otherOrders =
  /cart|basket|wish|quote|return|refund|supplier|vendor|procure|purchaseorder|restock|replenish|workorder|transfer|history|status|address/;

function scoreSale(
  line: ShopTable,
  orders: ShopTable,
  product: ShopTable,
  variant: ShopTable | undefined,
): number | undefined {
  // An app called orders or cart says nothing of its tables.
  const app = /^(?:orders?|carts?|baskets?)_/.exec(line.name)?.[0] ?? '';
  const isApp = [orders, product].every(({ name }) => name.startsWith(app));
  const own = ({ name }: ShopTable) => plain(isApp ? name.slice(app.length) : name);
  if (!orderNames.test(own(orders)) || otherOrders.test(own(orders))) return undefined;
  if (/order|cart|basket|invoice|purchase|wish/.test(own(product))) return undefined;
  if (/cart|basket|wish|review|history|return|refund|coupon/.test(own(line))) return undefined;
  if (!pick('orders', 'ordered_at', orders) || !pick('product', 'name', product)) return undefined;
  const hasPrice = variant
    ? pick('variant', 'price', variant)
    : (pick('product', 'price', product) ?? pick('product', 'price_cents', product));
  const paid = ['unit_price', 'unit_price_cents', 'total', 'unit_rate']
    .map((name) => pick('line', name, line))
    .find((column) => column !== undefined);
  if (hasPrice === undefined && paid === undefined && pick('product', 'price', product) === undefined)
    return undefined;
  let score = 0;
  if (/orders?$|purchases?$/.test(plain(orders.name))) score += 3;
  if (/(item|line|entry|detail|product)s?$/.test(plain(line.name))) score += 3;
  if (isProduct(product)) score += 3;
  if (pick('line', 'quantity', line)) score += 2;
  if (pick('line', 'unit_price', line)) score += 1;
  // Lines may have a key of the product and one of the variant: what has the price is sold.
  if (hasPrice) score += 1;
  if (pick('orders', 'status', orders)) score += 1;
  return score;
}

/** Whether orders say their status by a reference: a table of states may be that of addresses. */
function isOrderState({ column, table }: Reference): boolean {
  const name = plain(table.name);
  if (!pick('order_state', 'name', table)) return false;
  if (/status/.test(name)) return true;
  const columns = [...table.columns.keys()].map(plain);
  return (
    /state$|states$/.test(name) &&
    !/ship|bill|address|deliver/.test(plain(column)) &&
    !columns.some((each) => /country|abbr|iso|fips/.test(each))
  );
}

function isProduct(table: ShopTable): boolean {
  return (
    /(product|item|article|book|good|merchandise|garment|dish|course|ticket)s?$/.test(plain(table.name)) &&
    pick('product', 'name', table) !== undefined
  );
}

function isWatchList(table: ShopTable): boolean {
  return /watch|wish|favou?rite|savedproduct|saveditem|likedproduct/.test(plain(table.name));
}

/** Name in the template → column, for the role's synonyms, its primary key, and its foreign keys. */
function synonymsOf(
  role: string,
  table: ShopTable,
  given: Record<string, string | undefined>,
): TableRole['synonyms'] {
  // A name without a column is undefined rather than absent: a column of that name may be of the wrong kind.
  const synonyms = new Map<string, string | undefined>();
  for (const name of namesOf(role)) synonyms.set(name, pick(role, name, table));
  for (const name of ['account_id', 'state_id', 'category_id', 'brand_id', 'watch_id', 'parent_id'])
    synonyms.set(name, undefined);
  synonyms.set('id', idColumn(table));
  for (const [name, column] of Object.entries(given)) if (column) synonyms.set(name, column);
  return synonyms;
}

/** Names in the template whose columns are not read as they are. */
function readingsOf(role: string, table: ShopTable, synonyms: TableRole['synonyms']): Map<string, Reading> {
  const readings = new Map<string, Reading>();
  for (const name of namesOf(role)) {
    const column = table.columns.get(synonyms.get(name) ?? '');
    const reading = column && readingOf(role, name, column, table);
    if (reading) readings.set(name, reading);
  }
  return readings;
}
