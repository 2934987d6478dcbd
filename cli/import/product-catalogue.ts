// Products of an import: the product file wins over order lines. Grows with products, not with lines.
import { hashText, mix32 } from '../../sql/hash32.ts';
import type { ImportedProductRow } from '../../sql/store/sample/imported-products.ts';
import { CategoryReader } from './category-reader.ts';
import { ownText } from './csv-records.ts';
import type { ImportedLine } from './order-row.ts';
import type { ProductFacts } from './product-facts.ts';
import type { KnownIds } from './product-ids.ts';

interface Entry {
  readonly id: string;
  /** From the product file; undefined if the product is not in it. */
  listed: ProductFacts | undefined;
  name: string;
  category: string;
  lines: number;
  /** Lines that count as sold, unless the product is a service. */
  counted: number;
  /** A price paid, and its number of lines that count. */
  price: number | undefined;
  priced: number;
  /** Other prices → lines that count. Most products have one price. */
  prices: Map<number, number> | undefined;
}

/** Places of `#recent`; a power of 2. */
const maxRecent = 1 << 14;

/** Pairs of a product and a price; more are left to Postgres. */
const maxPrices = 1 << 20;

export class ProductCatalogue {
  readonly #entries = new Map<string, Entry>();
  /** Entries by a hash of their ids, the last one of each: looking a new string up in the map takes three times as long. */
  readonly #recent: Array<Entry | undefined> = new Array(maxRecent).fill(undefined);
  #prices = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** The ids of products so far. */
  get ids(): KnownIds {
    const entries = this.#entries;
    return {
      get size() {
        return entries.size;
      },
      has: (id) => entries.has(id),
      [Symbol.iterator]: () => entries.keys(),
    };
  }

  /** Adds a product of the product file; a later one with the same id wins. */
  list(productId: string, facts: ProductFacts): void {
    this.#entry(productId).listed = facts;
  }

  /** Lists what was sold of a bundle, with the parts that were chosen in its id, as variants of the bundle. */
  listBundles(bundles: readonly string[]): void {
    const longestFirst = bundles.toSorted((a, b) => b.length - a.length);
    for (const [id, entry] of this.#entries) {
      const bundle = entry.listed ? undefined : longestFirst.find((each) => id.startsWith(`${each}-`));
      const facts = bundle === undefined ? undefined : this.#entries.get(bundle)?.listed;
      if (!bundle || !facts) continue;
      facts.groupId = bundle;
      entry.listed = { ...facts };
    }
  }

  /** Adds an order line; its name and category win over those of earlier lines. */
  sold(
    line: Pick<ImportedLine, 'productId' | 'name' | 'category'> & Partial<Pick<ImportedLine, 'unitPrice'>>,
    counts = true,
  ): void {
    const entry = this.#entry(line.productId);
    entry.lines++;
    if (counts) {
      entry.counted++;
      if (line.unitPrice !== undefined && this.#prices <= maxPrices) this.#paid(entry, line.unitPrice);
    }
    // A new string for each line, kept or not, would move all of them to the old generation of the heap.
    if (line.name && line.name !== entry.name) entry.name = ownText(line.name);
    if (line.category && line.category !== entry.category) entry.category = ownText(line.category);
  }

  #paid(entry: Entry, price: number): void {
    if (entry.price === price) {
      entry.priced++;
      return;
    }
    if (entry.price === undefined) {
      entry.price = price;
      entry.priced = 1;
      this.#prices++;
      return;
    }
    entry.prices ??= new Map();
    const lines = entry.prices.get(price);
    if (lines === undefined) this.#prices++;
    entry.prices.set(price, (lines ?? 0) + 1);
  }

  /** What counts as sold of the products that are no services. */
  counted(services: ReadonlySet<string>): { lines: number; products: number; serviceLines: number } {
    const counted = { lines: 0, products: 0, serviceLines: 0 };
    for (const [id, entry] of this.#entries) {
      if (entry.counted === 0) continue;
      if (services.has(id)) counted.serviceLines += entry.counted;
      else {
        counted.lines += entry.counted;
        counted.products++;
      }
    }
    return counted;
  }

