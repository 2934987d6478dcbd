// Categories as a file writes them, `Sale, Clothing > Men > Shirts` → for each product, the deepest one and its place in the tree.
import { pathSeparator } from '../recs/source/category-paths.ts';
import type { FormatName } from './formats.ts';

/** A category and, from the root down to it, the names of its path. */
export interface CategoryPlace {
  readonly category: string;
  readonly path: string;
}

/** Marks that separate the names of a path in some files, and belong to names in others. */
const marks = ['/', '|', '::', '\\'] as const;

/** What no name has inside: `>`, `»`, `›`, `→`. */
const arrows = /(?:>|»|›|→|&gt;)/;
/** Characters that are read: longer texts are no categories, and splitting a megabyte of commas would take minutes. */
const maxText = 2_000;

export class CategoryReader {
  readonly #format: FormatName;
  readonly #mark: string | undefined;
  readonly #labels: ReadonlyMap<string, string>;

  /** @param texts cells of the file, with repetitions */
  constructor(texts: Iterable<string>, format: FormatName) {
    this.#format = format;
    const distinct = [...new Set(texts)];
    this.#mark = format === 'magento' ? '/' : markOf(distinct);
    this.#labels = labels(distinct.map((text) => this.#path(text)));
  }

  /** Undefined for an empty text. */
  read(text: string): CategoryPlace | undefined {
    const names = this.#path(text);
    if (names.length === 0) return undefined;
    const path = names.join(pathSeparator);
    return { category: this.#labels.get(path) ?? names.at(-1)!, path };
  }

  /** The names of the deepest category; of several, those of the first. */
  #path(text: string): string[] {
    const all = this.#list(text.slice(0, maxText)).map((each) => this.#names(each));
    return all.reduce((deepest, each) => (each.length > deepest.length ? each : deepest), []);
  }

  #list(text: string): string[] {
    if (this.#format === 'magento') return text.split(',');
    // WooCommerce escapes commas of names.
    if (this.#format === 'woocommerce')
      return text.split(/(?<!\\), (?=\S)/).map((each) => each.replaceAll('\\,', ','));
    if (!arrows.test(text)) return [text];
    return text.split(this.#mark === undefined ? /\s*[|;]\s*|, (?=[^>»›→]*[>»›→])/ : /\s*;\s*/);
  }

  #names(text: string): string[] {
    const names = arrows.test(text) ? text.split(arrows) : this.#mark ? text.split(this.#mark) : [text];
    const filled = names.map((name) => name.trim()).filter(Boolean);
    return this.#format === 'magento' && /^(default category|root)/i.test(filled[0] ?? '')
      ? filled.slice(1)
      : filled;
  }
}

/**
 * The mark of paths: what stands before it is before it in other categories, too, or is one itself, and what stands behind it is no
 * category alone. In `Shirts|Sale`, it separates two categories.
 */
function markOf(texts: readonly string[]): string | undefined {
  if (texts.some((text) => arrows.test(text))) return undefined;
  return marks.find((mark) => {
    const split = texts
      .filter((text) => text.includes(mark))
      .map((text) => text.split(mark).map((name) => name.trim()));
    if (split.length === 0 || split.some((names) => names.includes(''))) return false;
    const alone = new Set(texts.filter((text) => !text.includes(mark)));
    const firsts = new Map<string, number>();
    for (const [first] of split) firsts.set(first!, (firsts.get(first!) ?? 0) + 1);
    const shared = split.filter(([first]) => firsts.get(first!)! > 1 || alone.has(first!));
    const lasts = split.filter((names) => alone.has(names.at(-1)!) || firsts.has(names.at(-1)!));
    return 2 * shared.length >= split.length && lasts.length === 0;
  });
}

/** Path → what to call a category whose name stands in several places: `Shirts (Men)`, `Shirts (Women)`. */
function labels(paths: ReadonlyArray<readonly string[]>): Map<string, string> {
  const byName = new Map<string, Map<string, readonly string[]>>();
  for (const names of paths) {
    const name = names.at(-1);
    if (name === undefined) continue;
    const places = byName.get(name) ?? new Map<string, readonly string[]>();
    places.set(names.join(pathSeparator), names);
    byName.set(name, places);
  }
  const found = new Map<string, string>();
  for (const [name, places] of byName) {
    if (places.size < 2) continue;
    for (const [path, names] of places) {
      const others = [...places.values()].filter((each) => each !== names);
      // The nearest name above it that the others do not have there.
      const above = [2, 3, 4, 5].map((place) => names.at(-place));
      const telling = above.find(
        (each, at) => each !== undefined && others.every((other) => other.at(-at - 2) !== each),
      );
      if (telling !== undefined) found.set(path, `${name} (${telling})`);
    }
  }
  return found;
}
