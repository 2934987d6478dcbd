// Finds the tables of a shop that Django made, whatever its app, models and user model are called, and those of other shops
// that look like them (Prisma, Rails): tables → roles.
// Foreign keys show what belongs to what; without them (a copy, a database that does not declare them) names do: a column
// product_id belongs to the table product, shop_product or store_products.
import { djangoSynonyms } from './django-synonyms.ts';
import type { Roles, TableRole } from './preset-template.ts';
import type { ColumnKind, ShopTable } from './shop-tables.ts';
import { inEnglish, meansName } from './shop-words.ts';

interface Reference {
  readonly column: string;
  readonly table: ShopTable;
}

interface Sale {
  readonly line: ShopTable;
  readonly orders: ShopTable;
  readonly product: ShopTable;
  readonly variant: ShopTable | undefined;
  readonly columns: { readonly order: string; readonly product: string; readonly parent: string | undefined };
}

/** The roles for the preset `django`; undefined when no tables look like orders of products. */
export function findDjangoRoles(tables: readonly ShopTable[]): Roles | undefined {
  const references = new Map(tables.map((table) => [table, referencesOf(table, tables)]));
  const sale = findSale(tables, references);
  return sale && new RoleFinder(tables, references, sale).find();
}

/** What belongs to a shop's sales: products, categories, buyers, and what lies beside them. */
class RoleFinder {
  readonly #tables: readonly ShopTable[];
  readonly #references: ReadonlyMap<ShopTable, Reference[]>;
  readonly #sale: Sale;
  readonly #roles = new Map<string, TableRole>();

  constructor(tables: readonly ShopTable[], references: ReadonlyMap<ShopTable, Reference[]>, sale: Sale) {
    this.#tables = tables;
    this.#references = references;
    this.#sale = sale;
  }

  find(): Roles {
    const { line, variant, product, orders, columns } = this.#sale;
    this.#add('line', line, { order_id: columns.order, product_id: columns.product });
    if (variant) this.#add('variant', variant, { product_id: columns.parent });
    this.#addProduct(product);
    this.#addOptions(variant ?? product);
    this.#addOrders(orders);
    this.#addBeside();
    return this.#roles;
  }