  /** The median of what was paid for each product, the lower one of two; undefined if there are too many prices. */
  medians(): Array<readonly [productId: string, price: number]> | undefined {
    if (this.#prices > maxPrices) return undefined;
    return [...this.#entries].flatMap(([id, { price, priced, prices = [] }]) =>
      price === undefined ? [] : [[id, median([[price, priced], ...prices])] as const],
    );
  }

  linesOf(productId: string): number {
    return this.#entries.get(productId)?.lines ?? 0;
  }

  /** Number of products sold, and of those of them that are not in the product file. */
  unlisted(services: ReadonlySet<string>): { sold: number; unlisted: number; examples: string[] } {
    const sold = [...this.#entries].filter(([id, { lines }]) => lines > 0 && !services.has(id));
    const missing = sold.filter(([, { listed }]) => listed === undefined);
    return { sold: sold.length, unlisted: missing.length, examples: missing.slice(0, 3).map(([id]) => id) };
  }

  /** Yields id and name; '' if the name is unknown. */
  *names(): Generator<[string, string]> {
    for (const [id, entry] of this.#entries) yield [id, entry.listed?.name || entry.name];
  }

  /**
   * Returns the products as database rows.
   * @param hasFile whether products that no file lists are out of stock: the shop does not sell them any more
   * @param prices of products for which the file has none
   */
  rows(
    services: ReadonlySet<string>,
    hasFile: boolean,
    prices: ReadonlyMap<string, string>,
  ): ImportedProductRow[] {
    const categories = new CategoryReader(
      Array.from(this.#entries.values(), ({ category }) => category),
      'plain',
    );
    return Array.from(this.#entries, ([id, { listed, name, category }]) => {
      const place = categories.read(category);
      const facts: ProductFacts = {
        ...(place ? { category: place.category, categoryPath: place.path } : {}),
        // Unknown stock counts as available: products out of stock are never shown.
        inventory: hasFile && !listed ? 0 : 1,
        ...listed,
        name: listed?.name ?? (name || id),
      };
      return productRow(id, facts, services.has(id), prices.get(id));
    });
  }

  #entry(productId: string): Entry {
    const place = mix32(hashText(productId)) & (maxRecent - 1);
    const recent = this.#recent[place];
    if (recent?.id === productId) return recent;
    let entry = this.#entries.get(productId);
    if (!entry) {
      const id = ownText(productId);
      entry = newEntry(id);
      this.#entries.set(id, entry);
    }
    this.#recent[place] = entry;
    return entry;
  }
}

/** A literal without a spread, whose objects V8 would keep as hash tables: these fields are read for every line. */
function newEntry(id: string): Entry {
  return {
    id,
    listed: undefined,
    name: '',
    category: '',
    lines: 0,
    counted: 0,
    price: undefined,
    priced: 0,
    prices: undefined,
  };
}

/** @param prices price → how many times it was paid */
function median(prices: ReadonlyArray<readonly [number, number]>): number {
  if (prices.length === 1) return prices[0]![0];
  const ascending = prices.toSorted(([one], [other]) => one - other);
  const total = ascending.reduce((sum, [, lines]) => sum + lines, 0);
  let upTo = 0;
  return ascending.find(([, lines]) => 2 * (upTo += lines) >= total)![0];
}

/** The row of a product in an update: null where the file says nothing. */
export function productRow(
  id: string,
  facts: ProductFacts,
  service: boolean,
  price?: string,
): ImportedProductRow {
  return [
    id,
    service,
    facts.name ?? null,
    facts.description ?? null,
    facts.category ?? null,
    facts.categoryPath ?? null,
    facts.price ?? price ?? null,
    facts.imageUrl ?? null,
    facts.unpublished ? 0 : (facts.inventory ?? null),
    facts.groupId ?? null,
    // The runtime fills in the page of a product without a URL.
    facts.url ?? null,
    facts.discountedPrice ?? null,
    facts.onSale ?? false,
    facts.rating ?? null,
    facts.reviewCount ?? null,
    facts.tags ?? [],
    facts.featured ?? false,
    facts.handle ?? null,
    facts.brand ?? null,
    facts.cost ?? null,
    facts.createdAt ?? null,
    facts.colour ?? null,
    facts.size ?? null,
  ];
}
