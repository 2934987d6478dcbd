// What files say of products: the product file first, else the newest order line. Grows with products, not with lines.
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

  /** A row of the product file; a later row of the same id wins. */
  list(productId: string, facts: ProductFacts): void {
    this.#entry(productId).listed = facts;
  }

  /** A line of an order. */
  sold(line: Pick<ImportedLine, 'productId' | 'name' | 'category'>): void {
    const entry = this.#entry(line.productId);
    entry.lines++;
    if (line.name) entry.name = line.name;
    if (line.category) entry.category = line.category;
  }

  linesOf(productId: string): number {
    return this.#entries.get(productId)?.lines ?? 0;
  }

  /** Id → name, '' where nothing says it. */
  *names(): Generator<[string, string]> {
    for (const [id, entry] of this.#entries) yield [id, entry.listed.name || entry.name];
  }

  /** The products as they go into the database. */
  rows(services: ReadonlySet<string>): ImportedProductRow[] {
    return Array.from(this.#entries, ([id, { listed, name, category }]) => [
      id,
      listed.name || name || id,
      listed.description || null,
      listed.category || category || null,
      listed.price ?? null,
      listed.imageUrl || null,
      // Whether it is in stock is not known, and a product that is not in stock is never shown.
      listed.inventory ?? 1,
      listed.groupId || null,
      // The runtime knows where a product without one has its page.
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
