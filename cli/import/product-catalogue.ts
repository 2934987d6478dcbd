// Products of an import: the product file wins over order lines. Grows with products, not with lines.
import type { ImportedProductRow } from '../../sql/store/sample/imported-products.ts';
import type { ImportedLine } from './order-row.ts';
import type { ProductFacts } from './product-facts.ts';
import type { KnownIds } from './product-ids.ts';

interface Entry {
  /** From the product file; undefined if the product is not in it. */
  listed: ProductFacts | undefined;
  name: string;
  category: string;
  lines: number;
}

export class ProductCatalogue {
  readonly #entries = new Map<string, Entry>();

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

  /** Adds an order line; its name and category win over those of earlier lines. */
  sold(line: Pick<ImportedLine, 'productId' | 'name' | 'category'>): void {
    const entry = this.#entry(line.productId);
    entry.lines++;
    // A new string for each line, kept or not, would move all of them to the old generation of the heap.
    if (line.name && line.name !== entry.name) entry.name = line.name;
    if (line.category && line.category !== entry.category) entry.category = line.category;
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
   */
  rows(services: ReadonlySet<string>, hasFile = false): ImportedProductRow[] {
    return Array.from(this.#entries, ([id, { listed, name, category }]) => {
      const facts: ProductFacts = {
        ...(category ? { category } : {}),
        // Unknown stock counts as available: products out of stock are never shown.
        inventory: hasFile && !listed ? 0 : 1,
        ...listed,
        name: listed?.name ?? (name || id),
      };
      return productRow(id, facts, services.has(id));
    });
  }

  #entry(productId: string): Entry {
    let entry = this.#entries.get(productId);
    if (!entry) {
      entry = { listed: undefined, name: '', category: '', lines: 0 };
      this.#entries.set(productId, entry);
    }
    return entry;
  }
}

/** The row of a product in an update: null where the file says nothing. */
export function productRow(id: string, facts: ProductFacts, service: boolean): ImportedProductRow {
  return [
    id,
    service,
    facts.name ?? null,
    facts.description ?? null,
    facts.category ?? null,
    facts.price ?? null,
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
  ];
}
