// Which column of a product file holds the ids that the orders use: SKU, number, name or handle, also without the zeros
// that spreadsheets drop, and in another letter case.
import { type Column, cellOf, type Mapping, plainName } from './columns.ts';
import { idOf } from './field-values.ts';
import type { FormatName } from './formats.ts';

/** The ids that products have elsewhere: in the orders, or in an earlier import. */
export interface KnownIds {
  readonly size: number;
  has(id: string): boolean;
  [Symbol.iterator](): Iterator<string>;
}

/** How ids of the file become ids of the orders. */
export interface IdMatch {
  readonly column: Column;
  /** Ids are equal but for leading zeros. */
  readonly zeros: boolean;
  /** Known ids found. */
  readonly found: number;
  /** The known id that one of the file stands for; itself if there is none. */
  known(id: string): string;
}

const nameColumns = ['handle', 'name', 'title', 'producttitle', 'productname'];
const idColumns = [
  'id',
  'productid',
  'sku',
  'variantsku',
  'productsku',
  'itemid',
  'variantid',
  'handle',
  'slug',
];

/** Counts how many known ids each column has. */
export class IdMatcher {
  readonly #known: KnownIds;
  readonly #candidates: Array<{ column: Column; ids: Set<string>; stripped: Set<string> }>;
  #stripped: Map<string, string> | undefined;
  #lower: Map<string, string> | undefined;

  /** @param column the column that the names of the columns suggest */
  constructor(
    known: KnownIds,
    header: readonly string[],
    column: Column,
    options: { readonly mapping: Mapping; readonly format: FormatName },
  ) {
    this.#known = known;
    // Shopify's variants without a SKU are named after their options, so a title alone says nothing.
    const names = options.format === 'shopify' ? idColumns : [...idColumns, ...nameColumns];
    const isMapped = plainName(options.mapping.get('product_id') ?? '') === plainName(column.name);
    const others = isMapped
      ? []
      : header
          .map((name, index): Column => ({ index, name: name.trim() }))
          .filter(({ name }) => names.includes(plainName(name)));
    const all = [column, ...others.filter(({ index }) => index !== column.index)];
    this.#candidates = all.map((each) => ({ column: each, ids: new Set(), stripped: new Set() }));
  }

  see(fields: readonly string[]): void {
    if (this.#known.size === 0) return;
    for (const { column, ids, stripped } of this.#candidates) {
      const id = cellOf(fields, column, idOf);
      if (!id) continue;
      if (this.#known.has(id)) ids.add(id);
      const spelled = this.spelling(id);
      if (spelled !== undefined) stripped.add(spelled);
    }
  }

  /** The suggested column, unless another one knows more than twice as many of the ids. */
  decide(): IdMatch {
    const [first, ...others] = this.#candidates;
    let best = { column: first!.column, zeros: false, found: first!.ids.size, exact: first!.ids };
    for (const { column, ids } of others) {
      if (ids.size > 2 * best.found) best = { column, zeros: false, found: ids.size, exact: ids };
    }
    for (const { column, ids, stripped } of this.#candidates) {
      if (stripped.size > 2 * best.found) best = { column, zeros: true, found: stripped.size, exact: ids };
    }
    const { column, zeros, found, exact } = best;
    const known = (id: string) => {
      if (exact.has(id)) return id;
      if (zeros) return this.spelling(id) ?? id;
      const cased = this.#inOtherCase(id);
      // The file may have both, as different products.
      return cased === undefined || exact.has(cased) ? id : cased;
    };
    return { column, zeros, found, known };
  }

  /** The known id that equals this one but for letter case; undefined if there is none, or several. */
  #inOtherCase(id: string): string | undefined {
    this.#lower ??= unique(this.#known, (each) => each.toLowerCase());
    return this.#lower.get(id.toLowerCase()) || undefined;
  }

  /** The known id that equals this one but for leading zeros; undefined if there is none, or several. */
  spelling(id: string): string | undefined {
    this.#stripped ??= unique(this.#known, withoutZeros);
    return this.#stripped.get(withoutZeros(id)) || undefined;
  }
}

/** Ids by a form of theirs; '' where several have it. */
function unique(ids: Iterable<string>, form: (id: string) => string): Map<string, string> {
  const found = new Map<string, string>();
  for (const id of ids) found.set(form(id), found.has(form(id)) ? '' : id);
  return found;
}

/** `00123` → `123`, `123.0` → `123` */
function withoutZeros(id: string): string {
  return id.replace(/^0+(?=\w)/, '').replace(/^(\d+)\.0$/, '$1');
}
