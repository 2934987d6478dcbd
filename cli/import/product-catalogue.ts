// Product facts from files: the product file wins over order lines. Grows with products, not with lines.
import type { ImportedProductRow } from '../../sql/store/sample/imported.ts';
import type { ImportedLine } from './order-row.ts';

export interface ProductFacts {
  name?: string;
  description?: string;
  category?: string;
  price?: number;
  imageUrl?: string;
  inventory?: number;
  groupId?: string;
  url?: string;
}

interface Entry {
  /** From the product file. */
  listed: ProductFacts;
  name: string;
  category: string;
  lines: number;
}

export class ProductCatalogue {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  /** Adds a row of the product file; a later row with the same id wins. */
  list(productId: string, facts: ProductFacts): void {
    this.#entry(productId).listed = facts;
  }

  /** Adds an order line; its name and category win over those of earlier lines. */
  sold(line: Pick<ImportedLine, 'productId' | 'name' | 'category'>): void {
    const entry = this.#entry(line.productId);
    entry.lines++;
    if (line.name) entry.name = line.name;
    if (line.category) entry.category = line.category;
  }

  linesOf(productId: string): number {
    return this.#entries.get(productId)?.lines ?? 0;
  }

  /** Yields id and name; '' if the name is unknown. */
  *names(): Generator<[string, string]> {
    for (const [id, entry] of this.#entries) yield [id, entry.listed.name || entry.name];
  }

  /** Returns the products as database rows. */
  rows(services: ReadonlySet<string>): ImportedProductRow[] {
    return Array.from(this.#entries, ([id, { listed, name, category }]) => [
      id,
      listed.name || name || id,
      listed.description || null,
      listed.category || category || null,
      listed.price ?? null,
      listed.imageUrl || null,
      // Unknown stock counts as available: products out of stock are never shown.
      listed.inventory ?? 1,
      listed.groupId || null,
      // The runtime fills in the page of a product without a URL.
      listed.url || null,
      services.has(id),
    ]);
  }

  #entry(productId: string): Entry {
    let entry = this.#entries.get(productId);
    if (!entry) {
      entry = { listed: {}, name: '', category: '', lines: 0 };
      this.#entries.set(productId, entry);
    }
    return entry;
  }
}