  #add(name: string, table: ShopTable, columns: Record<string, string | undefined> = {}): void {
    this.#roles.set(name, { table, synonyms: synonymsOf(name, table, columns) });
  }

  /** What a table refers to. */
  #of(table: ShopTable): Reference[] {
    return this.#references.get(table)!;
  }

  #addProduct(product: ShopTable): void {
    const to = (words: RegExp) => this.#of(product).find((each) => words.test(plain(each.table.name)));
    const [category, brand] = [
      to(/categor|collection|department|genre|type$/),
      to(/brand|manufacturer|vendor$/),
    ];
    this.#add('product', product, { category_id: category?.column, brand_id: brand?.column });
    if (category && pick('category', 'name', category.table)) this.#addCategory(category.table);
    if (brand && pick('brand', 'name', brand.table)) this.#add('brand', brand.table);
    if (category) return;
    // Many to many: a table with a key of each.
    for (const link of this.#tables) {
      const own = this.#of(link).find((each) => each.table === product);
      const other = this.#of(link).find((each) => /categor/.test(plain(each.table.name)));
      if (!own || !other || link.columns.size > 4 || !pick('category', 'name', other.table)) continue;
      this.#addCategory(other.table);
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
      this.#add(role, found.table);
      const owner = this.#sale.variant ? 'variant' : 'product';
      const { table, synonyms } = this.#roles.get(owner)!;
      this.#roles.set(owner, { table, synonyms: new Map([...synonyms, [`${role}_id`, found.column]]) });
    }
  }

  /** With the key of the category above it, if the categories are a tree. */
  #addCategory(table: ShopTable): void {
    const parent = this.#of(table).find((each) => each.table === table)?.column;
    const named = [...table.columns.keys()].find((column) => /^parent(?:category)?id$/.test(plain(column)));
    this.#add('category', table, { parent_id: parent ?? named });
  }

  #addOrders(orders: ShopTable): void {
    const buyer = this.#of(orders)
      .filter((each) => isPerson(each.table))
      .sort(byBuyer)[0];
    const owner = buyer && !isLogin(buyer.table) ? this.#accountOf(buyer.table) : undefined;
    const state = this.#of(orders).find((each) => /status|state/.test(plain(each.table.name)));
    this.#add('orders', orders, { account_id: buyer?.column, state_id: state?.column });
    if (state && pick('order_state', 'name', state.table)) this.#add('order_state', state.table);
    if (buyer && owner) {
      this.#add('profile', buyer.table, { account_id: owner.column });
      this.#add('account', owner.table);
    } else if (buyer) this.#add('account', buyer.table);
  }

  /** A customer table of the shop that has a login. */
  #accountOf(table: ShopTable): Reference | undefined {
    return this.#of(table).find((each) => each.table !== table && isLogin(each.table));
  }

  /** Reviews, pictures, stock and watch lists: of each, the first table that fits. */
  #addBeside(): void {
    const sold = this.#sale.variant ?? this.#sale.product;
    for (const table of this.#tables) {
      if (table === this.#sale.line || table === this.#sale.variant) continue;
      const product = this.#of(table).find((each) => each.table === this.#sale.product)?.column;
      const item = this.#of(table).find((each) => each.table === sold)?.column;
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

/** The lines, orders and products that look most like it. */
function findSale(
  tables: readonly ShopTable[],
  references: ReadonlyMap<ShopTable, Reference[]>,
): Sale | undefined {
  let best: { score: number; sale: Sale } | undefined;
  for (const line of tables) {
    const own = references.get(line)!;
    for (const order of own) {
      for (const item of own) {
        if (order === item || order.table === item.table || order.table === line || item.table === line)
          continue;
        const parent = parentOf(item.table);
        const product = parent?.table ?? item.table;
        const score = scoreSale(line, order.table, product);
        if (score === undefined || (best && best.score >= score)) continue;
        const columns = { order: order.column, product: item.column, parent: parent?.column };
        best = {
          score,
          sale: { line, orders: order.table, product, variant: parent && item.table, columns },
        };
      }
    }
  }
  return best?.sale;

  /** The product that a variant belongs to. */
  function parentOf(table: ShopTable): Reference | undefined {
    if (!/variant|variation|sku|size|option|item/.test(plain(table.name))) return undefined;
    return references.get(table)!.find((each) => each.table !== table && isProduct(each.table));
  }
}

function scoreSale(line: ShopTable, orders: ShopTable, product: ShopTable): number | undefined {
  if (!/order|purchase|sale|invoice/.test(plain(orders.name))) return undefined;
  if (/cart|basket|wish|quote|return|refund|supplier|history|status|address/.test(plain(orders.name)))
    return undefined;
  if (/cart|basket|wish|review|history|return|refund|coupon/.test(plain(line.name))) return undefined;
  if (!pick('orders', 'ordered_at', orders) || !pick('product', 'name', product)) return undefined;
  const prices = [
    pick('product', 'price', product),
    pick('product', 'price_cents', product),
    pick('line', 'unit_price', line),
  ];
  if (prices.every((price) => price === undefined)) return undefined;
  let score = 0;
  if (/orders?$|purchases?$/.test(plain(orders.name))) score += 3;
  if (/(item|line|entry|detail|product)s?$/.test(plain(line.name))) score += 3;
  if (isProduct(product)) score += 3;
  if (pick('line', 'quantity', line)) score += 2;
  if (pick('line', 'unit_price', line)) score += 1;
  if (pick('orders', 'status', orders)) score += 1;
  return score;
}

function isProduct(table: ShopTable): boolean {
  return (
    /(product|item|article|book|good|merchandise|garment|dish|course|ticket)s?$/.test(plain(table.name)) &&
    pick('product', 'name', table) !== undefined
  );
}

/** The table that people log in with. */
function isLogin(table: ShopTable): boolean {
  return table.columns.has('password') || table.name === 'auth_user';
}

function isPerson(table: ShopTable): boolean {
  return (
    isLogin(table) || /(user|customer|account|profile|member|client|buyer|shopper)s?$/.test(plain(table.name))
  );
}

function isWatchList(table: ShopTable): boolean {
  return /watch|wish|favou?rite|savedproduct|saveditem|likedproduct/.test(plain(table.name));
}

const buyers = [
  'user',
  'customer',
  'buyer',
  'account',
  'owner',
  'client',
  'member',
  'profile',
  'shopper',
  'created_by',
];

/** The buyer before the clerk who packed the order. */
function byBuyer(a: Reference, b: Reference): number {
  const rank = ({ column }: Reference) => {
    const name = column.replace(/_id$/, '');
    const at = buyers.indexOf(inEnglish(name) ?? name);
    return at < 0 ? buyers.length : at;
  };
  return rank(a) - rank(b);
}

function referencesOf(table: ShopTable, tables: readonly ShopTable[]): Reference[] {
  const declared = table.foreignKeys.flatMap(({ column, schema, table: name }) => {
    const target = tables.find((each) => each.schema === schema && each.name === name);
    return target ? [{ column, table: target }] : [];
  });
  const known = new Set(declared.map((each) => each.column));
  const named = [...table.columns.keys()].flatMap((column) => {
    if (known.has(column) || !/_id$/.test(column)) return [];
    const target = tableNamed(column.slice(0, -'_id'.length), table, tables);
    return target ? [{ column, table: target }] : [];
  });
  return [...declared, ...named];
}

/** The table that a column `word_id` names: of several, the one of the same app. */
function tableNamed(word: string, from: ShopTable, tables: readonly ShopTable[]): ShopTable | undefined {
  const app = from.name.split('_')[0]!;
  return tables
    .filter((table) => table.schema === from.schema && endsWithWord(table.name, word))
    .sort(
      (a, b) =>
        Number(b.name.startsWith(`${app}_`)) - Number(a.name.startsWith(`${app}_`)) ||
        a.name.length - b.name.length,
    )[0];
}

function endsWithWord(table: string, word: string): boolean {
  const parts = table.split('_');
  return parts.some((_, at) => singular(parts.slice(at).join('')) === singular(word.replaceAll('_', '')));
}

function singular(name: string): string {
  return name
    .toLowerCase()
    .replace(/ies$/, 'y')
    .replace(/(?<=[^s])s$/, '');
}

/** Without case and underscores, in English. */
function plain(name: string): string {
  return (inEnglish(name) ?? name).toLowerCase().replaceAll('_', '');
}

/** Name in the template → column, for the role's synonyms, its primary key, and its foreign keys. */
function synonymsOf(
  role: string,
  table: ShopTable,
  given: Record<string, string | undefined>,
): TableRole['synonyms'] {
  // A name without a column is undefined rather than absent: a column of that name may be of the wrong kind.
  const synonyms = new Map<string, string | undefined>();
  const wanted = (djangoSynonyms as Record<string, object>)[role] ?? {};
  for (const name of Object.keys(wanted)) synonyms.set(name, pick(role, name, table));
  for (const name of ['account_id', 'state_id', 'category_id', 'brand_id', 'watch_id', 'parent_id'])
    synonyms.set(name, undefined);
  synonyms.set('id', table.primaryKey ?? 'id');
  for (const [name, column] of Object.entries(given)) if (column) synonyms.set(name, column);
  return synonyms;
}

/** The column that a role's synonyms name. */
function pick(role: string, name: string, table: ShopTable): string | undefined {
  const [kinds, names] = (
    djangoSynonyms as unknown as Record<string, Record<string, readonly [ColumnKind[], string[]]>>
  )[role]![name]!;
  for (const each of names) {
    for (const column of table.columns.values()) {
      if (!kinds.includes(column.kind)) continue;
      if (plain(column.name) === plain(each) || meansName(column.name, each)) return column.name;
    }
  }
  return undefined;
}
